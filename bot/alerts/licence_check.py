"""Licence reminders in the database: each step once, closed when the date moves on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.alerts import licence_renewal
from bot.alerts.licence_renewal import LicenceReminder
from bot.alerts.publishing import CRITICAL, NORMAL, NewAlert, change_alert, raise_alert
from bot.settings import Settings
from bot.telephony.hosts import Host
from storage import alerts
from storage.tables import AlertRow

KIND: Final = "licence_renewal"
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
    """Raise the reminders that are due and were never raised; close those that no longer hold."""
    renewals = {host.host_id: host.renews_on for host in hosts if host.active}
    for row in alerts.list_open(session, KIND):
        if row.system == system and renewals.get(load(row).host_id) != load(row).renews_on:
            change_alert(session, row, now, state="renewed", facts=row.facts, is_open=False)
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
