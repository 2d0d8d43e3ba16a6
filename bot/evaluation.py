"""What receipts cause: journeys, alerts, messages, timers.

All of it and the receipts' own end are one transaction, so each receipt counts exactly once.
"""

import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.alerts import mailboxes, verdicts
from bot.alerts.publishing import notify_ops, was_told
from bot.alerts.verdicts import Settled, outside_party
from bot.given_again import is_given_again, is_of_earlier_call
from bot.journey_facts import facts_of, load
from bot.readings import Reading
from bot.settings import Settings, SystemSettings
from bot.telephony.events import CallEvent, CallStarted, MailboxChanged
from bot.telephony.journeys import Journey, join, journey_of, linked_call
from storage import journeys, receipts, timers
from storage.journeys import StoredJourney
from storage.receipts import Settlement
from storage.unreadable import count_since

log = logging.getLogger(__name__)

JOURNEY_TIMER = "journey"
PLACE = re.compile(r"\[\d+\]\.?")
"""In a list: the same mistake may be made at many."""


def take_up(
    session: Session, settings: Settings, readings: Sequence[Reading], now: datetime
) -> None:
    """Settle receipts and do what their events ask for. What is settled already is left alone."""
    outcomes = [Settlement(each.row.id, each.state, each.problem) for each in readings]
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


def _carry_out(session: Session, settings: Settings, reading: Reading, now: datetime) -> None:
    row = reading.row
    if reading.state == "failed":
        _tell_unreadable(session, settings, reading, now)
    for event in reading.events:
        match event:
            case MailboxChanged(mailbox=mailbox, new=new, old=old, at=at):
                mailboxes.on_counts(session, settings, row.system, mailbox, new, old, at, now)
            case CallEvent():
                fold(session, settings, row.system, row.road, event, now)


def _tell_unreadable(session: Session, settings: Settings, reading: Reading, now: datetime) -> None:
    """Once an hour for each thing that is wrong with a system's events."""
    system = reading.row.system
    mistake = PLACE.sub("", reading.problem or "")
    key = f"unreadable:{system}:{now:%Y-%m-%d-%H}:{mistake}"
    if was_told(session, key):
        return
    count, since = count_since(session, system)
    text = (
        f"An event from {system} cannot be read and is kept as number {reading.row.id}: "
        f"{reading.problem}. Unreadable events of {system} until now: {count}, since "
        f"{since:%Y-%m-%d %H:%M} UTC. 'ringback replay list' shows them. Mend what sends them, or "
        "update Ringback: 'ringback replay retry' takes them up again. After "
        f"{settings.retention.receipt_days} days they are removed."
    )
    notify_ops(session, settings, key, text, now)


def fold(
    session: Session, settings: Settings, system: str, road: str, event: CallEvent, now: datetime
) -> None:
    """Join an event to its journey; act if that settles it, or changes what is known of it."""
    of_system, said = settings.systems[system], journey_of(event)
    row, known = _journey_of_call(session, of_system, system, event.call_id, event, said)
    if known is not None and is_of_earlier_call(known, said, of_system, now):
        _leave_out(session, settings, system, said, known, now)
        return
    journey = join(known, said) if known else said
    other_id = linked_call(event)
    if other_id is not None:
        row, journey = _linked(session, of_system, system, event, other_id, row, journey, now)
    elif journey == known:
        return
    row = _updated(of_system, system, row, journey)
    is_new_verdict = journey.is_over and not row.outcome
    settle_seconds = of_system.settle_seconds if is_new_verdict else 0
    if journey.is_over and not settle_seconds:
        settle(session, settings, row, journey, event.call_id, road, now)
    journeys.save(session, row, event.call_id)
    if other_id is not None:
        journeys.add_leg(session, system, other_id, _number(session, row))
    if settle_seconds:
        number = _number(session, row)
        due_at = now + timedelta(seconds=settle_seconds)
        payload = {"journey_id": number, "call_id": event.call_id, "road": road}
        timers.set_timer(session, f"{JOURNEY_TIMER}:{number}", JOURNEY_TIMER, due_at, payload)


