"""Journeys: found by any of their call identifiers, or by the outside party."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from storage.tables import JourneyRow, LegRow


def find_journey(session: Session, system: str, call_id: str) -> JourneyRow | None:
    """The journey that a system's call identifier belongs to."""
    return session.exec(
        select(JourneyRow)
        .join(LegRow, col(LegRow.journey_id) == col(JourneyRow.id))
        .where(col(LegRow.system) == system, col(LegRow.call_id) == call_id)
    ).first()


def add_journey(session: Session, row: JourneyRow, call_id: str) -> int:
    """Store a new journey under its first call identifier; returns its id."""
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add(LegRow(system=row.system, call_id=call_id, journey_id=row.id))
    session.flush()
    return row.id


def add_leg(session: Session, system: str, call_id: str, journey_id: int) -> None:
    """Let another call identifier lead to a journey."""
    session.merge(LegRow(system=system, call_id=call_id, journey_id=journey_id))


def absorb_journey(session: Session, kept_id: int, gone: JourneyRow) -> None:
    """Let every identifier of ``gone`` lead to the journey ``kept_id``, and delete ``gone``."""
    session.exec(update(LegRow).where(col(LegRow.journey_id) == gone.id).values(journey_id=kept_id))
    session.delete(gone)


def list_by_party(
    session: Session, tenant: str, party: str, since: datetime, limit: int = 50
) -> list[JourneyRow]:
    """Journeys with an outside party since a moment, newest first."""
    return list(
        session.exec(
            select(JourneyRow)
            .where(
                col(JourneyRow.tenant) == tenant,
                col(JourneyRow.party) == party,
                col(JourneyRow.started_at) >= since,
            )
            .order_by(col(JourneyRow.started_at).desc())
            .limit(limit)
        )
    )


def list_recent(session: Session, system: str, limit: int) -> list[JourneyRow]:
    """A system's newest journeys, newest first."""
    return list(
        session.exec(
            select(JourneyRow)
            .where(col(JourneyRow.system) == system)
            .order_by(col(JourneyRow.started_at).desc())
            .limit(limit)
        )
    )


def change_journey(session: Session, journey_id: int, **values: Any) -> None:
    """Write new values into a journey's row."""
    session.exec(update(JourneyRow).where(col(JourneyRow.id) == journey_id).values(**values))
