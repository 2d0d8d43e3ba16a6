"""What became of a request to Slack: one table for every way it can end.

Posting is not idempotent, so the question is never "did it fail" but "can it have happened".
"""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError

from storage.outbox import TOKEN_REFUSED


@dataclass(frozen=True, slots=True)
class NotSent:
    """Slack surely did nothing. ``again_seconds`` is how long to leave it alone, ``channel_wide``
    whether that holds for the whole channel."""

    reason: str
    again_seconds: float
    channel_wide: bool = False


@dataclass(frozen=True, slots=True)
class Impossible:
    """Slack says no, and will say so again: the channel or the message is at fault."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened."""

    reason: str


Outcome = NotSent | Impossible | Unknown

BACK_OFF_SECONDS = 5.0
MESSAGE_LIMIT_SECONDS = 300.0
LOCKED_OUT_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0
"""After a longer ``Retry-After`` Slack is asked again: it cannot mean for ever."""
LIMITED = "rate limited"
RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
LOCKED_OUT = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
"""No message can be delivered anywhere, the notice about it included: everything waits for a
good token."""
UNDECIDED = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Slack's words for "part of this may have happened"."""

UNREADABLE = "Slack's answer cannot be read"
NEVER_WRITTEN = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""No byte of the request left us (name, connection, certificate, pool), unless it was redirected:
then the first address had it."""

REQUEST_ERRORS = (
    SlackClientError,
    aiohttp.ClientError,
    asyncio.TimeoutError,
    OSError,
    AttributeError,
    RecursionError,
    ValueError,
)
"""Everything a request to Slack may raise. The last three are how slack_sdk 3.47 stumbles over an
answer that is no JSON object (plain text, a list), no UTF-8, or nested without an end."""


def outcome_of(error: BaseException) -> Outcome:
    """Read an error of a request that would have changed something in Slack."""
    if isinstance(error, NEVER_WRITTEN) and not isinstance(error, aiohttp.RedirectClientError):
        return NotSent(in_words(error), BACK_OFF_SECONDS)
    if isinstance(error, SlackApiError):
        return _of_answer(error.response)
    return Unknown(in_words(error))


def outcome_of_reply(status: int, body: str) -> Outcome | None:
    """Read what a response URL answered; ``None`` where it says that the message is shown.

    It says ``ok`` with a 200, or nothing; what it will not show is a 4xx. A page, a no in JSON or
    any other status may come from something between Slack and us.
    """
    if status == HTTPStatus.OK and _is_shown(body):
        return None
    return Impossible(f"HTTP {status}") if 400 <= status < 500 else Unknown(f"HTTP {status}")


def in_words(error: BaseException) -> str:
    """What went wrong with a request, for people. Its address is not named: some are secret."""
    match error:
        case SlackApiError():
            status, code, _ = _read(error.response)
            return f"Slack says {code or f'HTTP {status}'}"
        case aiohttp.RedirectClientError():
            return UNREADABLE
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return f"Slack cannot be reached: {_no_connection(error)}"
        case aiohttp.InvalidURL():
            return "Slack cannot be reached: its address is not one"
        case TimeoutError():
            return "Slack did not answer in time"
        case aiohttp.ClientConnectionError() | OSError():
            return "the connection to Slack was lost"
        case SlackClientError() | aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
            return UNREADABLE
        case AttributeError() | RecursionError() | ValueError():  # what slack_sdk makes of no JSON
            return UNREADABLE
    return f"the request to Slack failed ({type(error).__name__})"


def _no_connection(error: aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError) -> str:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "no connection in time"
        case aiohttp.ClientConnectorDNSError():
            return "its name cannot be looked up"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not valid"
        case aiohttp.ClientSSLError():
            return "no encrypted connection"
    return os.strerror(error.errno).lower() if error.errno else "no connection"


def text_in(part: object, *names: str) -> str:
    """A text in Slack's answer. Raises ``SlackRequestError``: an "ok" may come without the rest."""
    for name in names:
        part = part.get(name) if isinstance(part, Mapping) else None
    if not isinstance(part, str) or not part:
        raise SlackRequestError(f"no {names[-1]} in the answer")
    return part


def result_of(status: int, data: object) -> str:
    """An answer in a word, for counting: ok, limited, refused or failed. Slack says no in a 200."""
    if status == 200 and isinstance(data, Mapping) and data.get("ok"):
        return "ok"
    match _of_refusal(status, _error_in(data), {}):
        case NotSent(reason) if reason == LIMITED:
            return "limited"
        case Unknown():
            return "failed"
    return "refused"


def _is_shown(body: str) -> bool:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return not body.lstrip().startswith("<")
    return not isinstance(data, Mapping) or data.get("ok", True) is True


def _of_answer(response: Any) -> Outcome:
    return _of_refusal(*_read(response))


def _read(response: Any) -> tuple[int, str | None, Mapping[str, Any]]:
    """Status, Slack's word for what is wrong, headers. aiohttp's own response may be what it is."""
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    return status, _error_in(getattr(response, "data", None)), getattr(response, "headers", {})


def _error_in(data: object) -> str | None:
    code = data.get("error") if isinstance(data, Mapping) else None
    return code if isinstance(code, str) else None


def _of_refusal(status: int, code: str | None, headers: Mapping[str, Any]) -> Outcome:
    if status == 429 or code in RATE_LIMITED:
        return NotSent(LIMITED, _retry_after(headers), channel_wide=True)
    if code == "message_limit_exceeded":
        return NotSent(code, MESSAGE_LIMIT_SECONDS, channel_wide=True)
    if code in LOCKED_OUT:
        return NotSent(f"{TOKEN_REFUSED} ({code})", LOCKED_OUT_SECONDS, channel_wide=True)
    if status >= 500 or code is None or code in UNDECIDED:
        return Unknown(code or f"HTTP {status}")
    return Impossible(code)


def _retry_after(headers: Mapping[str, Any]) -> float:
    value = headers.get("Retry-After") or headers.get("retry-after") or "1"
    if isinstance(value, list):
        value = value[0]
    try:
        return min(max(1.0, float(value)), LONGEST_PAUSE_SECONDS)
    except ValueError:
        return BACK_OFF_SECONDS
