"""Takes up stored receipts in order: one path for what is pushed, polled and replayed."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlmodel import Session

from bot.clock import Clock
from bot.evaluation import take_up
from bot.leaseholder import INTAKE, WAIT_SECONDS, Leases
from bot.readings import Reading, read_receipt
from bot.settings import Settings
from bot.telephony.system import PhoneSystem
from storage import receipts
from storage.engine import DatabaseUnusable
from storage.leases import Lease, LeaseLost, fenced
from storage.store import Backlog, Store
from storage.topics import Topic

log = logging.getLogger(__name__)

BATCH = 32
"""So many share a transaction: what is stored meanwhile waits no longer than these take."""
YIELD_FACTOR = 16
LONGEST_YIELD_SECONDS = 0.5
"""Under load a turn of t seconds is followed by a wait of ``YIELD_FACTOR`` t, so much at most."""
IDLE_SECONDS = 1.0
SHARED_IDLE_SECONDS = 0.2
"""What another process has stored does not wake this one."""

ResultT = TypeVar("ResultT")


class WriteUnit(Protocol):
    """Runs a unit in the writer; what it lets be sent may leave at once (see ``Poster.write``)."""

    async def __call__(self, unit: Callable[[Session], ResultT], /) -> ResultT: ...


class Intake:
    """Takes up receipts, one after the other, for as long as ``run`` runs."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        systems: Mapping[str, PhoneSystem],
        leases: Leases,
        write: WriteUnit,
    ) -> None:
        self._store = store
        self._write = write
        self._leases = leases
        self._clock = clock
        self._settings = settings
        self._systems = systems
        self._wake = store.listen(Topic.RECEIPTS)

    async def run(self) -> None:
        """Take up receipts until cancelled, while no other process does."""
        while True:
            await self._leases.hold(INTAKE)
            self._wake.clear()
            try:
                taken = await self.take_up_waiting()
            except LeaseLost as lost:
                log.info("Receipts are taken up elsewhere: %s", lost)
                await self._clock.sleep(WAIT_SECONDS)
                continue
            except (Backlog, DatabaseUnusable):  # the store has logged it
                taken = 0
                await self._clock.sleep(IDLE_SECONDS)
            except Exception:  # a mistake of ours must not end the loop
                log.exception("Receipts could not be taken up; trying again")
                taken = 0
                await self._clock.sleep(IDLE_SECONDS)
            if taken < BATCH:
                await self._pause()

    async def take_up_waiting(self) -> int:
        """Take up what waits now, a batch at most; returns how many receipts that was."""
        lease = self._leases.holding(INTAKE)
        if lease is None:
            return 0
        began, asked = self._clock.monotonic(), self._store.asked
        try:
            readings = await self._write(fenced(lease, self._take_up_next))
            _log_unreadable(readings)
            taken = len(readings)
        except (DatabaseUnusable, Backlog, LeaseLost):
            raise
        except Exception:  # one of them breaks us, and it is not known yet which
            log.exception("Receipts could not be taken up together and are tried one by one")
            taken = await self._take_up_singly(lease)
        if self._store.asked - asked > BATCH:
            await self._give_way(self._clock.monotonic() - began)
        return taken

    def _take_up_next(self, session: Session) -> list[Reading]:
        """Each batch is listed anew: a flood of one system must not hold up the others."""
        rows = receipts.list_new(session, BATCH)
        readings = [read_receipt(self._systems, row) for row in rows]
        self._take_up(session, readings)
        return readings

    def _take_up(self, session: Session, readings: Sequence[Reading]) -> None:
        take_up(session, self._settings, readings, self._clock.now())

    async def _take_up_singly(self, lease: Lease) -> int:
        """One receipt that breaks us must not hold up those behind it.

        Nothing is claimed meanwhile: it may be the claiming that breaks.
        """
        rows = await self._store.read(receipts.list_new, BATCH)
        for row in rows:
            reading = read_receipt(self._systems, row)
            try:
                await self._store.write(fenced(lease, self._take_up), [reading])
                _log_unreadable([reading])
            except (DatabaseUnusable, Backlog, LeaseLost):
                raise
            except Exception as error:  # whatever it is, it is the receipt's: marked as failed
                log.exception("Receipt %s of %s could not be taken up", row.id, row.system)
                problem = f"internal error: {type(error).__name__}"
                broken = Reading(row, state="failed", problem=problem)
                await self._store.write(fenced(lease, self._take_up), [broken])
        return len(rows)

    async def _give_way(self, seconds: float) -> None:
        """More comes in than can be taken up: storing it, so that it is safe, goes first."""
        await self._clock.sleep(min(YIELD_FACTOR * seconds, LONGEST_YIELD_SECONDS))

    async def _pause(self) -> None:
        """Wait for news, or a moment: another process may have put receipts back in line."""
        seconds = SHARED_IDLE_SECONDS if self._leases.shared else IDLE_SECONDS
        await self._clock.wait_for(self._wake, seconds)


def _log_unreadable(readings: Sequence[Reading]) -> None:
    """One line for each phone system: its mistakes come many at a time."""
    failed = [reading for reading in readings if reading.state == "failed"]
    for system, count in Counter(reading.row.system for reading in failed).items():
        first = next(reading for reading in failed if reading.row.system == system)
        log.warning(
            "Events from %s that cannot be read, and are kept: %s, such as number %s: %s",
            system,
            count,
            first.row.id,
            first.problem,
        )
