"""Who did what. A row is written before the deed and completed after it."""

from datetime import datetime

from sqlalchemy import String, bindparam
from sqlmodel import Session, col, func, insert, select, update

from storage.tables import AuditRow

ADD = insert(AuditRow).returning(col(AuditRow.id))
COMPLETE = (
    update(AuditRow)
    .where(col(AuditRow.id) == bindparam("of_id"))
    .values(
        outcome=bindparam("new_outcome"),
        system=func.coalesce(bindparam("new_system", type_=String()), col(AuditRow.system)),
    )
)
"""Made once: making one costs more than asking for it."""


def note(
    session: Session,
    *,
    at: datetime,
    actor: str,
    surface: str,
    action: str,
    system: str | None = None,
    subject: str | None = None,
    outcome: str = "asked",
) -> int:
    """Write a row; returns its id. ``subject`` is masked by the caller."""
    values = {
        "at": at,
        "actor": actor,
        "surface": surface,
        "action": action,
        "system": system,
        "subject": subject,
        "outcome": outcome,
    }
    added = session.connection().execute(ADD, values).scalar_one()
    assert added is not None
    return added


def complete(session: Session, audit_id: int, outcome: str, system: str | None = None) -> None:
    """Say how it ended; and on which system, if that has turned out only meanwhile."""
    values = {"of_id": audit_id, "new_outcome": outcome, "new_system": system or None}
    session.connection().execute(COMPLETE, values)


def count_since(session: Session, actor: str, action: str, since: datetime) -> int:
    """How often somebody asked for an action since a moment."""
    rows = session.exec(
        select(col(AuditRow.id)).where(
            col(AuditRow.at) >= since,
            col(AuditRow.actor) == actor,
            col(AuditRow.action) == action,
        )
    )
    return len(rows.all())


def list_newest(session: Session, limit: int, system: str | None = None) -> list[AuditRow]:
    """The newest rows, newest first; only those about ``system``, if one is given."""
    which = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
    if system is not None:
        which = which.where(col(AuditRow.system) == system)
    return list(session.exec(which))
