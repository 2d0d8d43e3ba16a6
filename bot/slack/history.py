"""Finds our own messages in a channel by the mark that each carries, and deletes extras."""

import logging
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.outcomes import LIMITED, REQUEST_ERRORS, Impossible, NotSent, outcome_of
from storage.outgoing import Outgoing

log = logging.getLogger(__name__)

MARK = "ringback_message"
PAGE = 200
LOOK_BACK = timedelta(seconds=60)


class CannotLook(Exception):
    """The channel's history may not be read; the text is Slack's own word for why."""


class LookLater(Exception):
    """Slack wants no look-up by that method before ``again_at``, by the monotonic clock."""

    def __init__(self, again_at: float) -> None:
        super().__init__(LIMITED)
        self.again_at = again_at


class Reader:
    """Asks for messages, and leaves a method alone for as long as Slack wants that."""

    def __init__(self, clock: Clock, client: AsyncWebClient) -> None:
        self._clock = clock
        self._client = client
        self._again_at: dict[bool, float] = {}
        """By whether it is threads that are asked for."""

    async def read(self, thread_ts: str | None, options: dict[str, Any]) -> Any:
        """A page. Raises ``LookLater`` without asking, too, and see ``find_marked``."""
        of_thread = thread_ts is not None
        self._check(of_thread)
        try:
            if thread_ts is not None:
                return await self._client.conversations_replies(ts=thread_ts, **options)
            return await self._client.conversations_history(**options)
        except REQUEST_ERRORS as error:
            outcome = outcome_of(error)
            if isinstance(outcome, Impossible):
                raise CannotLook(outcome.reason) from error
            if not isinstance(outcome, NotSent) or outcome.reason != LIMITED:
                raise
            again_at = self._clock.monotonic() + outcome.again_seconds
            self._again_at[of_thread] = max(again_at, self._again_at.get(of_thread, again_at))
            raise LookLater(self._again_at[of_thread]) from error

    def _check(self, of_thread: bool) -> None:
        again_at = self._again_at.get(of_thread)
        if again_at is not None and self._clock.monotonic() < again_at:
            raise LookLater(again_at)


def mark(token: str) -> dict[str, Any]:
    """The metadata that a message is recognised by."""
    return {"event_type": MARK, "event_payload": {"token": token}}


async def find_copies(reader: Reader, row: Outgoing) -> list[str]:
    """The ``ts`` of every copy of a message that was tried before, earliest first.

    Raises like ``find_marked``.
    """
    assert row.first_try_at is not None
    oldest = row.first_try_at - LOOK_BACK
    return await find_marked(reader, row.slack_channel, row.parent_ts, row.token, oldest)


def extras(row: Outgoing, found: list[str]) -> list[str]:
    """What is there too often. The one whose ``ts`` we know stays: edits and threads hang on it."""
    kept = row.ts if row.ts in found else next(iter(found), None)
    return [ts for ts in found if ts != kept]


async def take_away(client: AsyncWebClient, row: Outgoing, ts: str) -> None:
    """Delete what is there too often. What Slack does not let us delete stays."""
    log.warning("Message %s was there twice: deleting one", row.id)
    try:
        await client.chat_delete(channel=row.slack_channel, ts=ts)
    except SlackApiError as error:
        outcome = outcome_of(error)
        if not isinstance(outcome, Impossible):
            raise
        log.warning("Message %s is still there twice: %s", row.id, outcome.reason)


async def find_marked(
    reader: Reader, slack_channel: str, thread_ts: str | None, token: str, oldest: datetime
) -> list[str]:
    """The ``ts`` of every message of a channel or a thread with that mark, earliest first.

    A channel is read from its newest message back to ``oldest``, a page at least: our clock may be
    ahead of Slack's. Threads are read as a whole.
    Raises ``CannotLook`` if it may not be read, ``LookLater`` if Slack wants to be left alone, one
    of ``REQUEST_ERRORS`` if that failed now.
    """
    options: dict[str, Any] = {
        "channel": slack_channel,
        "limit": PAGE,
        "include_all_metadata": True,
    }
    found: list[str] = []
    while True:
        page = await reader.read(thread_ts, options)
        messages = page["messages"]
        if not isinstance(messages, list):
            raise SlackRequestError("no messages in the answer")
        found += [str(seen["ts"]) for seen in messages if _token(seen) == token]
        options["cursor"] = (page["response_metadata"] or {}).get("next_cursor")
        if not options["cursor"] or (thread_ts is None and _reaches(messages, oldest)):
            return sorted(found, key=float)


def _reaches(messages: list[dict[str, Any]], oldest: datetime) -> bool:
    return any(float(seen["ts"]) < oldest.timestamp() for seen in messages)


def _token(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MARK:
        return None
    token = (metadata.get("event_payload") or {}).get("token")
    return str(token) if token else None
