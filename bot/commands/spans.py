"""Spans of time as people type them: ``for 15m``, ``15 min``, ``until 14:00``, ``until 2pm``."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SPAN = re.compile(
    r"(?:^|\s)(?:for\s+)?(\d{1,3})\s*(m|min|mins|minutes?|h|hours?|hrs?)(?=\s|$)", re.IGNORECASE
)
UNTIL = re.compile(r"(?:^|\s)until\s+(\d{1,2})(?::(\d{2}))?\s*(am|pm)?(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """When something ends, and the text without the words that said so."""

    until: datetime | None
    rest: str


def read_span(text: str, now: datetime, zone: ZoneInfo) -> Span:
    """Find the end of a span in ``text``. ``until`` is the next such time of day in ``zone``.

    Raises ``ValueError`` for a time of day that does not exist.
    """
    found = SPAN.search(text)
    if found:
        unit = "hours" if found.group(2).lower().startswith("h") else "minutes"
        return Span(now + timedelta(**{unit: int(found.group(1))}), _without(text, found))
    found = UNTIL.search(text)
    if not found:
        return Span(None, text.strip())
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    if found.group(3):
        hour = hour % 12 + (12 if found.group(3).lower() == "pm" else 0)
    local = now.astimezone(zone)
    until = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if until <= local:
        until += timedelta(days=1)
    return Span(until.astimezone(now.tzinfo), _without(text, found))


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())
