"""Journeys: found by any of their call identifiers, or by the outside party.

Every event reads one and writes it. So they are rows of our own and not the session's, which would
look after them at twice the price.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Executable, Integer, bindparam
from sqlmodel import Session, col, delete, func, insert, select, update

from storage.columns import UtcDateTime, columns_of, select_values
from storage.tables import JourneyRow, LegRow


@dataclass(slots=True)
class StoredJourney:
    """A row of ``journeys``: see ``JourneyRow``. ``id`` is ``None`` until it is written.

    It is of one transaction: where that fails, it is to be read or made anew.
    """

    system: str
    tenant: str
    party: str | None
    started_at: datetime
    facts: dict[str, Any]
    outcome: str = ""
    alert_id: int | None = None
    id: int | None = None


NAMES = tuple(each.name for each in fields(StoredJourney))
KNOWN = select_values(*columns_of(JourneyRow, NAMES))
OF_ID = KNOWN.where(col(JourneyRow.id) == bindparam("of_id"))
OF_CALLS = (
    KNOWN.add_columns(col(LegRow.call_id))
    .join(LegRow, col(LegRow.journey_id) == col(JourneyRow.id))
    .where(
        col(LegRow.system) == bindparam("of_system"),
        col(LegRow.call_id).in_(bindparam("call_ids", expanding=True)),
    )
    .with_for_update(of=JourneyRow)
)
OF_PARTY = (
    KNOWN.where(
        col(JourneyRow.tenant) == bindparam("of_tenant"),
        col(JourneyRow.party) == bindparam("of_party"),
        col(JourneyRow.started_at) >= bindparam("since", type_=UtcDateTime()),
    )
    .order_by(col(JourneyRow.started_at).desc())
    .limit(bindparam("most", type_=Integer()))
)
RECENT = (
    KNOWN.where(col(JourneyRow.system) == bindparam("of_system"))
    .order_by(col(JourneyRow.started_at).desc())
    .limit(bindparam("most", type_=Integer()))
)
ADD = insert(JourneyRow).returning(col(JourneyRow.id), sort_by_parameter_order=True)
CHANGE = update(JourneyRow).where(col(JourneyRow.id) == bindparam("of_id"))
ADD_LEG = insert(LegRow)
Call = tuple[str, str]
"""A system, and one of its call identifiers."""


@dataclass(slots=True)
class _Memory:
    """Journeys by call, ``None`` where there is none; and what is not written yet."""

    rows: dict[Call, StoredJourney | None] = field(default_factory=dict)
    changed: dict[int, StoredJourney] = field(default_factory=dict)
    """By their Python identity: new ones have no number."""
    legs: list[tuple[StoredJourney, str]] = field(default_factory=list)


@contextmanager
def remembering(session: Session, calls: Collection[Call]) -> Iterator[None]:
    """Look these calls up at once; in the block they are known, and what is saved is written
    together.

    Their journeys are locked like ``get_locked``.
    """
    session.info[_Memory] = _Memory(_find_all(session, calls))
    try:
        yield
        write(session)
    finally:
        del session.info[_Memory]


def _find_all(session: Session, calls: Collection[Call]) -> dict[Call, StoredJourney | None]:
    found: dict[Call, StoredJourney | None] = dict.fromkeys(calls)
    by_system: dict[str, list[str]] = defaultdict(list)
    for system, call_id in calls:
        by_system[system].append(call_id)
    by_id: dict[int, StoredJourney] = {}
    for system, call_ids in by_system.items():
        asked = {"of_system": system, "call_ids": call_ids}
        for *values, call_id in session.connection().execute(OF_CALLS, asked):
            journey = StoredJourney(*values)
            assert journey.id is not None
            found[system, call_id] = by_id.setdefault(journey.id, journey)
    return found


def save(session: Session, journey: StoredJourney, call_id: str) -> None:
    """Store what a journey has become; a new one under ``call_id``.

    While calls are remembered this is put off until ``write``, and only then a new one has an id.
    """
    memory: _Memory | None = session.info.get(_Memory)
    is_new = journey.id is None
    if memory is None:
        _write(session, [journey], [(journey, call_id)] if is_new else [])
        return
    if is_new and id(journey) not in memory.changed:
        memory.rows[journey.system, call_id] = journey
        memory.legs.append((journey, call_id))
    memory.changed[id(journey)] = journey


def write(session: Session) -> None:
    """Write what was put off."""
    memory: _Memory | None = session.info.get(_Memory)
    if memory is not None:
        _write(session, list(memory.changed.values()), memory.legs)
        memory.changed, memory.legs = {}, []


def _write(
    session: Session,
    journeys: Collection[StoredJourney],
    legs: Collection[tuple[StoredJourney, str]],
) -> None:
    connection = session.connection()
    new = [each for each in journeys if each.id is None]
    known = [each for each in journeys if each.id is not None]
    if new:
        numbers = connection.execute(ADD, [_values(each) for each in new]).scalars()
        for each, number in zip(new, numbers, strict=True):
            each.id = number
    if known:
        connection.execute(CHANGE, [{**_values(each), "of_id": each.id} for each in known])
    if legs:
        rows = [
            {"system": journey.system, "call_id": call_id, "journey_id": journey.id}
            for journey, call_id in legs
        ]
        connection.execute(ADD_LEG, rows)


def _values(journey: StoredJourney) -> dict[str, Any]:
    return {name: getattr(journey, name) for name in NAMES if name != "id"}


def _forget(session: Session) -> None:
    """Write what was put off, and look up again whatever is asked for from now on."""
    write(session)
    if _Memory in session.info:
        session.info[_Memory] = _Memory()


def find_journey(session: Session, system: str, call_id: str) -> StoredJourney | None:
    """The journey that a system's call identifier belongs to, locked like ``get_locked``."""
    memory: _Memory | None = session.info.get(_Memory)
    if memory is not None and (system, call_id) in memory.rows:
        return memory.rows[system, call_id]
    _forget(session)
    return _find_all(session, [(system, call_id)])[system, call_id]


