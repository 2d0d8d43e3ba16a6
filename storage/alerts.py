"""Alerts: at most one open per ``dedup_key``."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, func, insert, select

from storage.columns import columns_of, defaults_of, select_values
from storage.tables import AlertRow

IS_OPEN = text("alerts.is_open")
"""As the partial indexes have it: SQLite uses these for no other way of saying so."""


STORED = select_values(*columns_of(AlertRow, AlertRow.model_fields)).where(
    col(AlertRow.id) == bindparam("of_id")
)
ADD = insert(AlertRow).returning(col(AlertRow.id))
DEFAULTS = defaults_of(AlertRow)
OPEN_ID = text("SELECT id FROM alerts WHERE is_open AND dedup_key = :dedup_key")


def get_locked(session: Session, alert_id: int) -> AlertRow | None:
    """The alert as it is now. No other process changes it before this transaction is over."""
    return session.get(AlertRow, alert_id, with_for_update=True, populate_existing=True)


def get_stored(session: Session, alert_id: int) -> AlertRow | None:
    """The alert as the database has it, to look at: no session takes it, and it cannot change."""
    found = session.connection().execute(STORED, {"of_id": alert_id}).mappings().first()
    return AlertRow.model_construct(**found) if found is not None else None


def find_open(session: Session, dedup_key: str) -> AlertRow | None:
    """The open alert of that identity, locked like ``get_locked``."""
    # Asked for every call that ends, nearly always in vain: so as plainly as can be. Alerts are
    # flushed when they change.
    found = session.connection().execute(OPEN_ID, {"dedup_key": dedup_key}).scalar()
    row = None if found is None else get_locked(session, found)
    return row if row is not None and row.is_open else None


def was_raised(session: Session, dedup_key: str) -> bool:
    """Whether there ever was an alert of that identity, open or closed."""
    found = select(col(AlertRow.id)).where(col(AlertRow.dedup_key) == dedup_key).limit(1)
    return session.exec(found).first() is not None


def list_open(session: Session, kind: str, tenant: str | None = None) -> list[AlertRow]:
    """Open alerts of a kind, oldest first."""
    which = select(AlertRow).where(IS_OPEN, col(AlertRow.kind) == kind)
    if tenant is not None:
        which = which.where(col(AlertRow.tenant) == tenant)
    return list(session.exec(which.order_by(col(AlertRow.id))))


def count_open(session: Session, kind: str) -> int:
    """How many alerts of a kind are open."""
    which = select(func.count()).select_from(AlertRow).where(IS_OPEN, col(AlertRow.kind) == kind)
    return session.exec(which).one()


def list_open_systems(session: Session, kind: str) -> frozenset[str]:
    """The systems that have an open alert of a kind."""
    which = select(col(AlertRow.system)).where(IS_OPEN, col(AlertRow.kind) == kind)
    return frozenset(session.exec(which))


def add_alert(
    session: Session,
    *,
    kind: str,
    dedup_key: str,
    system: str,
    tenant: str,
    state: str,
    now: datetime,
    severity: int = 2,
    facts: dict[str, Any] | None = None,
) -> int:
    """Store a new alert; returns its id. Raises ``IntegrityError`` if one is open already."""
    values = DEFAULTS | {
        "kind": kind,
        "dedup_key": dedup_key,
        "system": system,
        "tenant": tenant,
        "state": state,
        "severity": severity,
        "opened_at": now,
        "changed_at": now,
        "facts": facts or {},
    }
    added = session.connection().execute(ADD, values).scalar_one()
    assert added is not None
    return added
