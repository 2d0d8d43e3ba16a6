"""From a stored receipt to alerts: one path for pushed, polled and replayed news.

Receipts of a system are taken up in the order they came. What a receipt causes (journeys, alerts,
messages, timers) and the receipt's own end are one transaction, so each counts exactly once.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.alerts import mailboxes, missed_calls
from bot.alerts.missed_calls import Settled, outside_party
from bot.alerts.publishing import notify_ops
from bot.clock import Clock
from bot.journey_facts import facts_of, load
from bot.leaseholder import INTAKE, WAIT_SECONDS, Leases
from bot.readings import Reading, read_receipt
from bot.settings import Settings
from bot.telephony.events import CallEnded, CallEvent, MailboxChanged
from bot.telephony.journeys import Journey, join, journey_of, linked_call
from bot.telephony.system import PhoneSystem
from storage import journeys, receipts, timers
from storage.engine import DatabaseUnusable
from storage.leases import LeaseLost, fenced
from storage.receipts import Settlement
from storage.store import Backlog, Store, Topic
from storage.tables import JourneyRow

log = logging.getLogger(__name__)

BATCH = 200
CHUNK = 32
"""So many share a transaction: what is stored meanwhile waits no longer than these take."""
GATHER_SECONDS = 0.003
"""After a few receipts: those that come meanwhile share a transaction, which costs as much as three
of them do. The first one after a calm never waits for that."""
YIELD_FACTOR = 8
LONGEST_YIELD_SECONDS = 0.25
"""Under load a turn of t seconds is followed by a wait of ``YIELD_FACTOR`` t, so much at most."""
IDLE_SECONDS = 1.0
SHARED_IDLE_SECONDS = 0.2
"""What another process has stored does not wake this one."""
JOURNEY_TIMER = "journey"
GIVEN_AGAIN_AFTER = timedelta(minutes=30)
"""An event that comes so long after its call's end is of another call with the same identifier."""


TakeUp = Callable[[Session, Sequence[Reading]], Sequence[None]]


