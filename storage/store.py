"""One writer thread with group commit, and a small pool of readers.

A unit of work is a plain function on a session, or an item for one that takes many. The writer
takes whatever is waiting and commits it together, so that the cost of reaching the disk is shared.
If a unit fails, all are run anew, each in a savepoint: it takes nobody with it. Results are handed
out after the commit.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from storage.batches import Statement, Transaction, Unit, run_all, write_alone
from storage.engine import READERS, DatabaseUnusable, Engines
from storage.outages import Outage, Relapsing
from storage.topics import Topic
from storage.troubles import (
    mistake_in,
    prove_writable,
    told_of,
    unusable,
)

log = logging.getLogger(__name__)

P = ParamSpec("P")
ResultT = TypeVar("ResultT")
ItemT = TypeVar("ItemT")

LARGEST_ROUND = 256
"""A batch is less than two of these."""
LONGEST_BACKLOG = 10_000
HELD_SECONDS = 0.05
"""The writer keeps its connection so long without anything to write."""
STUCK_SECONDS = 5.0
"""A disk that is slow takes less. Not every sender sends again what was turned away."""


class Backlog(Exception):
    """So much waits to be written that nothing more is taken on; try again soon."""


@dataclass
class Store:
    """The database. Create it inside a running event loop; ``close`` finishes what is waiting."""

    engines: Engines
    commits: int = 0
    asked: int = 0
    is_closed: bool = False
    _batch_began: float | None = None
    _connection: Connection | None = None
    """The writer's while it has something to do: to take it from the pool, and to ask whether the
    server is still there, is a tenth of a batch."""
    _taken: int = 0
    """How many units the writer has taken up; nobody else changes this."""
    _gathered: list[Unit] = field(default_factory=list)
    """What was asked for in this round of the event loop; the writer is woken once for all."""
    _queue: "queue.SimpleQueue[list[Unit] | None]" = field(default_factory=queue.SimpleQueue)
    """The rounds; ``None`` tells the writer to finish what came before and end."""
    _listeners: dict[Topic, list[asyncio.Event]] = field(default_factory=dict)
    _unusable: Relapsing = field(default_factory=lambda: Relapsing(Outage(log)))
    _unreadable: Outage = field(default_factory=lambda: Outage(log))
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
        return self.asked - self._taken

    @property
    def is_stuck(self) -> bool:
        """Whether the writer has been at one commit for so long that whoever can come again had
        better do that than wait: a database that hangs fails nothing until it goes on."""
        began = self._batch_began
        return began is not None and self._loop.time() - began > STUCK_SECONDS

    @property
    def is_failing(self) -> bool:
        """Whether writes fail, if only some of them."""
        return self._unusable.lasts

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
        done = self._loop.create_future()
        self._submit(Unit(done, work=lambda shared: unit(shared.session, *args, **kwargs)))
        result: ResultT = await done
        return result

    async def write_item(
        self, many: Callable[[str, Sequence[ItemT]], Statement], item: ItemT
    ) -> None:
        """Like ``write``, for an item that shares a statement with others (see ``Many``)."""
        done = self._loop.create_future()
        self._submit(Unit(done, many=many, item=item))
        await done

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
                    result = unit(session, *args, **kwargs)
            except DBAPIError as error:
                told = told_of(error)
                if isinstance(told, DatabaseUnusable):
                    self._unreadable.goes_on(
                        f"What was asked was not read: {told}", mistake_in(told)
                    )
                raise told from error
            self._unreadable.is_over("The database is read again")
            return result

        return await self._loop.run_in_executor(self._readers, run)

    async def close(self) -> None:
        """Write what is waiting, then close every connection."""
        self.is_closed = True
        self._hand_over()
        self._queue.put(None)
        await self._loop.run_in_executor(None, self._writer.join)
        await self._loop.run_in_executor(None, self._readers.shutdown)
        self.engines.dispose()

    def _submit(self, unit: Unit) -> None:
        if self.is_closed or self.asked - self._taken >= LONGEST_BACKLOG:
            self._refuse()
        if self._too_slow.lasts:
            self._too_slow.is_over("The database takes more again")
        self.asked += 1
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(unit)

    def _refuse(self) -> NoReturn:
        self._require_open()
        self._too_slow.goes_on("The database is too far behind to take more")
        raise Backlog("The database is too far behind to take more.")

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        for start in range(0, len(gathered), LARGEST_ROUND):
            self._queue.put(gathered[start : start + LARGEST_ROUND])

    def _require_open(self) -> None:
        if self.is_closed:
            raise DatabaseUnusable("The database is closed: Ringback is being stopped.")

    def _write_for_ever(self) -> None:
        stopping = False
        while not stopping:
            batch, stopping = self._take()
            if not batch:
                continue
            self._taken += len(batch)
            self._batch_began = self._loop.time()
            topics = self._commit(batch)
            self._batch_began = None
            self._loop.call_soon_threadsafe(self._deliver, batch, topics)
        self._let_go()

    def _commit(self, batch: list[Unit]) -> set[Topic]:
        """Run and commit a batch; returns what it brought work for. Never raises."""
        try:
            if self._connection is None:
                self._connection = self.engines.writer.connect()
            topics = None if self.is_failing else write_alone(self._connection, batch)
            if topics is None:
                topics = self._commit_together(self._connection, batch)
            self.commits += 1
            return topics
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the units
            self._let_go(for_good=True)  # after a failed commit it may still be in a transaction
            for unit in batch:
                unit.error = unusable(error)
            self._note(batch)
            return set()

    def _commit_together(self, connection: Connection, batch: list[Unit]) -> set[Topic]:
        shared = Transaction(connection)
        run_all(shared, batch)
        if self.is_failing:
            prove_writable(connection)
        shared.commit()
        self._note(batch)
        return shared.topics

    def _let_go(self, *, for_good: bool = False) -> None:
        """Give the connection back to the pool; ``for_good`` it is never used again."""
        connection, self._connection = self._connection, None
        if for_good:
            self.engines.writer.dispose()
        if connection is None:
            return
        with suppress(SQLAlchemyError):  # whatever is wrong with it: the writer goes on
            if for_good:
                connection.invalidate()
            connection.close()

    def _note(self, batch: list[Unit]) -> None:
        """Log that the database cannot be used, and that it can be again, once each."""
        errors = (unit.error for unit in batch if isinstance(unit.error, DatabaseUnusable))
        error, now = next(errors, None), self._loop.time()
        if error is None:
            self._unusable.works(now, "The database is written to again")
        else:
            told = f"What was to be written was not committed: {error}"
            self._unusable.fails(now, told, mistake_in(error))

    def _take(self) -> tuple[list[Unit], bool]:
        """Whatever is waiting, at least one round; and whether to stop afterwards."""
        batch: list[Unit] = []
        while len(batch) < LARGEST_ROUND:
            try:
                more = self._queue.get_nowait() if batch else self._wait_for_work()
            except queue.Empty:
                break
            if more is None:
                return batch, True
            batch += more
        return batch, False

    def _wait_for_work(self) -> list[Unit] | None:
        with suppress(queue.Empty):
            return self._queue.get(timeout=HELD_SECONDS)
        self._let_go()
        return self._queue.get()

    def _deliver(self, batch: list[Unit], topics: set[Topic]) -> None:
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
