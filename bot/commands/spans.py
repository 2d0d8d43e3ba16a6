"""Spans of time as people type them: ``for 15m``, ``1h30m``, ``until 14:00``, ``until 14h30``."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands.marks import CLOSING, OPENING

H, M = r"(?:h|hrs?|hours?)", r"(?:m|mins?|minutes?)"
HOURS, MINUTES = rf"(?P<hours>\d{{1,3}})\s*{H}", rf"(?P<minutes>\d{{1,3}})\s*{M}"
ALSO_MINUTES = rf"(?:(?P<attached>\d{{2}})|\s*(?:and\s+)?(?P<more>\d{{1,2}})\s*{M})?"
OPENS, CLOSES = rf"(?<!\S)[{OPENING}]*", rf"[{CLOSING}]*(?=\s|$)"
"""An end begins and ends with a word, whatever marks are around it."""
SPAN = re.compile(
    rf"{OPENS}(?P<for>for\s+)?(?:{HOURS}{ALSO_MINUTES}|{MINUTES}){CLOSES}", re.IGNORECASE
)
UNTIL = re.compile(
    rf"{OPENS}until\s+(?P<hour>\d{{1,2}})"
    r"(?:[:.](?P<minute>\d{2})|\s*h(?:\s*(?P<after_h>\d{2}))?)?"
    rf"\s*(?:(?P<half>[ap])\.?\s?m\.?)?(?P<today>,?\s+today)?{CLOSES}",
    re.IGNORECASE,
)
ENDS_IN_UNTIL = re.compile(rf"{OPENS}(?:until|till?)$", re.IGNORECASE)
NOT_READ = re.compile(
    rf"{OPENS}(?:(?:for|until)$|(?:until|till?)\s+(?:[^\w\s]*\d|noon|midnight)|from\s+\d"
    rf"|\d+\s*[.,\u2013-]\s*\d+\s*(?:{H}|{M})(?=\W|$)"
    rf"|for\s+(?:an?|one|two|three|half(?:\s+an)?)\s+(?:{H}|{M})(?=\W|$))",
    re.IGNORECASE,
)
NUMBER_NOT_READ = re.compile(rf"{OPENS}for\s+[^\w\s]*\d", re.IGNORECASE)
"""Somebody meant an end, and would otherwise get a pause without one. Beside an end that was read
it is a reason, such as ``for 2 people``."""
UNREAD_END = re.compile(rf"[{OPENING}]*(?:for|until|till?)(?=\s|$)", re.IGNORECASE)
MORE = re.compile(
    r"\s*[;,]?\s*(?:\d{2}|and\s+(?:a\s+half|(?:a|three)\s+quarters?|\d+))(?=\W|$)", re.IGNORECASE
)
"""Behind hours: minutes that do not say so."""
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
DAY = re.compile(rf"[\s(]+(?:tomorrow|on\s+{WEEKDAY})\b", re.IGNORECASE)
"""Behind a length of time, which begins now."""
ZONE = r"(?:UTC|GMT|(?-i:BST|MSK|Z|[WCE]ES?T|[ECMP][DS]T))"
OTHER_DAY = re.compile(
    rf"[\s(]+(?:today|tomorrow|next|on|in\s+the|{WEEKDAY}|{ZONE})\b", re.IGNORECASE
)
OTHER_TIME = re.compile(r"\s*(?:and|or|to|-)?\s*\d{1,2}[:.h]\d", re.IGNORECASE)
"""Behind a time of day: an end takes none but the next such time on the phone system's clock."""
DASHES: Final = frozenset({"-", "\u2013"})
RANGE: Final = DASHES | {"to", "or"}
TWO_ENDS = "two ends, half of one, or one on another day"
PASSED = "a time of today that has passed"


@dataclass(frozen=True, slots=True)
class Span:
    """When something ends, and the text without the words that said so.

    ``is_time_of_day``: by the clock on the wall, and not after so many minutes.
    """

    until: datetime | None
    rest: str
    is_time_of_day: bool = False


def read_span(text: str, now: datetime, zone: ZoneInfo) -> Span:
    """Find the end of a span in ``text``. ``until`` is the next such time of day in ``zone``.

    Raises ``ValueError`` for a time of day that does not exist, for no time at all, and for an
    end in other words.
    """
    text = text.strip()
    found, until_found = SPAN.search(text), UNTIL.search(text)
    if found and _is_after_until(text, found):
        if until_found is None or until_found.end() < found.end():
            raise ValueError("an end in other words")
        found = None
    if until_found and (found or _goes_on(text, until_found.end())):
        raise ValueError(TWO_ENDS)
    if found:
        length = _length(found)
        if not length:
            raise ValueError("no time at all")
        if _has_more(text, found):
            raise ValueError(TWO_ENDS)
        return Span(now + length, _without(text, found))
    if until_found:
        until = _next(until_found, now.astimezone(zone))
        rest = _without(text, until_found)
        return Span(until.astimezone(now.tzinfo), rest, is_time_of_day=True)
    if NOT_READ.search(text) or NUMBER_NOT_READ.search(text):
        raise ValueError("an end in other words")
    return Span(None, text)


def words_of_end(text: str) -> int:
    """How many words at the start of ``text`` are an end; 0 where something else comes first."""
    found = SPAN.match(text) or UNTIL.match(text)
    return len(found[0].split()) if found else 0


def _goes_on(text: str, end: int) -> bool:
    """Whether another day follows a time of day, or another time."""
    return bool(OTHER_DAY.match(text, end) or OTHER_TIME.match(text, end))


def is_unread_end(reason: str) -> bool:
    """Whether what is left, with no end found, begins as an end does: ``for an hour``."""
    return UNREAD_END.match(reason) is not None


def _is_after_until(text: str, span: re.Match[str]) -> bool:
    """``until 14h`` is a time of day, and ``until 30m`` is nothing."""
    return not span["for"] and ENDS_IN_UNTIL.search(text[: span.start()].rstrip()) is not None


def _has_more(text: str, found: re.Match[str]) -> bool:
    """Whether a length of time is a part of one: ``10 to`` before it, a day or minutes behind."""
    *_, first, number, joint = ["for", "for", "for", *text[: found.start()].lower().split()]
    is_range = joint in RANGE and (joint not in DASHES or first == "for")
    if number.isdigit() and is_range and not found["for"]:
        return True
    more = DAY.match(text, found.end()) or (found["hours"] and MORE.match(text, found.end()))
    return bool(more)


def _next(found: re.Match[str], local: datetime) -> datetime:
    """The time of day that was found, today or tomorrow. Raises ``ValueError``."""
    at = _time_of_day(found)
    until = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if until <= local and found["today"]:
        raise ValueError(PASSED)
    return until if until > local else until + timedelta(days=1)


def _length(found: re.Match[str]) -> timedelta:
    minutes = int(found["minutes"] or found["attached"] or found["more"] or 0)
    return timedelta(hours=int(found["hours"] or 0), minutes=minutes)


def _time_of_day(found: re.Match[str]) -> time:
    hour, minute = int(found["hour"]), int(found["minute"] or found["after_h"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("hour must be in 1..12")
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return time(hour, minute)


def _without(text: str, found: re.Match[str]) -> str:
    """What is left of ``text``. Raises ``ValueError`` where that has an end as well."""
    rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    if any(end.search(rest) for end in (SPAN, UNTIL, NOT_READ)):
        raise ValueError(TWO_ENDS)
    return rest
