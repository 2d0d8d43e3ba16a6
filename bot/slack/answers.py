"""Answers to the one person who asked: by Slack's response URL, else as a direct message."""

import logging
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.clock import Clock
from bot.commands.request import Control, Menu, Reply
from bot.slack.message import Block, Message, actions, button, cut, escape, plain, section
from bot.slack.outcomes import REQUEST_ERRORS, in_words
from bot.telephony.calls import Audio
from storage import outbox
from storage.store import Store
from storage.tables import InvocationRow

log = logging.getLogger(__name__)

MOST_BLOCKS = 45
ROWS_PER_SECTION = 20
CARD = "missed_call."
"""Begins the actions of a card's buttons, which act only where the card is shown."""
ELSEWHERE = "It is in your direct messages with Ringback."


@dataclass
class Answers:
    """Delivers replies. ``session`` is shared by everything that talks to Slack."""

    store: Store
    clock: Clock
    client: AsyncWebClient
    session: aiohttp.ClientSession

    async def give(self, row: InvocationRow, reply: Reply) -> None:
        """Let the person know. A response URL that no longer works is replaced by a message."""
        if reply.audio is not None:
            reply = await self._hand_over(row, reply, reply.audio)
        response_url = row.payload.get("response_url")
        status = await self._respond(response_url, render(reply)) if response_url else None
        if status == HTTPStatus.OK:
            return
        key = f"answer:{row.key}"  # SQLite gives ids of removed invocations again
        message = render(_without_cards(reply))
        # What Slack has called a bad request it would not take as a message either.
        blocks = [] if status == HTTPStatus.BAD_REQUEST else message.blocks
        await self.store.write(
            outbox.put_message,
            key=key,
            kind="private",
            slack_channel=row.slack_user,
            body={"mrkdwn": message.text, "blocks": blocks},
            priority=0,
            now=self.clock.now(),
        )

    async def _respond(self, response_url: str, message: Message) -> int | None:
        """The status of Slack's answer, if it gave one."""
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
            return None
        return answer.status_code

    async def _hand_over(self, row: InvocationRow, reply: Reply, audio: Audio) -> Reply:
        """Give the person the file; the reply says where it is, unless they look there anyway."""
        try:
            direct = await self._upload(row.slack_user, audio, reply.audio_title)
        except REQUEST_ERRORS as error:
            log.warning("A file could not be handed over: %s", in_words(error))
            return Reply(text="Slack did not take the file: please ask again.")
        if direct == row.slack_channel:
            return reply
        return replace(reply, text=f"{reply.text} {ELSEWHERE}")

    async def _upload(self, slack_user: str, audio: Audio, title: str) -> str:
        """Put the sound into the person's direct messages, and name those. It is never given a URL
        of ours."""
        opened: Any = await self.client.conversations_open(users=slack_user)
        direct = str(opened["channel"]["id"])
        await self.client.files_upload_v2(
            channel=direct, content=audio.content, filename=audio.filename, title=title
        )
        return direct


def _without_cards(reply: Reply) -> Reply:
    """The reply for a place that shows no card: other buttons act from anywhere."""
    kept = (control for control in reply.buttons if not control.action.startswith(CARD))
    return replace(reply, buttons=tuple(kept))


def render(reply: Reply) -> Message:
    """A reply in Slack's shape. All of it is plain text, so all of it is escaped.

    Rows tell what phone systems say, callers' names too: not even a back-tick is markup there.
    """
    rows = [(_named(escape(row), reply.people), controls) for row, controls in reply.rows]
    text = "\n".join([_prose(reply.text), *(row for row, _ in rows)])
    blocks: list[Block] = [section(_prose(reply.text))]
    lines_before: list[str] = []
    for row, controls in rows:
        if not controls:
            lines_before.append(row)
            continue
        blocks += _sections(lines_before)
        blocks += [section(row), actions(*map(_control, controls))]
        lines_before = []
    blocks += _sections(lines_before)
    if reply.buttons:
        blocks.append(actions(*map(_control, reply.buttons)))
    return Message(cut(text, 3000), blocks[:MOST_BLOCKS])


def _named(escaped: str, people: frozenset[str]) -> str:
    """The ids of people as mentions, which Slack shows as names."""
    if not people:
        return escaped
    ids = "|".join(map(re.escape, sorted(people)))
    return re.sub(rf"\b(?:{ids})\b", r"<@\g<0>>", escaped)


def _sections(lines: list[str]) -> list[Block]:
    """Lines without buttons share a block, so that long lists fit."""
    return [
        section("\n".join(lines[start : start + ROWS_PER_SECTION]))
        for start in range(0, len(lines), ROWS_PER_SECTION)
    ]


def _prose(text: str) -> str:
    """Escaped, but for back-ticks that we put around commands ourselves."""
    return escape(text).replace("\u2060`\u2060", "`")


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
