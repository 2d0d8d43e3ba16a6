"""System-down notices in the database: raised once, edited when the system is back."""

from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.alerts import system_down
from bot.alerts.publishing import CRITICAL, NewAlert, change_alert, raise_alert
from bot.alerts.system_down import SystemHealth
from bot.settings import Settings
from storage import alerts
from storage.tables import AlertRow
from storage.watches import get_watch, put_watch

KIND: Final = "system_down"
HEALTH = TypeAdapter(SystemHealth)


def load(row: AlertRow) -> SystemHealth:
    """The health that an alert holds."""
    return HEALTH.validate_python(row.facts)


def on_look(
    session: Session, settings: Settings, system: str, problem: str | None, now: datetime
) -> None:
    """A look at a system succeeded (``problem`` is ``None``) or failed."""
    key = system_down.identity(system)
    health = HEALTH.validate_python(get_watch(session, key))
    if problem is None and not health.failures:
        return
    row = alerts.find_open(session, key)
    if problem is None:
        back = system_down.recovered(health, now)
        put_watch(session, key, {})
        if row is not None:
            facts = HEALTH.dump_python(back, mode="json")
            change_alert(session, row, now, state="back", facts=facts, is_open=False)
        return
    health = system_down.failed(health, problem, now)
    facts = HEALTH.dump_python(health, mode="json")
    put_watch(session, key, facts)
    if row is None and health.is_down:
        tenant = settings.systems[system].tenant
        new = NewAlert(
            kind=KIND,
            dedup_key=key,
            system=system,
            tenant=tenant,
            state="down",
            facts=facts,
            severity=CRITICAL,
        )
        raise_alert(session, settings, new, now)
