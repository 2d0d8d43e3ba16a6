"""Runs the units of work that share a transaction: their results, or their errors, are kept with
them until it is committed."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from storage.troubles import check_open, lost_a_race, told_of

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""So often a unit is run anew that lost a race; it may lose again: what it had locked goes to
whoever is awake first."""


@dataclass(slots=True)
class Unit:
    """Work for the writer: one call, or one item of a call that takes many."""

    work: Callable[[Session], Any]
    done: asyncio.Future[Any]
    many: Callable[[Session, Sequence[Any]], None] | None = None
    item: Any = None
    result: Any = None
    error: Exception | None = None


def run_all(session: Session, batch: Sequence[Unit]) -> None:
    """Run them together; if one fails, all anew, each in a savepoint: it takes nobody with it."""
    groups = _grouped(batch)
    if not _run_together(session, groups):
        for group in groups:
            _run(session, group)


def _grouped(batch: Sequence[Unit]) -> list[list[Unit]]:
    """Neighbours of the same many-taking function together, everything else alone, in order."""
    groups: list[list[Unit]] = []
    for unit in batch:
        if groups and unit.many is not None and groups[-1][0].many is unit.many:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def _run_together(session: Session, groups: list[list[Unit]]) -> bool:
    """Run a batch without savepoints: each costs as much as a small unit does.

    False, and nothing done, if one unit failed: then all are run anew, each in a savepoint. A unit
    that is alone has failed for good, unless it may have lost a race.
    """
    done: list[tuple[Unit, Any]] = []
    try:
        for group in groups:
            many, result = group[0].many, None
            if many is None:
                result = group[0].work(session)
            else:
                many(session, [unit.item for unit in group])
            session.flush()
            done += ((unit, result) for unit in group)
    except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the unit
        session.rollback()
        _forget(session)
        session.info.clear()
        is_final = len(groups) == 1 == len(groups[0]) and not lost_a_race(error)
        groups[0][0].error = told_of(error) if is_final else None
        return is_final
    for unit, result in done:
        unit.result = result
    return True


def _run(session: Session, group: list[Unit]) -> None:
    """Run a group in one savepoint; if it fails, its units one by one."""
    many = group[0].many
    if many is None or len(group) == 1:
        for unit in group:
            _run_one(session, unit)
        return
    try:
        with session.begin_nested():
            many(session, [unit.item for unit in group])
    except Exception:  # one of them breaks it, and it is not known yet which
        _forget(session)
        check_open(session)
        log.exception("A batch of %s failed and is tried one by one", len(group))
        for unit in group:
            _run_one(session, unit)


def _run_one(session: Session, unit: Unit) -> None:
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            with session.begin_nested():
                unit.result = unit.work(session)
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the unit
            _forget(session)
            check_open(session)
            if tries_left and lost_a_race(error):
                continue
            unit.error = told_of(error)
        return


def _forget(session: Session) -> None:
    """Let go of what a failed unit has loaded: SQLite gives the ids of its new rows again."""
    session.expunge_all()
