"""Keeps secrets and telephone numbers out of everything that is logged."""

import base64
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import quote, quote_plus

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

BLANK: Final = "•••"
SHORTEST_SECRET = 4
SHORTEST_ENCODED = 8
FULL_NUMBER_DIGITS = 7
QUIET_LOGGERS: Final = {
    "aiohttp.access": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,  # it warns of each look that finds the one before at work
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "slack_bolt": logging.ERROR,  # it warns that it does not use a token from the environment
    "slack_sdk": logging.WARNING,
    "stamina": logging.ERROR,  # it warns of each retry; the outcome is logged by us
    "uvicorn.access": logging.WARNING,
}

NUMBER: Final = re.compile(r"\+?\d(?:[^\w:=@]*\d)*")
"""Digits with whatever people put between them: blanks and hyphens of any kind, dots, slashes."""
PAIR: Final = re.compile(r"\d{1,6}\s+\d{1,6}")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BASE64_GROUP = "[A-Za-z0-9+/_=-]{0,4}"
_NEVER = "(?!)"


class Redactor:
    """Blanks secrets wherever they stand: plain, in a URL, in JSON, in a repr, in Basic auth.

    Secrets shorter than four characters are let through: blanking every ``42`` would make the
    logs useless and tell what the secret is. Upper and lower case count as equal, because
    ``%2f`` and ``%2F`` are.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        usable = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        encoded = _any_of(form for secret in usable for form in _base64_forms(secret))
        self._base64 = re.compile(encoded)
        self._base64_around = re.compile(f"{_BASE64_GROUP}(?:{encoded}){_BASE64_GROUP}")
        plain = _any_of(form for secret in usable for form in _forms(secret))
        self._plain = re.compile(plain, re.IGNORECASE)

    def blank(self, text: str) -> str:
        """``text`` with ``•••`` in the place of every secret."""
        if self._base64.search(text):
            text = self._base64_around.sub(BLANK, text)
        return self._plain.sub(BLANK, text)


class RedactingFormatter(logging.Formatter):
    """Finished lines without secrets, tracebacks included; times are UTC.

    A message stays on one line, so that nobody outside can make up log lines. A message that
    does not fit its arguments is logged without them.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name}: {_message(record)}"]
        lines += _details(self, record)
        return self._redactor.blank("\n".join(lines))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """ISO 8601 with milliseconds, whatever ``datefmt`` says."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RedactingJsonFormatter(RedactingFormatter):
    """The same as one JSON object per line: time, level, logger, message and perhaps details."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": self._redactor.blank(record.name),
            "message": self._redactor.blank(_message(record)),
        }
        details = "\n".join(_details(self, record))
        if details:
            entry["details"] = self._redactor.blank(details)
        return json.dumps(entry, ensure_ascii=False)


def mask(number: str) -> str:
    """``number`` for logs: ``+33 ••• 42``, ``••• 42`` if national, ``•••`` if hardly a number.

    Two digits stay of a full number or of an extension of three digits or more. Texts without
    digits, such as a caller's name, are blanked wholly; nothing stays nothing.
    """
    digits = "".join(character for character in number if character in "0123456789")
    if len(digits) < 3:
        return BLANK if number else ""
    country = _country(digits) if number.lstrip().startswith("+") else ""
    return f"{country}{BLANK} {digits[-2:]}"


def mask_numbers(text: str, *, pairs: bool = False) -> str:
    """``text`` with full telephone numbers masked, for the audit and for channels that show none;
    extensions and queues stay.

    With ``pairs``, two short numbers side by side are a queue and an extension, not one number.
    """

    def masked(found: re.Match[str]) -> str:
        number = found.group()
        is_full = sum(map(str.isdecimal, number)) >= FULL_NUMBER_DIGITS
        is_pair = pairs and PAIR.fullmatch(number)
        return mask(number) if is_full and not is_pair else number

    return NUMBER.sub(masked, text)


def configure_logging(
    redactor: Redactor, log_format: Literal["text", "json"], level: int | str
) -> None:
    """Send everything to standard error through the one redacting formatter.

    ``level`` is for our own loggers; libraries that talk too much, or log whole URLs, stay
    quieter. Python's warnings are logged as well.
    """
    handler = logging.StreamHandler(sys.stderr)
    formatter = RedactingJsonFormatter if log_format == "json" else RedactingFormatter
    handler.setFormatter(formatter(redactor))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for name, quiet_level in QUIET_LOGGERS.items():
        logging.getLogger(name).setLevel(quiet_level)


def _any_of(forms: Iterable[str]) -> str:
    """A pattern for any of ``forms``, the longest first."""
    longest_first = sorted(set(forms), key=lambda form: (-len(form), form))
    return "|".join(re.escape(form) for form in longest_first) or _NEVER


def _forms(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield quote(raw, safe="")
    yield quote(raw, safe="/")
    yield quote_plus(raw)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield repr(raw)[2:-1]


def _base64_forms(secret: str) -> Iterator[str]:
    """What ``secret`` looks like inside a longer Base64 text, as in ``Basic`` of ``user:secret``.

    Base64 writes three bytes as four characters, so there are three ways for a text to lie in
    it. The groups at the ends also hold neighbours; they are not in the forms.
    """
    raw = secret.encode("utf-8", "surrogatepass")
    for before in range(3 if len(raw) >= SHORTEST_ENCODED else 0):
        start = -before % 3
        whole = raw[start : start + (len(raw) - start) // 3 * 3]
        yield base64.b64encode(whole).decode()
        yield base64.urlsafe_b64encode(whole).decode()


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):
        text = f"{record.msg} (its arguments do not fit)"
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)


def _details(formatter: logging.Formatter, record: logging.LogRecord) -> Iterator[str]:
    if record.exc_info and record.exc_info[0] is not None:
        yield formatter.formatException(record.exc_info)
    if record.stack_info:
        yield formatter.formatStack(record.stack_info)


def _country(digits: str) -> str:
    """The calling code at the start of an E.164 number, as ``+33`` and a space."""
    if len(digits) < FULL_NUMBER_DIGITS:
        return ""
    codes = (digits[:length] for length in (1, 2, 3))
    known = (code for code in codes if int(code) in COUNTRY_CODE_TO_REGION_CODE)
    return next((f"+{code} " for code in known), "")
