"""Missed calls in the database: raised by journeys; changed by journeys, people and timers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot import journey_facts
from bot.alerts import missed_call
from bot.alerts.missed_call import OVER, Change, Claim, MissedCall, State
from bot.alerts.publishing import NewAlert, change_alert, raise_alert, show_also
from bot.settings import Settings, SystemSettings
from bot.telephony.calls import Direction
from bot.telephony.journeys import Journey
from bot.telephony.phone_numbers import to_e164
from storage import alerts, journeys, timers
from storage.tables import AlertRow

KIND: Final = "missed_call"
CLAIM_TIMER = "claim"
MISSED_CALL = TypeAdapter(MissedCall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A journey with its verdict. ``call_id`` is any of its identifiers, ``alert_id`` the alert
    that tells of it already, if this is late news."""

    system: str
    call_id: str
    journey: Journey
    alert_id: int | None = None
    seen_by: str | None = None


def load(row: AlertRow) -> MissedCall:
    """The missed call that an alert holds."""
    return MISSED_CALL.validate_python(row.facts)


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
        _answered_after_all(session, told, journey, now)
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
        _apply(session, row, missed_call.reached(load(row), journey), now)
    elif not journey.inbound:
        _apply(session, row, missed_call.attempt(load(row), journey.started_at), now)


def _has_reached(settings: Settings, journey: Journey) -> bool:
    """An answer of unknown length counts as a talk."""
    long_enough = journey.talked_seconds >= settings.missed_calls.reached_seconds
    return journey.answered and (long_enough or not journey.talk_is_known)


def _answered_after_all(session: Session, alert_id: int, journey: Journey, now: datetime) -> None:
    row = alerts.get_locked(session, alert_id)
    if row is not None and journey.answered and _is_newest_try(load(row), journey):
        _apply(session, row, missed_call.answered_after_all(load(row), now), now)


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
    key = missed_call.identity(settled.system, system.tenant, party, settled.call_id)
    row = alerts.find_open(session, key)
    if row is not None:
        _apply(session, row, missed_call.tried_again(load(row), call), now)
        show_also(session, settings, row, settled.system, _queues(call), now)
        return row.id
    new = NewAlert(
        kind=KIND,
        dedup_key=key,
        system=settled.system,
        tenant=system.tenant,
        state=call.state,
        facts=_document(call),
        queues=_queues(call),
    )
    alert_id = raise_alert(session, settings, new, now)
    if party is not None:
        _called_back_before(session, settings, system.tenant, party, call.arrived_at, now)
    return alert_id


def _queues(call: MissedCall) -> frozenset[str]:
    return frozenset({call.queue} if call.queue else ())


def _called_back_before(
    session: Session, settings: Settings, tenant: str, party: str, since: datetime, now: datetime
) -> None:
    """News of a missed call may come later than news of the call back."""
    for known in journeys.list_by_party(session, tenant, party, since):
        journey = journey_facts.load(known)
        if journey.is_over and journey.answered:
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
        _apply(session, row, change, now, dedup_key=key)
        if party is not None and is_new:
            _called_back_before(session, settings, system.tenant, party, call.arrived_at, now)
        return alert_id
    _apply(session, row, missed_call.told_elsewhere(change.call, now), now)
    _apply(session, other, missed_call.tried_again(load(other), change.call), now)
    show_also(session, settings, other, settled.system, _queues(change.call), now)
    return other.id


def same_call(session: Session, one_id: int, other_id: int, now: datetime) -> int | None:
    """Two journeys with a card each are one: the card of more tries counts, and is returned."""
    found = [alerts.get_locked(session, each) for each in (one_id, other_id)]
    counts, *others = sorted(filter(None, found), key=lambda row: -load(row).tries)
    for row in others:
        if row.is_open:
            _apply(session, row, missed_call.told_elsewhere(load(row), now), now)
    return counts.id


def claim(
    session: Session, settings: Settings, alert_id: int, slack_user: str, name: str, now: datetime
) -> str:
    """Make the call somebody's; returns a note for the person, empty when there is none."""
    change = partial(missed_call.claim, slack_user=slack_user, name=name)
    note = _click(session, alert_id, change, now).note
    if not note:
        _set_lapse(session, alert_id, _lapses_at(settings, now))
    return note


