"""Licence reminders in the database: each step once, closed when the date moves on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.alerts import licence_renewal
from bot.alerts.licence_renewal import LicenceReminder
from bot.alerts.publishing import (
    CRITICAL,
    NORMAL,
    NewAlert,
    change_alert,
    notify_ops,
    raise_alert,
)
from bot.settings import Settings
from bot.telephony.hosts import Host
from storage import alerts
from storage.tables import AlertRow

KIND: Final = "licence_renewal"
OWN_LICENCE: Final = "own"
"""What a system itself is called among the hosts that it looks after."""
REMINDER = TypeAdapter(LicenceReminder)
URGENT_DAYS = 14


def load(row: AlertRow) -> LicenceReminder:
    """The reminder that an alert holds."""
    return REMINDER.validate_python(row.facts)


def on_hosts(
    session: Session,
    settings: Settings,
    system: str,
    hosts: Sequence[Host],
    today: date,
    now: datetime,
) -> None:
    """Raise the reminders that are due and were never raised; close those that no longer hold.

    Where the end of a licence cannot be read, nobody knows what holds: its reminders stay. People
    are told so, but for a system's own licence: that it does not tell today may be over tomorrow.
    """
    active = {host.host_id: host for host in hosts if host.active}
    for row in alerts.list_open(session, KIND):
        if row.system == system:
            reminder = load(row)
            _close_if_past(session, row, reminder, active.get(reminder.host_id), now)
    for host in active.values():
        if host.end_is_unreadable and host.host_id != OWN_LICENCE:
            _tell_unreadable(session, settings, system, host, now)
    for reminder in licence_renewal.due_reminders(hosts, today, settings.licences.remind_days):
        key = licence_renewal.identity(system, reminder)
        if alerts.was_raised(session, key):
            continue
        new = NewAlert(
            kind=KIND,
            dedup_key=key,
            system=system,
            tenant=settings.systems[system].tenant,
            state="due",
            facts=REMINDER.dump_python(reminder, mode="json"),
            severity=CRITICAL if reminder.days_left <= URGENT_DAYS else NORMAL,
        )
        raise_alert(session, settings, new, now)


def _close_if_past(
    session: Session,
    row: AlertRow,
    reminder: LicenceReminder,
    host: Host | None,
    now: datetime,
) -> None:
    """Close a reminder whose date no longer holds. Only a later date is a renewal.

    ``host`` is ``None`` when it is gone or inactive. It gives its reminder's name back: should it
    return, it is told of again.
    """
    if host is not None and host.end_is_unreadable:
        return
    renews_on = host.renews_on if host else None
    if renews_on == reminder.renews_on:
        return
    if renews_on is not None and renews_on > reminder.renews_on:
        change_alert(session, row, now, state="renewed", facts=row.facts, is_open=False)
        return
    key = f"{row.dedup_key}:gone:{row.id}"
    change_alert(session, row, now, state="gone", facts=row.facts, is_open=False, dedup_key=key)


def _tell_unreadable(
    session: Session, settings: Settings, system: str, host: Host, now: datetime
) -> None:
    """Once for each host, since no reminder can tell of it."""
    text = (
        f"The end of the licence of {host.name} on {system} cannot be read: reminders of it that "
        "are open stay so, and no others are sent until the date there is mended."
    )
    notify_ops(session, settings, f"licence_unreadable:{system}:{host.host_id}", text, now)