class Intake:
    """Takes up receipts, one after the other, for as long as ``run`` runs."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        systems: Mapping[str, PhoneSystem],
        leases: Leases,
    ) -> None:
        self._store = store
        self._leases = leases
        self._clock = clock
        self._settings = settings
        self._systems = systems
        self._wake = store.listen(Topic.RECEIPTS)

    async def run(self) -> None:
        """Take up receipts until cancelled, while no other process does."""
        while True:
            await self._leases.hold(INTAKE)
            self._wake.clear()
            try:
                taken = await self.take_up_waiting()
            except LeaseLost as lost:
                log.info("Receipts are taken up elsewhere: %s", lost)
                await self._clock.sleep(WAIT_SECONDS)
                continue
            except (Backlog, DatabaseUnusable):  # the store has logged it
                taken = 0
                await self._clock.sleep(IDLE_SECONDS)
            except Exception:
                log.exception("Receipts could not be taken up; trying again")
                taken = 0
                await self._clock.sleep(IDLE_SECONDS)
            if not taken:
                await self._pause()
            elif taken < CHUNK:
                await self._clock.sleep(GATHER_SECONDS)

    async def take_up_waiting(self) -> int:
        """Take up what waits now, a batch at most; returns how many receipts that was."""
        lease = self._leases.holding(INTAKE)
        if lease is None:
            return 0
        unit = fenced(lease, self._take_up_all)
        waiting = await self._store.read(receipts.list_new, BATCH)
        for start in range(0, len(waiting), CHUNK):
            began, asked = self._clock.monotonic(), self._store.asked
            chunk = [read_receipt(self._systems, row) for row in waiting[start : start + CHUNK]]
            results = await asyncio.gather(
                *(self._store.write_item(unit, reading) for reading in chunk),
                return_exceptions=True,
            )
            for reading, result in zip(chunk, results, strict=True):
                if isinstance(result, (DatabaseUnusable, Backlog, LeaseLost)):
                    raise result
                if isinstance(result, BaseException):
                    await self._give_up(unit, reading, result)
            if self._store.asked - asked - len(chunk) > CHUNK:
                await self._give_way(self._clock.monotonic() - began)
                break  # what has come meanwhile may be of a system that others must not hold up
        return len(waiting)

    async def _give_way(self, seconds: float) -> None:
        """More comes in than can be taken up: storing it, so that it is safe, goes first."""
        await self._clock.sleep(min(YIELD_FACTOR * seconds, LONGEST_YIELD_SECONDS))

    def _take_up_all(self, session: Session, readings: Sequence[Reading]) -> Sequence[None]:
        return take_up(session, self._settings, readings, self._clock.now())

    async def _give_up(self, unit: TakeUp, reading: Reading, error: BaseException) -> None:
        """One receipt that breaks us must not hold up those behind it."""
        row = reading.row
        log.error("Receipt %s of %s could not be taken up", row.id, row.system, exc_info=error)
        problem = f"internal error: {type(error).__name__}"
        await self._store.write_item(unit, Reading(row, state="failed", problem=problem))

    async def _pause(self) -> None:
        """Wait for news, or a moment: another process may have put receipts back in line."""
        seconds = SHARED_IDLE_SECONDS if self._leases.shared else IDLE_SECONDS
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()


def take_up(
    session: Session, settings: Settings, readings: Sequence[Reading], now: datetime
) -> Sequence[None]:
    """Settle receipts and do what their events ask for. What is settled already is left alone."""
    outcomes = [Settlement(_id(each), each.state, each.problem) for each in readings]
    settled = receipts.settle_all(session, outcomes)
    fresh = [each for each in readings if each.row.id in settled]
    calls = {
        (each.row.system, event.call_id)
        for each in fresh
        for event in each.events
        if isinstance(event, CallEvent)
    }
    with journeys.remembering(session, calls):
        for each in fresh:
            _carry_out(session, settings, each, now)
    return [None] * len(readings)


def _id(reading: Reading) -> int:
    assert reading.row.id is not None
    return reading.row.id


def _carry_out(session: Session, settings: Settings, reading: Reading, now: datetime) -> None:
    row = reading.row
    if reading.state == "failed":
        text = (
            f"An event from {row.system} cannot be read and is kept: {reading.problem}. Mend what "
            "sends it, or update Ringback: 'ringback replay --failed' takes it up again."
        )
        key = f"unreadable:{row.system}:{now:%Y-%m-%d-%H}:{reading.problem}"
        notify_ops(session, settings, key, text, now)
    for event in reading.events:
        match event:
            case MailboxChanged(mailbox=mailbox, new=new, old=old, at=at):
                mailboxes.on_counts(session, settings, row.system, mailbox, new, old, at, now)
            case CallEvent():
                fold(session, settings, row.system, row.road, event, now)


def fold(
    session: Session, settings: Settings, system: str, road: str, event: CallEvent, now: datetime
) -> None:
    """Join an event to its journey; act if that settles it, or changes what is known of it."""
    row = _journey_of_call(session, system, event)
    known = load(row) if row is not None else None
    journey = join(known, journey_of(event)) if known else journey_of(event)
    other_id = linked_call(event)
    if other_id is not None:
        journeys.write_noted(session)
        row, journey = _linked(session, system, event.call_id, other_id, row, journey, now)
    elif journey == known:
        return
    row = _saved(session, settings, system, event.call_id, row, journey)
    if other_id is not None:
        journeys.write_noted(session)
        assert row.id is not None
        journeys.add_leg(session, system, other_id, row.id)
    if not journey.is_over:
        return
    settle_seconds = settings.systems[system].settle_seconds
    if settle_seconds and not row.outcome:
        session.flush()
        due_at = now + timedelta(seconds=settle_seconds)
        payload = {"journey_id": row.id, "call_id": event.call_id, "road": road}
        timers.set_timer(session, f"{JOURNEY_TIMER}:{row.id}", JOURNEY_TIMER, due_at, payload)
        return
    settle(session, settings, row, event.call_id, road, now)


def _journey_of_call(session: Session, system: str, event: CallEvent) -> JourneyRow | None:
    """The journey that the event belongs to; ``None`` for a new one.

    Some systems give an identifier to another call once the first is long over.
    """
    row = journeys.find_journey(session, system, event.call_id)
    over_at = load(row).over_at if row is not None else None
    is_late = over_at is not None and event.at - over_at >= GIVEN_AGAIN_AFTER
    if row is None or not is_late or (isinstance(event, CallEnded) and event.repeats):
        return row
    journeys.forget_call(session, system, event.call_id)
    return None


def settle(
    session: Session, settings: Settings, row: JourneyRow, call_id: str, road: str, now: datetime
) -> None:
    """Give a journey its verdict and act on it, and on what has become known since."""
    journey = load(row)
    if journey.outcome is None:
        return
    settled = Settled(
        system=row.system,
        call_id=call_id,
        journey=journey,
        alert_id=row.alert_id,
        seen_by=None if road == "push" else road,
    )
    row.outcome = journey.outcome
    row.alert_id = missed_calls.on_journey(session, settings, settled, now)
    session.add(row)


def _linked(
    session: Session,
    system: str,
    call_id: str,
    other_id: str,
    row: JourneyRow | None,
    journey: Journey,
    now: datetime,
) -> tuple[JourneyRow | None, Journey]:
    """Two identifiers are one journey: the one that is known first takes in the other."""
    other = journeys.find_journey(session, system, other_id)
    if other is None or other is row:
        return row, journey
    joined = join(journey, load(other))
    assert other.id is not None
    if row is None:
        journeys.add_leg(session, system, call_id, other.id)
        return other, joined
    if other.alert_id is None:
        other.alert_id, other.outcome = row.alert_id, row.outcome or other.outcome
    elif row.alert_id not in (None, other.alert_id):
        missed_calls.same_call(session, row.alert_id, now)
    timers.cancel_timer(session, f"{JOURNEY_TIMER}:{row.id}")  # its id may be another's soon
    journeys.absorb_journey(session, other.id, row)
    return other, joined


def _saved(
    session: Session,
    settings: Settings,
    system: str,
    call_id: str,
    row: JourneyRow | None,
    journey: Journey,
) -> JourneyRow:
    system_settings = settings.systems[system]
    facts, party = facts_of(journey), outside_party(journey, system_settings)
    if row is None:
        row = JourneyRow(
            system=system,
            tenant=system_settings.tenant,
            party=party,
            started_at=journey.started_at,
            facts=facts,
        )
        journeys.note_journey(session, row, call_id)
        return row
    row.facts, row.party, row.started_at = facts, party, journey.started_at
    session.add(row)
    return row
