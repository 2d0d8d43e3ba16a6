"""Who is called by whom in a snapshot of the system's calls, and who waits in which queue."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.threecx_ru.models import CallInfo, Leg, in_utc
from bot.telephony.calls import ActiveCall, Direction

EXTENSION: Final = "extension"
EXTERNAL_LINE: Final = "externalline"
QUEUE: Final = "queue"


def identity(call: CallInfo, zone: ZoneInfo) -> str:
    """Name a call: its ``callID`` and its start, for the numbers begin anew with the service."""
    started_at = in_utc(call.started_at, zone)
    return f"{call.call_id}@{started_at:%Y%m%dT%H%M%S}" if started_at else call.call_id


def ringing(call: CallInfo) -> tuple[str, ...]:
    """Extensions that the call is being put through to."""
    return _numbers(call.routing_to, EXTENSION)


def queue_of(call: CallInfo) -> str | None:
    """The queue that the call is in, while it is there."""
    return _first(_numbers((*call.routing_to, *call.talk_to), QUEUE))


def waits_in(call: CallInfo, queue: str) -> bool:
    """Whether the caller waits for an agent: the queue is on the line, and no person yet."""
    return queue_of(call) == queue and not is_spoken_to(call)


def is_spoken_to(call: CallInfo) -> bool:
    """Whether a person is on the other end. A queue, menu or voicemail box is none."""
    return bool(_numbers(call.talk_to, EXTENSION, EXTERNAL_LINE))


def active_call(call: CallInfo, zone: ZoneInfo) -> ActiveCall:
    """Translate one call. The times of a system without zones are read in ``zone``."""
    return ActiveCall(
        call_id=identity(call, zone),
        direction=direction(call),
        caller_number=caller_number(call),
        requested=requested(call),
        answered_by=_first(_numbers(call.talk_to, EXTENSION)),
        started_at=in_utc(call.started_at, zone),
        answered_at=in_utc(call.answered_at, zone) if is_spoken_to(call) else None,
    )


def direction(call: CallInfo) -> Direction | None:
    """Inbound when an outside line owns the call, outbound when an extension's leaves by one."""
    owner = _kind(call.owner)
    if owner == EXTERNAL_LINE:
        return Direction.INBOUND
    others = {_kind(leg) for leg in (*call.routing_to, *call.talk_to)}
    if owner != EXTENSION or not others:
        return None
    return Direction.OUTBOUND if EXTERNAL_LINE in others else Direction.INTERNAL


def caller_number(call: CallInfo) -> str | None:
    """The outside number of an inbound call, otherwise the calling extension."""
    if call.owner is None:
        return None
    if _kind(call.owner) == EXTERNAL_LINE:
        return call.owner.external_party or None
    return call.owner.dn_num or None


def requested(call: CallInfo) -> str | None:
    """What was dialled: the DID rule's name for inbound calls, otherwise the other party."""
    if _kind(call.owner) == EXTERNAL_LINE:
        return call.did or None
    others = (*call.talk_to, *call.routing_to)
    outside = [leg.external_party for leg in others if _kind(leg) == EXTERNAL_LINE]
    return _first([number for number in [*outside, *(leg.dn_num for leg in others)] if number])


def longest_wait_seconds(waiting: Iterable[CallInfo], now: datetime, zone: ZoneInfo) -> int:
    """Seconds since the oldest of these calls began, its way to the queue included."""
    starts = [start for call in waiting if (start := in_utc(call.started_at, zone))]
    return max((int((now - start).total_seconds()) for start in starts if start < now), default=0)


def _kind(leg: Leg | None) -> str:
    return leg.dn_type.lower() if leg else ""


def _numbers(legs: Iterable[Leg], *kinds: str) -> tuple[str, ...]:
    return tuple(leg.dn_num for leg in legs if _kind(leg) in kinds and leg.dn_num)


def _first(numbers: Iterable[str]) -> str | None:
    return next(iter(numbers), None)
