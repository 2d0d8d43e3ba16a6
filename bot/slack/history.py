"""Finds our own messages in a channel by the mark that each carries."""

from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outcomes import REQUEST_ERRORS, Impossible, outcome_of

MARK = "ringback_message"
PAGE = 200


class CannotLook(Exception):
    """The channel's history may not be read; the text is Slack's own word for why."""


def mark(token: str) -> dict[str, Any]:
    """The metadata that a message is recognised by."""
    return {"event_type": MARK, "event_payload": {"token": token}}


async def find_marked(
    client: AsyncWebClient, slack_channel: str, thread_ts: str | None, token: str, oldest: datetime
) -> list[str]:
    """The ``ts`` of every message of a channel or a thread with that mark, earliest first.

    A channel is read from its newest message back to ``oldest``, a page at least: our clock may be
    ahead of Slack's. Threads are read as a whole.
    Raises ``CannotLook`` if it may not be read, one of ``REQUEST_ERRORS`` if that failed now.
    """
    options: dict[str, Any] = {
        "channel": slack_channel,
        "limit": PAGE,
        "include_all_metadata": True,
    }
    found: list[str] = []
    while True:
        page = await _page(client, thread_ts, options)
        messages = page["messages"]
        if not isinstance(messages, list):
            raise SlackRequestError("no messages in the answer")
        found += [str(seen["ts"]) for seen in messages if _token(seen) == token]
        options["cursor"] = (page["response_metadata"] or {}).get("next_cursor")
        if not options["cursor"] or (thread_ts is None and _reaches(messages, oldest)):
            return sorted(found, key=float)


async def _page(client: AsyncWebClient, thread_ts: str | None, options: dict[str, Any]) -> Any:
    try:
        if thread_ts is not None:
            return await client.conversations_replies(ts=thread_ts, **options)
        return await client.conversations_history(**options)
    except REQUEST_ERRORS as error:
        outcome = outcome_of(error)
        if isinstance(outcome, Impossible):
            raise CannotLook(outcome.reason) from error
        raise


def _reaches(messages: list[dict[str, Any]], oldest: datetime) -> bool:
    return any(float(seen["ts"]) < oldest.timestamp() for seen in messages)


def _token(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MARK:
        return None
    token = (metadata.get("event_payload") or {}).get("token")
    return str(token) if token else None
