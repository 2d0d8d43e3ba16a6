"""One writer thread with group commit, and a small pool of readers.

A unit of work is a plain function on a session. The writer takes whatever is waiting and commits
it together, so that the cost of reaching the disk is shared. If a unit fails, all are run anew,
each in a savepoint: it takes nobody with it. Results are handed out after the commit.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.engine import READERS, DatabaseUnusable, Engines
from storage.topics import Topic, announced
from storage.troubles import (
    Outage,
    check_open,
    lost_a_race,
    mistake_in,
    prove_writable,
    told_of,
    unusable,
)

log = logging.getLogger(__name__)

P = ParamSpec("P")
ResultT = TypeVar("ResultT")
ItemT = TypeVar("ItemT")

LARGEST_BATCH = 256
LONGEST_BACKLOG = 10_000


class Backlog(Exception):
    """So much waits to be written that nothing more is taken on; try again soon."""


@dataclass(slots=True)
class _Unit:
    """Work for the writer: one call, or one item of a call that takes many."""

    work: Callable[[Session], Any]
    done: asyncio.Future[Any]
    many: Callable[[Session, Sequence[Any]], Sequence[Any]] | None = None
    item: Any = None
    result: Any = None
    error: Exception | None = None


@dataclass(slots=True)
class _Stop:
    """Tells the writer to finish what came before and end."""


@dataclass
class Store:
    """The database. Create it inside a running event loop; ``close`` finishes what is waiting."""

    engines: Engines
    commits: int = 0
    asked: int = 0
    is_closed: bool = False
    _queue: "queue.SimpleQueue[_Unit | _Stop]" = field(default_factory=queue.SimpleQueue)
    _listeners: dict[Topic, list[asyncio.Event]] = field(default_factory=dict)
    _unusable: Outage = field(default_factory=lambda: Outage(log))
    _too_slow: Outage = field(default_factory=lambda: Outage(log))

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._writer = threading.Thread(target=self._write_for_ever, name="writer", daemon=True)
        self._writer.start()

    def listen(self, topic: Topic) -> asyncio.Event:
        """An event that is set whenever committed work may concern ``topic``."""
        wake = asyncio.Event()
        self._listeners.setdefault(topic, []).append(wake)
        return wake

    @property
    def backlog(self) -> int:
        """How many units wait for the writer."""
        return self._queue.qsize()

    async def write(
        self,
        unit: Callable[Concatenate[Session, P], ResultT],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> ResultT:
        """Run ``unit(session, ...)`` in the writer; returns once it is committed to disk.

        Raises what the unit raised, ``Backlog``, or ``DatabaseUnusable``: then nothing of the
        unit was kept, unless a server was cut off in the middle of the commit.
        """
        result: ResultT = await self._submit(lambda session: unit(session, *args, **kwargs))
        return result

    async def write_item(
        self, many: Callable[[Session, Sequence[ItemT]], Sequence[ResultT]], item: ItemT
    ) -> ResultT:
        """Like ``write``, for a function that takes many items at once: neighbours share a call."""
        result: ResultT = await self._submit(lambda s: many(s, [item])[0], many, item)
        return result

    async def read(
        self,
        unit: Callable[Concatenate[Session, P], ResultT],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> ResultT:
        """Run ``unit(session, ...)`` on a reading connection, beside the writer."""
        self._require_open()

        def run() -> ResultT:
            try:
                with Session(self.engines.reader, expire_on_commit=False) as session:
                    return unit(session, *args, **kwargs)
            except DBAPIError as error:
                raise told_of(error) from error

        return await self._loop.run_in_executor(self._readers, run)

    async def close(self) -> None:
        """Write what is waiting, then close every connection."""
        self.is_closed = True
        self._queue.put(_Stop())
        await self._loop.run_in_executor(None, self._writer.join)
        await self._loop.run_in_executor(None, self._readers.shutdown)
        self.engines.dispose()

    def _submit(
        self,
        work: Callable[[Session], Any],
        many: Callable[[Session, Sequence[Any]], Sequence[Any]] | None = None,
        item: Any = None,
    ) -> asyncio.Future[Any]:
        self._require_open()
        if self._queue.qsize() >= LONGEST_BACKLOG:
            self._too_slow.goes_on("The database is too far behind to take more")
            raise Backlog("The database is too far behind to take more.")
        self._too_slow.is_over("The database takes more again")
        self.asked += 1
        done = self._loop.create_future()
        self._queue.put(_Unit(work, done, many, item))
        return done

    def _require_open(self) -> None:
        if self.is_closed:
            raise DatabaseUnusable("The database is closed: Ringback is being stopped.")

    def _write_for_ever(self) -> None:
        stopping = False
        while not stopping:
            batch, stopping = self._take()
            if not batch:
                continue
            topics = self._commit(batch)
            self._loop.call_soon_threadsafe(self._deliver, batch, topics)

    def _commit(self, batch: list[_Unit]) -> set[Topic]:
        """Run and commit a batch; returns what it brought work for. Never raises."""
        try:
            with Session(self.engines.writer, expire_on_commit=False) as session:
                groups = _grouped(batch)
                if not _run_together(session, groups):
                    for group in groups:
                        _run(session, group)
                if self._unusable.lasts:
                    prove_writable(session)
                check_open(session)
                session.commit()
                self.commits += 1
                self._note(batch)
                return announced(session)
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the units
            self.engines.writer.dispose()  # after a failed commit it may still be in a transaction
            for unit in batch:
                unit.error = unusable(error)
            self._note(batch)
            return set()

    def _note(self, batch: list[_Unit]) -> None:
        """Log that the database cannot be used, and that it can be again, once each."""
        errors = (unit.error for unit in batch if isinstance(unit.error, DatabaseUnusable))
        error = next(errors, None)
        if error is None:
            self._unusable.is_over("The database is written to again")
        else:
            told = f"What was to be written was not committed: {error}"
            self._unusable.goes_on(told, mistake_in(error))

    def _take(self) -> tuple[list[_Unit], bool]:
        """Whatever is waiting, at least one; and whether to stop afterwards."""
        batch: list[_Unit] = []
        while len(batch) < LARGEST_BATCH:
            try:
                got = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if isinstance(got, _Stop):
                return batch, True
            batch.append(got)
        return batch, False

    def _deliver(self, batch: list[_Unit], topics: set[Topic]) -> None:
        for topic in topics:
            for wake in self._listeners.get(topic, ()):
                wake.set()
        for unit in batch:
            if unit.done.done():  # whoever waited for it was cancelled
                continue
            if unit.error is not None:
                unit.done.set_exception(unit.error)
            else:
                unit.done.set_result(unit.result)


def _grouped(batch: list[_Unit]) -> list[list[_Unit]]:
    """Neighbours of the same many-taking function together, everything else alone, in order."""
    groups: list[list[_Unit]] = []
    for unit in batch:
        if groups and unit.many is not None and groups[-1][0].many is unit.many:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def _run_together(session: Session, groups: list[list[_Unit]]) -> bool:
    """Run a batch without savepoints: each costs as much as a small unit does.

    False, and nothing done, if one unit failed: then all are run anew, each in a savepoint. A unit
    that is alone has failed for good, unless it may have lost a race.
    """
    done: list[tuple[_Unit, Any]] = []
    try:
        for group in groups:
            many = group[0].many
            if many is None:
                results: Sequence[Any] = [group[0].work(session)]
            else:
                results = many(session, [unit.item for unit in group])
            session.flush()
            done += zip(group, results, strict=True)
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


def _run(session: Session, group: list[_Unit]) -> None:
    """Run a group in one savepoint; if it fails, its units one by one."""
    many = group[0].many
    if many is None or len(group) == 1:
        for unit in group:
            _run_one(session, unit)
        return
    try:
        with session.begin_nested():
            results = many(session, [unit.item for unit in group])
    except Exception:  # one of them breaks it, and it is not known yet which
        _forget(session)
        check_open(session)
        log.exception("A batch of %s failed and is tried one by one", len(group))
        for unit in group:
            _run_one(session, unit)
        return
    for unit, result in zip(group, results, strict=True):
        unit.result = result


def _run_one(session: Session, unit: _Unit) -> None:
    try:
        with session.begin_nested():
            unit.result = unit.work(session)
    except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the unit
        _forget(session)
        unit.error = told_of(error)
        check_open(session)


def _forget(session: Session) -> None:
    """Let go of what a failed unit has loaded: SQLite gives the ids of its new rows again."""
    session.expunge_all()