def resolve(session: Session, alert_id: int, name: str, now: datetime) -> str:
    """Somebody says it is settled; returns a note for the person."""
    return _click(session, alert_id, lambda call: missed_call.resolve(call, name, now), now).note


def reopen(session: Session, alert_id: int, name: str, now: datetime) -> str:
    """Open a settled call again, unless the same caller has another card open by now."""
    row = alerts.get_locked(session, alert_id)
    if row is not None and not row.is_open and alerts.find_open(session, row.dedup_key):
        return "This caller has a newer card that is still open."
    return _click(session, alert_id, lambda call: missed_call.reopen(call, name), now).note


def calling_back(
    session: Session,
    settings: Settings,
    alert_id: int,
    slack_user: str,
    name: str,
    press: str,
    now: datetime,
) -> str:
    """Somebody's phone is about to ring, unless a note for them is returned."""
    until = _lapses_at(settings, now)
    claim = Claim(slack_user=slack_user, name=name, lapses_at=until, pressed_at=now, press=press)

    def change(call: MissedCall) -> Change:
        owned_until = timers.find_due_at(session, f"{CLAIM_TIMER}:{alert_id}")
        return missed_call.calling_back(call, claim, owned_until)

    return _click(session, alert_id, change, now).note


def call_back_failed(
    session: Session, alert_id: int, name: str, press: str, why: str, now: datetime
) -> None:
    """The call back of that ``press`` was refused before it began."""
    change = partial(missed_call.call_back_failed, name=name, press=press, why=why)
    _click(session, alert_id, change, now)


def lapse(session: Session, settings: Settings, alert_id: int, now: datetime) -> None:
    """A claim's time is up."""
    row = alerts.get_locked(session, alert_id)
    if row is not None and row.is_open:
        change = missed_call.release(load(row), settings.missed_calls.claim_minutes)
        _apply(session, row, change, now)


def move_ages(session: Session, by: timedelta) -> None:
    """The clock was put forward by so much: who is being rung is not rung again by a second click.

    Cards show nothing of it, so none is drawn anew.
    """
    for row in alerts.list_open(session, KIND):
        row.facts = _document(missed_call.moved(load(row), by))
        session.add(row)


def _lapses_at(settings: Settings, now: datetime) -> datetime:
    """Unless something comes of it, a call is somebody's for a while only."""
    return now + timedelta(minutes=settings.missed_calls.claim_minutes)


def _set_lapse(session: Session, alert_id: int, due_at: datetime) -> None:
    key = f"{CLAIM_TIMER}:{alert_id}"
    timers.set_timer(session, key, CLAIM_TIMER, due_at, {"alert_id": alert_id})


def _click(
    session: Session, alert_id: int, change: Callable[[MissedCall], Change], now: datetime
) -> Change:
    row = alerts.get_locked(session, alert_id)
    assert row is not None
    changed = change(load(row))
    if not changed.note:
        _apply(session, row, changed, now, by_click=True)
    if changed.lapses_at is not None:
        _set_lapse(session, alert_id, changed.lapses_at)
    return changed


def _apply(
    session: Session,
    row: AlertRow,
    change: Change,
    now: datetime,
    *,
    by_click: bool = False,
    dedup_key: str | None = None,
) -> None:
    call, facts = change.call, _document(change.call)
    if facts == row.facts and not change.lines:
        return
    change_alert(
        session,
        row,
        now,
        state=call.state,
        facts=facts,
        is_open=call.state not in OVER,
        lines=change.lines,
        by_click=by_click,
        owner=call.owner,
        dedup_key=dedup_key,
    )
    if call.state in OVER or call.state is State.OPEN:
        timers.cancel_timer(session, f"{CLAIM_TIMER}:{row.id}")


def _document(call: MissedCall) -> dict[str, Any]:
    document: dict[str, Any] = MISSED_CALL.dump_python(call, mode="json", exclude_defaults=True)
    return document
