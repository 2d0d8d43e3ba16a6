"""What receipts say: bytes become events, or a reason why not. Nothing that comes in breaks it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import CallEnded, CallEvent, PhoneEvent, RawEvent
from bot.telephony.system import PhoneSystem
from storage.receipts import WaitingReceipt

log = logging.getLogger(__name__)

LONGEST_PROBLEM = 200
GZIP = b"\x1f\x8b"
FURTHEST_AHEAD = timedelta(minutes=1)
"""So far in the future a post may be by its own words. Further, its sender's clock is wrong."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a receipt's bytes: ``events``, or the state it is left in and why."""

    row: WaitingReceipt
    events: tuple[PhoneEvent, ...] = ()
    state: str = "done"
    problem: str | None = None


def read_receipt(systems: Mapping[str, PhoneSystem], row: WaitingReceipt) -> Reading:
    """Let the system's adapter read a receipt. Raises nothing: those behind it must not wait."""
    system = systems.get(row.system)
    if system is None or system.parse is None:
        return Reading(row, state="ignored", problem="no such system, or one without events")
    raw = RawEvent(
        road=row.road,
        body=row.body,
        content_type=row.content_type,
        received_at=row.received_at,
    )
    try:
        return Reading(row, events=_dated(system.parse(raw), row))
    except UnknownEvent as unknown:
        problem = _in_short(f"unknown kind of event: {unknown}")
        return Reading(row, state="ignored", problem=problem)
    except UnparsableEvent as unreadable:
        return Reading(row, state="failed", problem=_problem(row.body, unreadable))
    except Exception as error:
        log.exception("Receipt %s broke the adapter of %s", row.id, row.system)
        return Reading(row, state="failed", problem=f"internal error: {type(error).__name__}")


def _dated(events: Sequence[PhoneEvent], row: WaitingReceipt) -> tuple[PhoneEvent, ...]:
    """What a post tells has happened by the time that it comes.

    A call of the future would be later than whatever is done about it. So where a sender's clock
    is ahead, the last event of each call is of the arrival, those before it are as far apart as
    they were. What a feed tells is left: it may be of many calls, hours long.
    """
    latest = row.received_at + FURTHEST_AHEAD
    if row.road != "push" or all(event.at <= latest for event in events):
        return tuple(events)
    ends: dict[str, datetime] = {}
    for event in events:
        ends[_subject(event)] = max(event.at, ends.get(_subject(event), event.at))

    def dated(event: PhoneEvent) -> PhoneEvent:
        end = ends[_subject(event)]
        if end <= latest:
            return event
        return _moved(event, end - row.received_at)

    return tuple(map(dated, events))


def _moved(event: PhoneEvent, by: timedelta) -> PhoneEvent:
    """What the event tells, so much earlier."""
    moved = replace(event, at=event.at - by)
    if isinstance(moved, CallEnded) and moved.began_at is not None:
        return replace(moved, began_at=moved.began_at - by)
    return moved


def _subject(event: PhoneEvent) -> str:
    return event.call_id if isinstance(event, CallEvent) else event.mailbox


def _problem(body: bytes, unreadable: UnparsableEvent) -> str:
    """What is wrong with the bytes themselves goes before what the adapter made of them."""
    if body.startswith(GZIP):
        return "the body is compressed: have it sent as it is"
    try:
        body.decode()
    except UnicodeDecodeError:
        return "the body is not UTF-8 text"
    return _in_short(str(unreadable))


def _in_short(problem: str) -> str:
    """What a database keeps of it: PostgreSQL no NUL, none half a character."""
    return "".join(filter(str.isprintable, problem))[:LONGEST_PROBLEM]
