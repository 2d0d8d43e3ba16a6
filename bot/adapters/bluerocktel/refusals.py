"""What the statuses of BlueRockTEL mean, as errors with sentences for people."""

import json
import re
from collections.abc import Iterable, Mapping

from bot.adapters.transport import Reply, unexpected
from bot.telephony.errors import BadCredentials, PhoneSystemError, Refused, Unreachable

LONGEST_REASON = 120
UNSAFE = re.compile(
    r"[<>{}\\/=@%]|sql|select|insert|exception|stack|password|token|secret|key", re.IGNORECASE
)
DELETED = re.compile(
    r"\b(?:deleted|destroyed|removed|success|successful|successfully|succès|ok|"
    r"(?:supprim|effac)ée?s?)\b",
    re.IGNORECASE,
)
NOT_DELETED = re.compile(
    r"\b(?:not|never|no|none|nothing|cannot|without|unable|unsuccessful\w*|impossible|"
    r"fail\w*|errors?|erreurs?|denied|refus\w*|locked|in use|already|aucune?|échec|échoué\w*|"
    r"pas|non|sans|soon|will|be|being|if|unless|before|until|queued|pending|scheduled)\b"
    r"|n\Wt\b|\?",
    re.IGNORECASE,
)
PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,39}")


class Missing(Refused):
    """There is no such thing, or none any more."""


class _Unreadable:
    """Stands for a body that is no JSON."""


UNREADABLE = _Unreadable()


def decode(content: bytes) -> object:
    """The JSON in ``content``, or ``UNREADABLE``: json's own error would carry the whole body."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return UNREADABLE


def refusal(
    system: str, what: str, reply: Reply, noun: str | None, secrets: Iterable[str]
) -> PhoneSystemError | None:
    """The error for a status, ``None`` for 2xx.

    ``noun`` is what the path names one of, ``None`` for a whole collection. ``secrets`` were part
    of the request; a reason that repeats one of them is not shown.
    """
    match reply.status:
        case status if 200 <= status < 300:
            return None
        case status if 300 <= status < 400:
            return _redirected(system, what, reply)
        case 403:
            return Refused(f"{system} does not allow our account to do that.")
        case 404:
            return _missing(system, noun)
        case 422:
            return Refused(f"{system} does not accept {_fields(decode(reply.content))}.")
        case 429:
            return Unreachable(f"{system} wants fewer requests: try again {_when(reply)}.")
        case status if status >= 500:
            return unexpected(system, what)
        case status:
            reason = _reason(decode(reply.content), secrets) or f"status {status}"
            return Refused(f"{system} refused: {reason}.")


def refusal_inside(system: str, body: object, secrets: Iterable[str]) -> PhoneSystemError | None:
    """The error for a body that says no in spite of its status."""
    if not isinstance(body, Mapping) or "id" in body:
        return None
    if body.get("success") is not False and not body.get("error") and not body.get("errors"):
        return None
    reason = _reason(body, secrets)
    return Refused(f"{system} refused: {reason}." if reason else f"{system} refused.")


def says_deleted(reply: Reply, body: object) -> bool:
    """Whether a DELETE was answered as documented: 201 and a "Success message" of unknown shape.

    204, and 201 without a body, say so by HTTP's own rules. A message may say the contrary.
    """
    if not reply.content.strip():
        return reply.status in (201, 204)
    told = body.get("message") if isinstance(body, Mapping) else body
    if reply.status != 201 or not isinstance(told, str):
        return False
    beside = body if isinstance(body, Mapping) else {}
    fine = beside.get("status", "ok") in ("ok", "success", 201, True)
    fine = fine and not any(beside.get(name) is False for name in ("deleted", "success", "ok"))
    return fine and DELETED.search(told) is not None and NOT_DELETED.search(told) is None


def _redirected(system: str, what: str, reply: Reply) -> PhoneSystemError:
    if "login" in reply.headers.get("location", "").lower():
        return BadCredentials(f"{system} does not accept our credentials.")
    return unexpected(system, what)


def _missing(system: str, noun: str | None) -> Refused:
    if noun is None:
        return Refused(f"{system} does not offer that at this address: check url and hosts_path.")
    return Missing(f"{system} has no such {noun}.")


def _fields(body: object) -> str:
    errors = body.get("errors") if isinstance(body, Mapping) else None
    named = errors if isinstance(errors, Mapping) else {}
    names = [name for name in named if PROPERTY.fullmatch(str(name))][:8]
    return ", ".join(names) or "what it was sent"


def _when(reply: Reply) -> str:
    seconds = reply.headers.get("retry-after", "")
    return f"in {seconds} s" if seconds.isascii() and seconds.isdecimal() else "later"


def _reason(body: object, secrets: Iterable[str]) -> str:
    """The system's own words, when they are safe to show; else nothing."""
    if not isinstance(body, Mapping):
        return ""
    for name in ("message", "error"):
        text = body.get(name)
        line = " ".join(text.split()).rstrip(".") if isinstance(text, str) else ""
        safe = line.isprintable() and not UNSAFE.search(line)
        safe = safe and not any(secret in line for secret in secrets if secret)
        if 0 < len(line) <= LONGEST_REASON and safe:
            return line
    return ""
