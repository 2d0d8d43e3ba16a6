"""What a finished journey asks of missed calls: raise, count, correct, turn green, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot import journey_facts
from bot.alerts import claims, missed_call
from bot.alerts.missed_call import MissedCall
from bot.alerts.missed_calls import KIND, apply, document_of, load, queues_of
from bot.alerts.publishing import NewAlert, raise_alert, show_also
from bot.settings import Settings, SystemSettings
from bot.telephony.calls import Direction
from bot.telephony.journeys import Journey, Outcome
from bot.telephony.phone_numbers import to_e164
from storage import alerts, journeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A journey with its verdict. ``call_id`` is any of its identifiers, ``alert_id`` the alert
    that tells of it already, if this is late news."""

    system: str
    call_id: str
    journey: Journey
    alert_id: int | None = None
    seen_by: str | None = None


def outside_party(journey: Journey, settings: SystemSettings) -> str | None:
    """The number outside the company in E.164; ``None`` when it is withheld or there is none."""
    if journey.direction is None or journey.direction.value == Direction.INTERNAL:
        return None
    number = journey.caller_number if journey.inbound else journey.requested
    return to_e164(number.value, settings.region) if number else None


def on_journey(session: Session, settings: Settings, settled: Settled, now: datetime) -> int | None:
    """Do what a finished journey asks for: raise, count, correct, turn green, or nothing.

    Returns the alert that tells of the journey, if it was missed.
    """
    journey, told = settled.journey, settled.alert_id
    if journey.missed:
        if told is None:
            return _missed(session, settings, settled, now)
        return _known_better(session, settings, settled, told, now)
    if told is not None:
        _answered_after_all(session, settings, told, journey, now)
    if (party := outside_party(journey, settings.systems[settled.system])) is not None:
        _called(session, settings, settings.systems[settled.system].tenant, party, journey, now)
    return told


def _called(
    session: Session, settings: Settings, tenant: str, party: str, journey: Journey, now: datetime
) -> None:
    """Somebody spoke to a caller who may have an open card, or tried to."""
    row = alerts.find_open(session, missed_call.identity_of_party(tenant, party))
    if row is None or journey.started_at <= load(row).arrived_at:
        return
    if _has_reached(settings, journey):
        apply(session, row, missed_call.reached(load(row), journey), now)
    elif not journey.inbound:
        is_certain = journey.outcome is not Outcome.LOST_SIGHT
        change = claims.attempt(load(row), journey.started_at, is_certain=is_certain)
        apply(session, row, change, now)


def _has_reached(settings: Settings, journey: Journey) -> bool:
    """An answer of unknown length counts as a talk."""
    long_enough = journey.talked_seconds >= settings.missed_calls.reached_seconds
    return journey.answered and (long_enough or not journey.talk_is_known)


def _answered_after_all(
    session: Session, settings: Settings, alert_id: int, journey: Journey, now: datetime
) -> None:
    """A card that tells of an earlier try, too, is not settled by a talk too short to settle it
    elsewhere. Where nobody has told how long it was, one of no seconds was answered as late as it
    ended: so are answers dated that are told late."""
    row = alerts.get_locked(session, alert_id)
    if row is None or not journey.answered or not _is_newest_try(load(row), journey):
        return
    is_untold = journey.talk_seconds is None and not journey.talked_seconds
    if load(row).tries == 1 or is_untold or _has_reached(settings, journey):
        apply(session, row, missed_call.answered_after_all(load(row), journey, now), now)


def _is_newest_try(call: MissedCall, journey: Journey) -> bool:
    """Whether the card tells of this very call last: it may be about a later one by now."""
    over_at = journey.over_at or journey.started_at
    return journey.started_at <= call.arrived_at <= over_at


def _missed(session: Session, settings: Settings, settled: Settled, now: datetime) -> int | None:
    journey, system = settled.journey, settings.systems[settled.system]
    if (journey.waited_seconds or 0) < settings.missed_calls.minimum_ring_seconds:
        return None
    party = outside_party(journey, system)
    call = missed_call.from_journey(journey, party, settled.seen_by)
    key = missed_call.identity(
        settled.system, system.tenant, party, settled.call_id, call.arrived_at
    )
    row = alerts.find_open(session, key)
    if row is not None:
        apply(session, row, missed_call.tried_again(load(row), call), now)
        show_also(session, settings, row, settled.system, queues_of(call), now)
        return row.id
    new = NewAlert(
        kind=KIND,
        dedup_key=key,
        system=settled.system,
        tenant=system.tenant,
        state=call.state,
        facts=document_of(call),
        queues=queues_of(call),
    )
    alert_id = raise_alert(session, settings, new, now)
    if party is not None:
        _called_back_before(session, settings, system.tenant, party, call.arrived_at, now)
    return alert_id


def _called_back_before(
    session: Session, settings: Settings, tenant: str, party: str, since: datetime, now: datetime
) -> None:
    """News of a missed call may come later than news of the call back."""
    for known in reversed(journeys.list_by_party(session, tenant, party, since)):
        journey = journey_facts.load(known)
        if journey.is_over and journey.started_at > since:  # the missed call itself is among them
            _called(session, settings, tenant, party, journey, now)


def _known_better(
    session: Session, settings: Settings, settled: Settled, alert_id: int, now: datetime
) -> int | None:
    """Correct the card, unless it tells of a later try by now. Returns the alert that counts."""
    row, journey = alerts.get_locked(session, alert_id), settled.journey
    if row is None or not row.is_open or not _is_newest_try(load(row), journey):
        return alert_id
    system = settings.systems[settled.system]
    party = outside_party(journey, system)
    call = missed_call.from_journey(journey, party, settled.seen_by)
    change = missed_call.known_better(load(row), call)
    key = missed_call.identity_of_party(system.tenant, party) if party else row.dedup_key
    is_new = key != row.dedup_key
    other = alerts.find_open(session, key) if is_new else None
    if other is None:
        apply(session, row, change, now, dedup_key=key)
        show_also(session, settings, row, settled.system, queues_of(change.call), now)
        if party is not None and is_new:
            _called_back_before(session, settings, system.tenant, party, call.arrived_at, now)
        return alert_id
    apply(session, row, missed_call.told_elsewhere(change.call, now), now, dedup_key=key)
    apply(session, other, missed_call.tried_again(load(other), change.call), now)
    show_also(session, settings, other, settled.system, queues_of(change.call), now)
    return other.id


def same_call(session: Session, one_id: int, other_id: int, now: datetime) -> int | None:
    """Two journeys with a card each are one: an open card counts, of two that of more tries. It
    is returned. If it is one card, it has counted this call twice."""
    found = [alerts.get_locked(session, each) for each in (one_id, other_id)]
    rows = sorted(filter(None, found), key=lambda row: (not row.is_open, -load(row).tries))
    counts, *others = rows
    if one_id == other_id:
        apply(session, counts, missed_call.counted_once(load(counts)), now)
        return counts.id
    for row in others:
        if row.is_open:
            change = missed_call.told_elsewhere(load(row), now)
            apply(session, row, change, now, dedup_key=counts.dedup_key)
    return counts.id
