"""Turns rows of MiRTA's two call histories into call records."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.mirta.local_times import utc_time
from bot.adapters.mirta.models import Cdr, SimpleCdr
from bot.telephony.calls import CallRecord, Direction, Disposition

DIRECTIONS: Final = {
    "IN": Direction.INBOUND,
    "OUT": Direction.OUTBOUND,
    "LOCAL": Direction.INTERNAL,
}

DISPOSITIONS: Final = {
    "ANSWERED": Disposition.ANSWERED,
    "NO ANSWER": Disposition.NO_ANSWER,
    "BUSY": Disposition.BUSY,
    "FAILED": Disposition.FAILED,
    "CONGESTION": Disposition.FAILED,
}

FEW: Final = 5
"""Rows: fewer may all be odd."""
FIRST_YEAR: Final = 2000

_CLID: Final = re.compile(r'\s*"?(?P<name>[^"<]*)"?\s*<(?P<number>[^>]*)>')
_SEAT: Final = re.compile(r"(\d+)-[\w.-]+")


def simple_record(row: SimpleCdr, zone: ZoneInfo) -> CallRecord:
    """The record of a row of the simple history. Raises ``ValueError`` for an unreadable time."""
    disposition = _disposition(row, row.who_answered)
    answered = disposition is Disposition.ANSWERED
    name = row.caller_name.strip()
    return CallRecord(
        record_id=row.uniqueid,
        call_id=row.uniqueid,
        started_at=utc_time(row.start, zone, row.uniqueid),
        direction=_direction(row),
        caller_number=row.caller_number or None,
        caller_name=name if name and name != row.caller_number else None,
        requested=bare_number(row.dialled),
        answered_by=bare_number(row.who_answered) if answered else None,
        disposition=disposition,
        duration_seconds=row.duration,
        talk_seconds=row.billsec,
    )


def cdr_record(row: Cdr, zone: ZoneInfo) -> CallRecord:
    """The record of one leg; its ``call_id`` is that of all its call's legs."""
    name, number = caller_id(row.clid)
    disposition = _disposition(row, row.where_landed)
    answered = disposition is Disposition.ANSWERED
    return CallRecord(
        record_id=row.uniqueid,
        call_id=row.linkedid or row.uniqueid,
        started_at=utc_time(row.start, zone, row.uniqueid),
        direction=_direction(row),
        caller_number=bare_number(row.source) or number,
        caller_name=name if name != number else None,
        requested=bare_number(row.dialled),
        answered_by=bare_number(row.last_destination) if answered else None,
        disposition=disposition,
        duration_seconds=row.duration,
        talk_seconds=row.billsec,
    )


def untold_column(rows: Sequence[SimpleCdr] | Sequence[Cdr]) -> str | None:
    """The column that none of ``rows`` has, and without which no missed call is known as one.

    One row that tells is enough, since single rows may be odd, or a few; a direction may be empty
    in the few calls of a quiet morning. Where no column says how a call went, one that tells
    whether it was answered will do.
    """
    if rows and not any("direction" in row.model_fields_set for row in rows):
        return "direction"
    if len(rows) < FEW and strange_word(rows):
        return None
    is_unknown = rows and not any(_direction(row) for row in rows)
    if is_unknown and any(row.direction.strip() for row in rows):
        return "direction"
    return "disposition" if rows and not any(_tells_answer(row) for row in rows) else None


def strange_word(rows: Sequence[SimpleCdr] | Sequence[Cdr]) -> tuple[str, str] | None:
    """A column and what it says in one of ``rows`` that nobody knows: of how a call went; or, where
    no row has one that is known, of where it came from."""
    for row in rows:
        if row.disposition.strip() and _said(row) is None:
            return "disposition", row.disposition.strip()
    if not any(_direction(row) for row in rows):
        for row in rows:
            if row.direction.strip():
                return "direction", row.direction.strip()
    return None


def was_answered(row: SimpleCdr | Cdr) -> bool:
    """What talk and time of answer say of a row without a disposition: talk outweighs the other.

    A word that is not known says more than they do: a queue that answers by itself has talk, too.
    """
    if row.disposition.strip():
        return False
    return bool(row.billsec) if row.billsec is not None else _has_answer(row)


def is_doubtful(row: SimpleCdr | Cdr) -> bool:
    """Whether talk, a time of answer or a person's seat stands beside no word that is known.

    It may be a person's, or a queue's that answers by itself; a voicemail box is neither. A talk
    of no seconds outweighs a time and a seat, as it does where there is no word at all.
    """
    if _said(row) is not None or was_answered(row):
        return False
    who = row.who_answered if isinstance(row, SimpleCdr) else row.where_landed
    if _is_voicemail(who):
        return False
    if row.billsec is not None:
        return row.billsec > 0
    is_seat = isinstance(row, SimpleCdr) and _SEAT.fullmatch(who.strip()) is not None
    return _has_answer(row) or is_seat


def _has_answer(row: SimpleCdr | Cdr) -> bool:
    """Databases write "never" as the first of all days, or as one before."""
    if not isinstance(row, Cdr):
        return False
    try:
        return datetime.fromisoformat(row.answer.strip()).year >= FIRST_YEAR
    except ValueError:
        return False


def is_callers_leg(row: Cdr) -> bool:
    """Whether this leg is the caller's own, whose end is the end of the call.

    Asterisk gives all legs the identifier of the first channel as their ``linkedid``.
    """
    return row.linkedid in ("", row.uniqueid)


def answered_at(record: CallRecord) -> datetime:
    """When somebody took the call; the start of the call where the history does not tell."""
    if record.duration_seconds is None or record.talk_seconds is None:
        return record.started_at
    ringing = max(0, record.duration_seconds - record.talk_seconds)
    return record.started_at + timedelta(seconds=ringing)


def ended_at(record: CallRecord) -> datetime:
    return record.started_at + timedelta(seconds=record.duration_seconds or 0)


def caller_id(text: str) -> tuple[str | None, str | None]:
    """Name and number in ``"Name" <number>``; a text of another form is a number."""
    match = _CLID.fullmatch(text)
    if match is None:
        return None, text.strip() or None
    return match["name"].strip() or None, match["number"].strip() or None


def bare_number(text: str) -> str | None:
    """The number in ``104-TENANT``, ``None`` for an empty text."""
    text = text.strip()
    seat = _SEAT.fullmatch(text)
    return (seat[1] if seat else text) or None


def _direction(row: SimpleCdr | Cdr) -> Direction | None:
    return DIRECTIONS.get(row.direction.strip().upper())


def _said(row: SimpleCdr | Cdr) -> Disposition | None:
    return DISPOSITIONS.get(row.disposition.strip().upper())


def _tells_answer(row: SimpleCdr | Cdr) -> bool:
    if row.disposition.strip():
        return _said(row) is not None
    return row.billsec is not None or "answer" in row.model_fields_set


def _is_voicemail(who: str) -> bool:
    return "voicemail" in who.lower()


def _disposition(row: SimpleCdr | Cdr, answered_by: str) -> Disposition | None:
    """How it went; a call that a voicemail box answered was taken by nobody."""
    disposition = _said(row) or (Disposition.ANSWERED if was_answered(row) else None)
    if disposition is Disposition.ANSWERED and _is_voicemail(answered_by):
        return Disposition.VOICEMAIL
    return disposition
