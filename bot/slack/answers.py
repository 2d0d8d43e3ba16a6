"""Answers to the one person who asked: by Slack's response URL, else as a direct message."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from math import ceil
from typing import Any

import aiohttp
from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.clock import Clock
from bot.commands import COMMANDS
from bot.commands.request import Control, Menu, Reply
from bot.slack.message import (
    TEXT_LENGTH,
    Block,
    Message,
    actions,
    button,
    cut_escaped,
    escape,
    plain,
    section,
)
from bot.slack.outcomes import (
    REQUEST_ERRORS,
    NotSent,
    Outcome,
    Unknown,
    in_words,
    outcome_of,
    outcome_of_reply,
    text_in,
)
from bot.slack.pauses import AskLater, Pauses
from bot.telephony.calls import Audio
from storage import outbox
from storage.store import Store
from storage.tables import InvocationRow

log = logging.getLogger(__name__)

MOST_BLOCKS = 45
MOST_CHARACTERS = 10_000
"""Slack takes 50 blocks, and about 13,200 characters in all of them."""
ROOM_FOR_MORE = 40
"""For the line that says how many lines are left out."""
NO_ADDRESS = NotSent("there is no response URL", 0)
BAD_REQUEST = outcome_of_reply(HTTPStatus.BAD_REQUEST, "")
COMMAND = re.compile(rf"\u2060`\u2060(/(?:{'|'.join(COMMANDS)})\b(?:[^`\n]*[^`\s])?)\u2060`\u2060")
"""A command between back-ticks that are escaped. Ours end without a blank: a back-tick from outside
in front of one does not open it."""
CARD = "missed_call."
"""Begins the actions of a card's buttons, which act only where the card is shown."""
UPLOAD = ("conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal")
"""What is asked of Slack for a file: where one of these is to be left alone, none is begun."""
ELSEWHERE = "It is in your direct messages with Ringback."
PERHAPS_SHARED = (
    "Slack did not say whether it took the file, so it may have arrived: look before you ask "
    "again. It would be in your direct messages with Ringback."
)


class PerhapsShared(Exception):
    """Slack was asked to show a file and did not say what came of it; the text says why."""


@dataclass
class Answers:
    """Delivers replies. ``session`` is shared by everything that talks to Slack."""

    store: Store
    clock: Clock
    client: AsyncWebClient
    session: aiohttp.ClientSession

    def __post_init__(self) -> None:
        self._pauses = Pauses(self.clock)

    async def give(self, row: InvocationRow, reply: Reply) -> None:
        """Let the person know. A response URL that no longer works is replaced by a message."""
        response_url = row.payload.get("response_url")
        outcome = await self._respond(response_url, render(reply)) if response_url else NO_ADDRESS
        if outcome is None:
            return
        key = f"answer:{row.key}"  # SQLite gives ids of removed invocations again
        message = render(_without_cards(reply))
        # What Slack has called a bad request it would not take as a message either.
        blocks = [] if outcome == BAD_REQUEST else message.blocks
        is_unsure = isinstance(outcome, Unknown)
        await self.store.write(
            outbox.put_message,
            key=key,
            kind="private",
            slack_channel=row.slack_user,
            body={"mrkdwn": message.text, "blocks": blocks, "unsure": is_unsure},
            priority=0,
            now=self.clock.now(),
        )

    async def _respond(self, response_url: str, message: Message) -> Outcome | None:
        """What came of it; ``None`` where Slack shows it."""
        webhook = AsyncWebhookClient(response_url, session=self.session, retry_handlers=[])
        try:
            answer = await webhook.send(
                text=message.text,
                blocks=message.blocks or None,
                response_type="ephemeral",
                replace_original=False,
            )
        except REQUEST_ERRORS as error:
            log.warning("A response URL did not work: %s", in_words(error))
            return outcome_of(error)
        outcome = outcome_of_reply(answer.status_code, answer.body)
        if outcome is not None:
            log.warning("A response URL did not work: %s", outcome.reason)
        return outcome

    async def hand_over(self, row: InvocationRow, reply: Reply) -> Reply:
        """Give the person the reply's file, if it has one. The reply that is returned says where it
        is, unless they look there anyway, or that it is not there."""
        if reply.audio is None:
            return reply
        try:
            direct = await self._upload(row.slack_user, reply.audio, reply.audio_title)
        except PerhapsShared as reason:
            log.warning("A file was perhaps handed over: %s", reason)
            return Reply(text=PERHAPS_SHARED, outcome="unknown")
        except AskLater as later:
            seconds = ceil(later.again_at - self.clock.monotonic())
            log.warning("A file cannot be handed over for %s s: %s", seconds, later)
            text = f"Slack takes no file now: please ask again in {seconds} s."
            return Reply(text=text, outcome="not done")
        except REQUEST_ERRORS as error:
            log.warning("A file could not be handed over: %s", in_words(error))
            return Reply(text="Slack did not take the file: please ask again.", outcome="not done")
        if direct == row.slack_channel:
            return reply
        return replace(reply, text=f"{reply.text} {ELSEWHERE}")

    async def _upload(self, slack_user: str, audio: Audio, title: str) -> str:
        """Put the sound into the person's direct messages, and name those. It is never given a URL
        of ours."""
        self._pauses.check(*UPLOAD)
        opened: Any
        with self._pauses.heeded("conversations.open"):
            opened = await self.client.conversations_open(users=slack_user)
        direct = text_in(opened.data, "channel", "id")
        ticket: Any
        with self._pauses.heeded("files.getUploadURLExternal"):
            ticket = await self.client.files_getUploadURLExternal(
                filename=audio.filename, length=len(audio.content)
            )
        file_id = text_in(ticket.data, "file_id")
        await self._put(text_in(ticket.data, "upload_url"), audio.content)
        try:
            with self._pauses.heeded("files.completeUploadExternal"):
                await self.client.files_completeUploadExternal(
                    files=[{"id": file_id, "title": title}], channel_id=direct
                )
        except REQUEST_ERRORS as error:
            if isinstance(outcome_of(error), Unknown):
                raise PerhapsShared(in_words(error)) from error
            raise
        return direct

    async def _put(self, upload_url: str, content: bytes) -> None:
        """Bring the bytes where Slack wants them; nobody sees them yet."""
        proxy, ssl = self.client.proxy, self.client.ssl or True
        async with self.session.post(upload_url, data=content, proxy=proxy, ssl=ssl) as answer:
            if answer.status != HTTPStatus.OK:
                raise SlackRequestError(f"the upload was answered with {answer.status}")


