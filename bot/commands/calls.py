"""``/calls``: the calls going on now and the latest ones, with their recordings."""

import re
from typing import Final

from sqlmodel import Session, col, select

from bot.commands.access import Line, some_system, split_system
from bot.commands.button_values import NOT_KNOWN, read_value, value_of
from bot.commands.call_lines import describe_active, describe_journey
from bot.commands.request import Button, Reply, Request, UsageError
from bot.commands.roles import NotAllowed, require_line
from bot.journey_facts import load
from bot.telephony.calls import Audio, Direction
from bot.telephony.errors import NotSupported, PhoneSystemError, Refused
from bot.telephony.journeys import Journey, Outcome
from bot.telephony.system import PhoneSystem
from storage import journeys
from storage.tables import LegRow

USAGE = "Usage: `/calls`, `/calls active`, `/calls recent` or `/calls 20`."
COUNT: Final = re.compile(r"[1-9][0-9]{0,5}")
USUAL: Final = 10
MOST: Final = 20
LONGEST_ID = 15

Row = tuple[str, tuple[Button, ...]]


async def run(request: Request) -> Reply:
    """The calls of a system: those going on, the latest, or both."""
    named, request = split_system(request)
    word = request.text.strip().lower()
    if word not in ("", "active", "recent") and not COUNT.fullmatch(word):
        raise UsageError(USAGE)
    system = named or await some_system(request, named, "parse")
    _check_tells(system)
    line = await require_line(request, system)
    if word == "active":
        return Reply(text=f"{system.key} now:", rows=await _active(request, system))
    count = int(word) if COUNT.fullmatch(word) else USUAL
    recent = await _recent(request, system, line, min(count, MOST))
    if word:
        more = f", the newest {MOST} are shown" if count > len(recent) == MOST else ""
        return Reply(text=f"The latest calls of {system.key}{more}:", rows=recent)
    rows = (*await _active_or_why_not(request, system), ("The latest:", ()), *recent)
    return Reply(text=f"Calls of {system.key}:", rows=rows)


async def press_recording(request: Request, value: str) -> Reply:
    """Hand over the recording of a call that the presser took part in, or any to an admin."""
    system, (journey_id,) = read_value(request, value, 1)
    line = await require_line(request, system)
    if not journey_id.isdecimal() or len(journey_id) > LONGEST_ID:
        raise UsageError(NOT_KNOWN)
    row = await request.services.store.read(journeys.get_journey, int(journey_id))
    if row is None or row.system != system.key:
        raise UsageError(NOT_KNOWN)
    if not _may_listen(request, line, load(row)):
        raise NotAllowed("Only people on the call and admins can listen to it.")
    audio = await _fetch(system, await request.services.store.read(_list_call_ids, row.id))
    return Reply(text="Here is the recording.", audio=audio, audio_title="Recording")


def _check_tells(system: PhoneSystem) -> None:
    if not (system.parse or system.active_calls or system.call_count):
        raise NotSupported(f"{system.key} ({system.title}) cannot list calls.")


async def _active(request: Request, system: PhoneSystem) -> tuple[Row, ...]:
    settings = request.services.settings.systems[system.key]
    if system.active_calls is None:
        counting = system.need(system.call_count, "count the calls going on")
        count = await counting.count_active()
        return ((f"Going on: {count}. {system.key} shows only how many.", ()),)
    calls = await system.active_calls.list_active()
    now = request.services.clock.now()
    rows = tuple((describe_active(call, settings.region, now), ()) for call in calls)
    return rows or (("Nobody is on a call.", ()),)


async def _active_or_why_not(request: Request, system: PhoneSystem) -> tuple[Row, ...]:
    """The latest calls are ours to tell, whatever becomes of this question."""
    try:
        return await _active(request, system)
    except PhoneSystemError as error:
        return ((str(error), ()),)


async def _recent(
    request: Request, system: PhoneSystem, line: Line | None, count: int
) -> tuple[Row, ...]:
    settings = request.services.settings.systems[system.key]
    rows = await request.services.store.read(journeys.list_recent, system.key, count)
    now = request.services.clock.now()
    found: list[Row] = []
    for row in rows:
        journey = load(row)
        buttons: tuple[Button, ...] = ()
        if system.recordings and _is_recorded(journey) and _may_listen(request, line, journey):
            buttons = (Button("Recording", "call.recording", value_of(system, str(row.id))),)
        told = describe_journey(journey, settings.region, settings.zone, now)
        found.append((told, buttons))
    return tuple(found) or (("No calls yet.", ()),)


def _is_recorded(journey: Journey) -> bool:
    """Whether there can be a recording: a person spoke with somebody outside."""
    direction = journey.direction.value if journey.direction else None
    outside = direction in (Direction.INBOUND, Direction.OUTBOUND)
    return outside and journey.outcome is Outcome.ANSWERED


def _may_listen(request: Request, line: Line | None, journey: Journey) -> bool:
    parties = {fact.value for fact in (journey.caller_number, journey.answered_by) if fact}
    return request.is_admin or (line is not None and line.extension in parties)


async def _fetch(system: PhoneSystem, call_ids: list[str]) -> Audio:
    """The first recording that any of a call's identifiers leads to."""
    recordings = system.need(system.recordings, "hand over recordings")
    refusal = Refused(f"{system.key} has no recording of this call.")
    for call_id in call_ids:
        try:
            return await recordings.fetch_recording(call_id)
        except Refused as error:
            refusal = error
    raise refusal


def _list_call_ids(session: Session, journey_id: int | None) -> list[str]:
    """A system's identifiers of one journey's legs."""
    return list(
        session.exec(
            select(LegRow.call_id)
            .where(col(LegRow.journey_id) == journey_id)
            .order_by(col(LegRow.call_id))
        )
    )
