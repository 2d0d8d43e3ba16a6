"""Runs the units of work that share a transaction: their results, or their errors, are kept with
them until it is committed."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlmodel import Session

from storage.engine import DatabaseUnusable, without_transaction
from storage.topics import TOPICS, Topic
from storage.troubles import LOCKED, check_open, lost_a_race, lost_the_connection, told_of

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""So often a unit is run anew that lost a race; it may lose again: what it had locked goes to
whoever is awake first."""


class Statement(NamedTuple):
    """SQL for the driver, and its values. The rows that it writes are work for ``topic``."""

    sql: str
    values: tuple[Any, ...]
    topic: Topic


Many = Callable[[str, Sequence[Any]], Statement]
"""Makes one statement that writes many items, in a dialect (``sqlite`` or ``postgresql``). It may
be run more than once: to write the same again changes nothing."""


class Transaction:
    """What units share. Incoming posts need no session, which costs more than they do: so there is
    one once a unit asks for it.

    What was not committed is left to whoever owns the connection to undo.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.topics: set[Topic] = set()
        self._session: Session | None = None
        self._begun = connection.begin()

    @property
    def session(self) -> Session:
        """A session in this transaction."""
        if self._session is None:
            info = {TOPICS: self.topics}
            self._session = Session(self.connection, expire_on_commit=False, info=info)
        return self._session

    def add(self, many: Many, items: Sequence[Any]) -> None:
        """Write many items at once."""
        sql, values, topic = many(self.connection.dialect.name, items)
        if self.connection.exec_driver_sql(sql, values).rowcount:
            self.topics.add(topic)

    def flush(self) -> None:
        """Let the session write what it has not written yet."""
        if self._session is not None:
            self._session.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails in here is undone alone."""
        with self.session.begin_nested():
            self.session.connection()  # sets the savepoint; else it would wait for the first query
            yield

    def start_anew(self) -> None:
        """Undo everything, and forget what was loaded."""
        self._close_session()
        if self._begun.is_active:  # where the session has failed, it has done that itself
            self._begun.rollback()
        self.topics.clear()
        self._begun = self.connection.begin()

    def commit(self) -> None:
        """Raises ``DatabaseUnusable``, or what the driver raises."""
        check_open(self.connection)
        self._begun.commit()
        self._close_session()

    def _close_session(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


@dataclass(slots=True)
class Unit:
    """Work for the writer: one call, or one ``item`` of those that ``many`` writes at once."""

    done: asyncio.Future[Any]
    work: Callable[[Transaction], Any] | None = None
    many: Many | None = None
    item: Any = None
    result: Any = None
    error: Exception | None = None

    def run(self, shared: Transaction) -> Any:
        """Do it by itself."""
        if self.many is not None:
            shared.add(self.many, [self.item])
        return self.work(shared) if self.work is not None else None


def write_alone(connection: Connection, batch: Sequence[Unit]) -> set[Topic] | None:
    """Write items by one statement that is a transaction by itself; what it brought work for.

    This is the busiest road of all, and SQLAlchemy on it would take a tenth of all that a post
    costs. ``None`` if there is more to do than that, or it fails: then do it like everything else,
    which finds out what is wrong. Raises ``DatabaseUnusable`` where it has waited for a lock: to
    wait twice as long may cost a lease.
    """
    many = batch[0].many
    if many is None or any(unit.many is not many for unit in batch):
        return None
    try:
        driver = without_transaction(connection)
        statement = many(connection.dialect.name, [unit.item for unit in batch])
        written = driver.execute(statement.sql, statement.values).rowcount
    except Exception as error:  # noqa: BLE001 - whatever it is, the ordinary way finds it out
        if getattr(error, "sqlstate", None) == LOCKED:
            raise DatabaseUnusable("The database cannot be used: something is locked.") from None
        if getattr(connection.connection.driver_connection, "closed", False):
            connection.invalidate()
        log.info("A batch of %s is to be in a transaction: %s", len(batch), type(error).__name__)
        return None
    return {statement.topic} if written else set()


def run_all(shared: Transaction, batch: Sequence[Unit]) -> None:
    """Run them together; if one fails, all anew, each in a savepoint: it takes nobody with it."""
    groups = _grouped(batch)
    if not _run_together(shared, groups):
        for group in groups:
            _run(shared, group)


def _grouped(batch: Sequence[Unit]) -> list[list[Unit]]:
    """Items first, those of a function together; then everything else alone, in order.

    Two processes that are sent the same posts lock them in the same order: each with one statement
    that orders them, and before anything else is locked.
    """
    together: dict[Many, list[Unit]] = {}
    for unit in batch:
        if unit.many is not None:
            together.setdefault(unit.many, []).append(unit)
    return [*together.values(), *([unit] for unit in batch if unit.many is None)]


def _run_together(
    shared: Transaction, groups: list[list[Unit]], *, is_repeated: bool = False
) -> bool:
    """Run a batch without savepoints: each costs as much as a small unit does.

    False, and nothing done, if one unit failed: then all are run anew, each in a savepoint. A unit
    that is alone has failed for good, unless it may have lost a race. Where the connection was
    lost, which may have been long ago, the same is done once more over a new one.
    """
    done: list[tuple[Unit, Any]] = []
    try:
        for group in groups:
            many, result = group[0].many, None
            if many is None:
                result = group[0].run(shared)
            else:
                shared.add(many, [unit.item for unit in group])
            shared.flush()
            done += ((unit, result) for unit in group)
    except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the unit
        shared.start_anew()
        if lost_the_connection(error) and not is_repeated:
            return _run_together(shared, groups, is_repeated=True)
        is_final = len(groups) == 1 == len(groups[0]) and not lost_a_race(error)
        groups[0][0].error = told_of(error) if is_final else None
        return is_final
    for unit, result in done:
        unit.result = result
    return True


def _run(shared: Transaction, group: list[Unit]) -> None:
    """Run a group in one savepoint; if it fails, its units one by one."""
    many = group[0].many
    if many is not None and len(group) > 1:
        items = [unit.item for unit in group]
        _, error = _run_one(shared, lambda within: within.add(many, items))
        if error is None:
            return
        # One of them breaks it, and it is not known yet which.
        log.error("A batch of %s failed and is tried one by one", len(group), exc_info=error)
    for unit in group:
        unit.result, unit.error = _run_one(shared, unit.run)


def _run_one(
    shared: Transaction, work: Callable[[Transaction], Any]
) -> tuple[Any, Exception | None]:
    """The result or the error of work in a savepoint, run anew when it has lost a race."""
    tries = 0
    while True:
        tries += 1
        own: Exception | None = None
        try:
            with shared.savepoint():
                try:
                    return work(shared), None
                except Exception as error:  # the unit's own, whatever it is; not the savepoint's
                    own = error
                    raise
        except Exception as error:  # it is handed to whoever asked for the unit
            if own is not None and error is not own:  # what it did could not be undone
                raise
            shared.session.expunge_all()  # SQLite gives the ids of its new rows again
            check_open(shared.connection)
            if tries == MOST_TRIES or not lost_a_race(error):
                return None, told_of(error)
