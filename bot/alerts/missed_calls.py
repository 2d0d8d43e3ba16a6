"""Missed calls in the database: how they change, and what people and timers do to them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.alerts import claims, missed_call
from bot.alerts.missed_call import OVER, Change, Claim, MissedCall, State
from bot.alerts.publishing import change_alert, show_also
from bot.settings import Settings
from storage import alerts, timers
from storage.tables import AlertRow

KIND: Final = "missed_call"
CLAIM_TIMER = "claim"
MISSED_CALL = TypeAdapter(MissedCall)


def load(row: AlertRow) -> MissedCall:
    """The missed call that an alert holds."""
    return MISSED_CALL.validate_python(row.facts)


def document_of(call: MissedCall) -> dict[str, Any]:
    """The missed call as an alert holds it."""
    document: dict[str, Any] = MISSED_CALL.dump_python(call, mode="json", exclude_defaults=True)
    return document


def queues_of(call: MissedCall) -> frozenset[str]:
    """The queues that the card tells of: their channels are to have it."""
    return frozenset({call.queue} if call.queue else ())


def apply(
    session: Session,
    row: AlertRow,
    change: Change,
    now: datetime,
    *,
    by_click: bool = False,
    dedup_key: str | None = None,
) -> None:
    """Store what a call became; its cards are edited, and a claim that is over lapses no more.

    One that changes nothing edits nothing. Without a ``dedup_key`` that stays.
    """
    call, facts = change.call, document_of(change.call)
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


def claim(
    session: Session, settings: Settings, alert_id: int, slack_user: str, name: str, now: datetime
) -> str:
    """Make the call somebody's; returns a note for the person, empty when there is none."""
    change = partial(claims.claim, slack_user=slack_user, name=name)
    note = _click(session, alert_id, change, now).note
    if not note:
        _set_lapse(session, alert_id, _lapses_at(settings, now))
    return note


def resolve(session: Session, alert_id: int, name: str, now: datetime) -> str:
    """Somebody says it is settled; returns a note for the person."""
    return _click(session, alert_id, lambda call: missed_call.resolve(call, name, now), now).note


def reopen(session: Session, settings: Settings, alert_id: int, name: str, now: datetime) -> str:
    """Open a settled call again, unless the same caller has another card open by now. Channels
    that never saw it, since it was settled in their quiet hours, get it now."""
    row = alerts.get_locked(session, alert_id)
    assert row is not None
    if not row.is_open and alerts.find_open(session, row.dedup_key):
        return "This caller has another card that is still open."
    note = _click(session, alert_id, lambda call: claims.reopen(call, name), now).note
    if not note:
        show_also(session, settings, row, row.system, queues_of(load(row)), now)
    return note


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
        return claims.calling_back(call, claim, owned_until)

    return _click(session, alert_id, change, now).note


def call_back_failed(
    session: Session, alert_id: int, name: str, press: str, why: str, now: datetime
) -> None:
    """The call back of that ``press`` was refused before it began."""
    change = partial(claims.call_back_failed, name=name, press=press, why=why)
    _click(session, alert_id, change, now)


def lapse(session: Session, settings: Settings, alert_id: int, now: datetime) -> None:
    """A claim's time is up."""
    row = alerts.get_locked(session, alert_id)
    if row is not None and row.is_open:
        change = claims.release(load(row), settings.missed_calls.claim_minutes)
        apply(session, row, change, now)


def move_ages(session: Session, by: timedelta) -> None:
    """The clock was put forward by so much: who is being rung is not rung again by a second click.

    Cards show nothing of it, so none is drawn anew.
    """
    for row in alerts.list_open(session, KIND):
        row.facts = document_of(claims.moved(load(row), by))
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
        apply(session, row, changed, now, by_click=True)
    if changed.lapses_at is not None:
        _set_lapse(session, alert_id, changed.lapses_at)
    return changed
