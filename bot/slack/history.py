"""Finds our own messages in a channel by the mark that each carries, and deletes extras."""

import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outcomes import REQUEST_ERRORS, Impossible, outcome_of, text_in
from bot.slack.pauses import AskLater, Pauses
from storage.outgoing import Outgoing

log = logging.getLogger(__name__)

MARK = "ringback_message"
PAGE = 200
LOOK_BACK = timedelta(seconds=60)
STALE_CURSOR = "invalid_cursor"
"""A look that waited for long has to begin anew (Slack, "conversations.history", errors: "not valid
or is no longer valid")."""
MOST_PUT_OFF = 1000


class CannotLook(Exception):
    """The channel's history may not be read; the text is Slack's own word for why."""


@dataclass(slots=True)
class Look:
    """A look for copies of ``row``: those that were found so far, and the page that comes next.

    In a channel it leads from ``newest`` back to ``down_to``, both a ``ts``. One that Slack has
    ``interrupted`` is followed by another, for what has come since it began.
    """

    row: Outgoing
    down_to: float
    found: set[str] = field(default_factory=set)
    cursor: str | None = None
    newest: float | None = None
    interrupted: bool = False

    def take(self, messages: list[dict[str, Any]], cursor: str | None) -> bool:
        """Note what a page has; whether it was the last one."""
        stamps = [float(text_in(seen, "ts")) for seen in messages]
        self.found.update(str(seen["ts"]) for seen in messages if _token(seen) == self.row.token)
        self.cursor = cursor
        if self.newest is None:
            self.newest = max(stamps, default=self.down_to)
        reaches = self.row.parent_ts is None and any(ts < self.down_to for ts in stamps)
        return reaches or not cursor

    def of_what_came_since(self) -> "Look":
        """A look from the newest message there is by now back to where this one began."""
        assert self.newest is not None
        return Look(self.row, down_to=self.newest, found=self.found)

    def goes_on_for(self, row: Outgoing) -> bool:
        """Not if somebody else took the message meanwhile: it may have been posted anew since."""
        if (row.ts, row.looks) != (self.row.ts, self.row.looks):
            return False
        return row.ts is not None or row.attempt == self.row.attempt + 1


class Reader:
    """Asks for messages. What Slack does not want to be asked for now goes on where it was."""

    def __init__(self, client: AsyncWebClient, pauses: Pauses) -> None:
        self._client = client
        self._pauses = pauses
        self._put_off: dict[str, Look] = {}

    def begin(self, row: Outgoing) -> Look:
        """A look that has come as far as the one before, if Slack put that off."""
        before = self._put_off.pop(row.token, None)
        if before is not None and before.goes_on_for(row):
            return replace(before, row=row, interrupted=before.cursor is not None)
        assert row.first_try_at is not None
        return Look(row, down_to=(row.first_try_at - LOOK_BACK).timestamp())

    async def read(self, look: Look) -> Any:
        """The next page. Raises like ``find_copies``."""
        try:
            return await self._ask(look)
        except AskLater:
            if len(self._put_off) >= MOST_PUT_OFF:  # other processes have finished most of them
                self._put_off.clear()
            self._put_off[look.row.token] = look
            raise
        except REQUEST_ERRORS as error:
            outcome = outcome_of(error)
            if isinstance(outcome, Impossible) and outcome.reason != STALE_CURSOR:
                raise CannotLook(outcome.reason) from error
            raise

    async def _ask(self, look: Look) -> Any:
        options: dict[str, Any] = {
            "channel": look.row.slack_channel,
            "limit": PAGE,
            "include_all_metadata": True,
            "cursor": look.cursor,
        }
        if look.row.parent_ts is None:
            with self._pauses.heeded("conversations.history"):
                return await self._client.conversations_history(**options)
        with self._pauses.heeded("conversations.replies"):
            return await self._client.conversations_replies(ts=look.row.parent_ts, **options)


def mark(token: str) -> dict[str, Any]:
    """The metadata that a message is recognised by."""
    return {"event_type": MARK, "event_payload": {"token": token}}


async def find_copies(reader: Reader, row: Outgoing) -> list[str]:
    """The ``ts`` of every copy of a message that was tried before, earliest first.

    A channel is read from its newest message back to a while before the first try, a page at
    least: our clock may be ahead of Slack's. Threads are read as a whole.
    Raises ``CannotLook`` if it may not be read, ``AskLater`` if Slack wants to be left alone, one
    of ``REQUEST_ERRORS`` if that failed now.
    """
    look = reader.begin(row)
    while True:
        page = await reader.read(look)
        messages = page["messages"]
        if not isinstance(messages, list):
            raise SlackRequestError("no messages in the answer")
        if not look.take(messages, (page["response_metadata"] or {}).get("next_cursor")):
            continue
        if row.parent_ts is not None or not look.interrupted:
            return sorted(look.found, key=float)
        look = look.of_what_came_since()


def extras(row: Outgoing, found: list[str]) -> list[str]:
    """What is there too often. The one whose ``ts`` we know stays: edits and threads hang on it."""
    kept = row.ts if row.ts in found else next(iter(found), None)
    return [ts for ts in found if ts != kept]


async def take_away(client: AsyncWebClient, pauses: Pauses, row: Outgoing, ts: str) -> None:
    """Delete what is there too often. What Slack does not let us delete stays.

    Raises ``AskLater``, or one of ``REQUEST_ERRORS``.
    """
    try:
        with pauses.heeded("chat.delete"):
            log.warning("Message %s was there twice: deleting one", row.id)
            await client.chat_delete(channel=row.slack_channel, ts=ts)
    except SlackApiError as error:
        outcome = outcome_of(error)
        if not isinstance(outcome, Impossible):
            raise
        log.warning("Message %s is still there twice: %s", row.id, outcome.reason)


def _token(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MARK:
        return None
    token = (metadata.get("event_payload") or {}).get("token")
    return str(token) if token else None
