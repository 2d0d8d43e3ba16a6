"""What receipts say: bytes become events, or a reason why not. Nothing that comes in breaks it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import PhoneEvent, RawEvent
from bot.telephony.system import PhoneSystem
from storage.receipts import WaitingReceipt

log = logging.getLogger(__name__)

LONGEST_PROBLEM = 200
GZIP = b"\x1f\x8b"


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
        return Reading(row, events=tuple(system.parse(raw)))
    except UnknownEvent as unknown:
        problem = f"unknown kind of event: {unknown}"[:LONGEST_PROBLEM]
        return Reading(row, state="ignored", problem=problem)
    except UnparsableEvent as unreadable:
        return Reading(row, state="failed", problem=_problem(row.body, unreadable))
    except Exception as error:
        log.exception("Receipt %s broke the adapter of %s", row.id, row.system)
        return Reading(row, state="failed", problem=f"internal error: {type(error).__name__}")


def _problem(body: bytes, unreadable: UnparsableEvent) -> str:
    """What is wrong with the bytes themselves goes before what the adapter made of them."""
    if body.startswith(GZIP):
        return "the body is compressed: have it sent as it is"
    try:
        body.decode()
    except UnicodeDecodeError:
        return "the body is not UTF-8 text"
    return str(unreadable)[:LONGEST_PROBLEM]
