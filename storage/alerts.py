"""Alerts: at most one open per ``dedup_key``."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.tables import AlertRow


def find_open(session: Session, dedup_key: str) -> AlertRow | None:
    """The open alert of that identity."""
    return session.exec(
        select(AlertRow).where(col(AlertRow.is_open), col(AlertRow.dedup_key) == dedup_key)
    ).first()


def was_raised(session: Session, dedup_key: str) -> bool:
    """Whether there ever was an alert of that identity, open or closed."""
    found = select(col(AlertRow.id)).where(col(AlertRow.dedup_key) == dedup_key).limit(1)
    return session.exec(found).first() is not None


def list_open(session: Session, kind: str, tenant: str | None = None) -> list[AlertRow]:
    """Open alerts of a kind, oldest first."""
    which = select(AlertRow).where(col(AlertRow.is_open), col(AlertRow.kind) == kind)
    if tenant is not None:
        which = which.where(col(AlertRow.tenant) == tenant)
    return list(session.exec(which.order_by(col(AlertRow.id))))


def add_alert(session: Session, row: AlertRow) -> int:
    """Store a new alert; returns its id. Raises ``IntegrityError`` if one is open already."""
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def change_alert(session: Session, row: AlertRow, now: datetime, **values: Any) -> AlertRow:
    """Write new values into an alert."""
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at = now
    session.add(row)
    session.flush()
    return row
