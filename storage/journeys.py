"""Journeys: found by any of their call identifiers, or by the outside party."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Integer, bindparam
from sqlmodel import Session, col, delete, insert, select, update

from storage.columns import UtcDateTime
from storage.tables import JourneyRow, LegRow

OF_CALLS = (
    select(JourneyRow, LegRow.call_id)
    .join(LegRow, col(LegRow.journey_id) == col(JourneyRow.id))
    .where(
        col(LegRow.system) == bindparam("of_system"),
        col(LegRow.call_id).in_(bindparam("call_ids", expanding=True)),
    )
    .with_for_update(of=JourneyRow)
)
OF_PARTY = (
    select(JourneyRow)
    .where(
        col(JourneyRow.tenant) == bindparam("of_tenant"),
        col(JourneyRow.party) == bindparam("of_party"),
        col(JourneyRow.started_at) >= bindparam("since", type_=UtcDateTime()),
    )
    .order_by(col(JourneyRow.started_at).desc())
    .limit(bindparam("most", type_=Integer()))
)
ADD_LEG = insert(LegRow)
Call = tuple[str, str]
"""A system, and one of its call identifiers."""


@dataclass(slots=True)
class _Memory:
    """Journeys by call, ``None`` where there is none; and legs that are not written yet."""

    rows: dict[Call, JourneyRow | None] = field(default_factory=dict)
    legs: list[tuple[JourneyRow, str]] = field(default_factory=list)


@contextmanager
def remembering(session: Session, calls: Collection[Call]) -> Iterator[None]:
    """Look these calls up at once; in the block they are known, and legs are written together.

    Their journeys are locked like ``get_locked``.
    """
    session.info[_Memory] = _Memory(_find_all(session, calls))
    try:
        yield
        write_noted(session)
    finally:
        del session.info[_Memory]


def _find_all(session: Session, calls: Collection[Call]) -> dict[Call, JourneyRow | None]:
    found: dict[Call, JourneyRow | None] = dict.fromkeys(calls)
    by_system: dict[str, list[str]] = defaultdict(list)
    for system, call_id in calls:
        by_system[system].append(call_id)
    for system, call_ids in by_system.items():
        rows = session.exec(OF_CALLS, params={"of_system": system, "call_ids": call_ids})
        found.update({(system, call_id): row for row, call_id in rows})
    return found


def note_journey(session: Session, row: JourneyRow, call_id: str) -> None:
    """Like ``add_journey``; but while calls are remembered, only the next flush gives it an id."""
    memory: _Memory | None = session.info.get(_Memory)
    if memory is None:
        add_journey(session, row, call_id)
        return
    session.add(row)
    memory.rows[row.system, call_id] = row
    memory.legs.append((row, call_id))


def write_noted(session: Session) -> None:
    """Write what was noted and forget what was remembered; look-ups ask the database again."""
    memory: _Memory | None = session.info.get(_Memory)
    if memory is None:
        return
    session.flush()
    if memory.legs:
        legs = [
            {"system": row.system, "call_id": call_id, "journey_id": row.id}
            for row, call_id in memory.legs
        ]
        session.connection().execute(ADD_LEG, legs)
    session.info[_Memory] = _Memory()


def find_journey(session: Session, system: str, call_id: str) -> JourneyRow | None:
    """The journey that a system's call identifier belongs to, locked like ``get_locked``."""
    memory: _Memory | None = session.info.get(_Memory)
    if memory is not None:
        if (system, call_id) in memory.rows:
            return memory.rows[system, call_id]
        write_noted(session)
    return session.exec(
        select(JourneyRow)
        .join(LegRow, col(LegRow.journey_id) == col(JourneyRow.id))
        .where(col(LegRow.system) == system, col(LegRow.call_id) == call_id)
        .with_for_update(of=JourneyRow)
    ).first()


def get_locked(session: Session, journey_id: int) -> JourneyRow | None:
    """The journey as it is now. No other process changes it before this transaction is over."""
    return session.get(JourneyRow, journey_id, with_for_update=True)


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


def forget_call(session: Session, system: str, call_id: str) -> None:
    """Let the identifier lead nowhere: the next journey that comes with it is a new one."""
    write_noted(session)
    session.exec(delete(LegRow).where(col(LegRow.system) == system, col(LegRow.call_id) == call_id))


def absorb_journey(session: Session, kept_id: int, gone: JourneyRow) -> None:
    """Let every identifier of ``gone`` lead to the journey ``kept_id``, and delete ``gone``."""
    session.exec(update(LegRow).where(col(LegRow.journey_id) == gone.id).values(journey_id=kept_id))
    session.delete(gone)


def list_by_party(
    session: Session, tenant: str, party: str, since: datetime, limit: int = 50
) -> list[JourneyRow]:
    """Journeys with an outside party since a moment, newest first."""
    asked = {"of_tenant": tenant, "of_party": party, "since": since, "most": limit}
    return list(session.exec(OF_PARTY, params=asked))


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