def _leave_out(
    session: Session,
    settings: Settings,
    system: str,
    said: Journey,
    known: Journey,
    now: datetime,
) -> None:
    """Told once a day where the known call goes on, for the event may be its own, dated wrongly;
    and once an hour where the earlier call was missed."""
    log.info("%s: news of an earlier call with the same identifier is left out", system)
    is_missed = said.missed and bool(said.dispositions)
    when = f"{now:%Y-%m-%d-%H}" if is_missed else f"{now:%Y-%m-%d}"
    key = f"earlier:{system}:{when}"
    if (known.is_over and not is_missed) or was_told(session, key):
        return
    text = (
        f"An event from {system} is dated {said.started_at:%Y-%m-%d %H:%M} UTC, long before its "
        f"call began ({known.started_at:%Y-%m-%d %H:%M} UTC). It is left out, as news of an "
        "earlier call with the same identifier. If there was none, the date is wrong, and missed "
        f"calls may be lost: look at the clock of {system} and at how it writes times."
    )
    notify_ops(session, settings, key, text, now)


def _journey_of_call(
    session: Session,
    settings: SystemSettings,
    system: str,
    call_id: str,
    event: CallEvent,
    said: Journey,
    *,
    began_at: datetime | None = None,
) -> tuple[StoredJourney, Journey] | tuple[None, None]:
    """The journey of a call that the event is about, or names, as stored and as read; nothing for
    a new one. ``said`` is what else is known of the call, ``began_at`` when it began, if it did.

    Some systems give an identifier to another call once the first is long over.
    """
    row = journeys.find_journey(session, system, call_id)
    if row is None:
        return None, None
    known = load(row)
    if isinstance(event, CallStarted):
        began_at = event.at
    has_legs = partial(journeys.has_legs, session, row)
    if not is_given_again(known, event, said, began_at, has_legs, settings):
        return row, known
    journeys.forget_call(session, system, call_id)
    return None, None


def _number(session: Session, row: StoredJourney) -> int:
    """What others know the journey by."""
    journeys.write(session)
    assert row.id is not None
    return row.id


def settle(
    session: Session,
    settings: Settings,
    row: StoredJourney,
    journey: Journey,
    call_id: str,
    road: str,
    now: datetime,
) -> None:
    """Give a journey its verdict and act on it, and on what has become known since.

    ``row`` is to be saved afterwards.
    """
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
    row.alert_id = verdicts.on_journey(session, settings, settled, now)


def _linked(
    session: Session,
    settings: SystemSettings,
    system: str,
    event: CallEvent,
    other_id: str,
    row: StoredJourney | None,
    journey: Journey,
    now: datetime,
) -> tuple[StoredJourney | None, Journey]:
    """Two identifiers are one journey: the one that is known first takes in the other."""
    journeys.write(session)  # so that both have their numbers
    shows_start = row is not None and journey.direction is not None
    began_at = journey.started_at if shows_start else None  # a leg that only rang may be an old one
    other, _ = _journey_of_call(
        session, settings, system, other_id, event, journey, began_at=began_at
    )
    if other is None or (row is not None and other.id == row.id):
        return row, journey
    known = load(other)
    if is_of_earlier_call(known, journey, settings, now):
        return row, journey
    joined = join(journey, known)
    assert other.id is not None
    if row is None:
        journeys.add_leg(session, system, event.call_id, other.id)
        return other, joined
    assert row.id is not None
    if other.alert_id is None:
        other.alert_id, other.outcome = row.alert_id, row.outcome or other.outcome
    elif row.alert_id is not None:
        other.alert_id = verdicts.same_call(session, other.alert_id, row.alert_id, now)
    timers.cancel_timer(session, f"{JOURNEY_TIMER}:{row.id}")  # its id may be another's soon
    journeys.absorb_journey(session, other.id, row.id)
    return other, joined


def _updated(
    settings: SystemSettings, system: str, row: StoredJourney | None, journey: Journey
) -> StoredJourney:
    """The row as it shall be stored; a new one where there was none."""
    facts, party = facts_of(journey), outside_party(journey, settings)
    if row is None:
        return StoredJourney(system, settings.tenant, party, journey.started_at, facts)
    row.facts, row.party, row.started_at = facts, party, journey.started_at
    return row