def _without_cards(reply: Reply) -> Reply:
    """The reply for a place that shows no card: other buttons act from anywhere."""
    kept = (control for control in reply.buttons if not control.action.startswith(CARD))
    return replace(reply, buttons=tuple(kept))


def render(reply: Reply) -> Message:
    """A reply in Slack's shape. All of it is plain text, so all of it is escaped.

    Rows tell what phone systems say, callers' names too: not even a back-tick is markup there.
    """
    opening = section(_prose(reply.text))
    rows = [(_named(escape(row), reply.people), controls) for row, controls in reply.rows]
    last = [actions(*map(_control, reply.buttons))] if reply.buttons else []
    room = MOST_CHARACTERS - len(opening["text"]["text"]) - ROOM_FOR_MORE
    parts, left_out = _parts(rows, room, MOST_BLOCKS - 2 - len(last))
    blocks: list[Block] = [opening]
    for part in parts:
        blocks.append(section("\n".join(part.lines)))
        if part.controls:
            blocks.append(actions(*map(_control, part.controls)))
    if left_out:
        blocks.append(section(_more(left_out)))
    return Message(_words(opening["text"]["text"], [row for row, _ in rows]), [*blocks, *last])


Row = tuple[str, tuple[Control, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that share a section, and the buttons below it."""

    lines: list[str]
    controls: tuple[Control, ...]

    def has_room_for(self, line: str) -> bool:
        return not self.controls and len("\n".join([*self.lines, line])) <= TEXT_LENGTH


def _parts(rows: Sequence[Row], characters: int, blocks: int) -> tuple[list[Part], int]:
    """As few sections as hold the rows, and how many rows there is no room for.

    Rows without buttons share a section, so that long lists fit.
    """
    parts: list[Part] = []
    for number, (row, controls) in enumerate(rows):
        row = cut_escaped(row, TEXT_LENGTH)
        shares = bool(parts) and not controls and parts[-1].has_room_for(row)
        blocks -= 0 if shares else 2 if controls else 1
        characters -= len(row) + 1
        if blocks < 0 or characters < 0:
            return parts, len(rows) - number
        if shares:
            parts[-1].lines.append(row)
        else:
            parts.append(Part([row], controls))
    return parts, 0


def _words(opening: str, rows: Sequence[str]) -> str:
    """For notifications and screen readers: as many whole lines as fit one section."""
    whole = "\n".join([opening, *rows])
    if len(whole) <= TEXT_LENGTH:
        return whole
    text = cut_escaped(opening, TEXT_LENGTH - ROOM_FOR_MORE)
    for number, row in enumerate(rows):
        if len(text) + 1 + len(row) > TEXT_LENGTH - ROOM_FOR_MORE:
            return f"{text}\n{_more(len(rows) - number)}"
        text += f"\n{row}"
    return text


def _more(lines: int) -> str:
    return f"… and {lines} more {'line' if lines == 1 else 'lines'}"


def _named(escaped: str, people: frozenset[str]) -> str:
    """The ids of people as mentions, which Slack shows as names."""
    if not people:
        return escaped
    ids = "|".join(map(re.escape, sorted(people)))
    return re.sub(rf"\b(?:{ids})\b", r"<@\g<0>>", escaped)


def _prose(text: str) -> str:
    """Escaped, but for the back-ticks around commands: only we put them there."""
    return COMMAND.sub(r"`\1`", escape(text))


def _control(of: Control) -> Block:
    if not isinstance(of, Menu):
        return button(of.label, of.action, of.value, style=of.style, confirm=of.confirm)
    options = [{"text": plain(label), "value": value} for label, value in of.options]
    return {
        "type": "static_select",
        "action_id": of.action,
        "placeholder": plain(of.label),
        "options": options,
    }