def get_journey(session: Session, journey_id: int) -> StoredJourney | None:
    """The journey as it is now."""
    return next(iter(_list(session, OF_ID, of_id=journey_id)), None)


def get_locked(session: Session, journey_id: int) -> StoredJourney | None:
    """The journey as it is now. No other process changes it before this transaction is over."""
    return next(iter(_list(session, OF_ID.with_for_update(), of_id=journey_id)), None)


def add_leg(session: Session, system: str, call_id: str, journey_id: int) -> None:
    """Let another call identifier lead to a journey."""
    _forget(session)
    session.merge(LegRow(system=system, call_id=call_id, journey_id=journey_id))
    session.flush()  # what asks for journeys asks past the session


def has_legs(session: Session, journey: StoredJourney) -> bool:
    """Whether several call identifiers lead to a journey."""
    write(session)
    of_journey = col(LegRow.journey_id) == journey.id
    return session.exec(select(func.count()).where(of_journey)).one() > 1


def forget_call(session: Session, system: str, call_id: str) -> None:
    """Let the identifier lead nowhere: the next journey that comes with it is a new one."""
    _forget(session)
    session.exec(delete(LegRow).where(col(LegRow.system) == system, col(LegRow.call_id) == call_id))


def absorb_journey(session: Session, kept_id: int, gone_id: int) -> None:
    """Let every identifier of ``gone_id`` lead to the journey ``kept_id``, and delete it."""
    _forget(session)
    session.exec(update(LegRow).where(col(LegRow.journey_id) == gone_id).values(journey_id=kept_id))
    session.exec(delete(JourneyRow).where(col(JourneyRow.id) == gone_id))


def list_by_party(
    session: Session, tenant: str, party: str, since: datetime, limit: int = 50
) -> list[StoredJourney]:
    """Journeys with an outside party since a moment, newest first."""
    memory: _Memory | None = session.info.get(_Memory)
    changed = list(memory.changed.values()) if memory is not None else []
    fits = [
        each
        for each in changed
        if (each.tenant, each.party) == (tenant, party) and each.started_at >= since
    ]
    asked = {"of_tenant": tenant, "of_party": party, "since": since, "most": limit}
    outdated = {each.id for each in changed}
    fits += (row for row in _list(session, OF_PARTY, **asked) if row.id not in outdated)
    return sorted(fits, key=attrgetter("started_at"), reverse=True)[:limit]


def list_recent(session: Session, system: str, limit: int) -> list[StoredJourney]:
    """A system's newest journeys, newest first."""
    return _list(session, RECENT, of_system=system, most=limit)


def _list(session: Session, which: Executable, **values: Any) -> list[StoredJourney]:
    return [StoredJourney(*row) for row in session.connection().execute(which, values)]
