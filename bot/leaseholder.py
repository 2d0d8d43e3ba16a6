"""What this process may do alone: leases on a database that several processes share.

No leader is elected: whoever finds a lease free or over takes it. With SQLite there is one
process, which may do everything, and nothing is asked.
"""

import logging
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, Protocol

from bot.clock import SteadyClock
from storage import leases
from storage.engine import DatabaseUnusable
from storage.leases import PROCESS, Lease
from storage.store import Backlog, Store

log = logging.getLogger(__name__)

INTAKE: Final = "intake"
LEASE_SECONDS: Final = 12.0
"""What a process that hangs was doing is taken over after this, one renewal and a short wait: 15 s
at most. A dead one's is after a quarter of it (see ``storage.leases.SILENT_PART``)."""
RENEWALS: Final = 6
WAIT_SECONDS: Final = 0.5
MOST_SKEW_SECONDS: Final = 2.0


class Leases(Protocol):
    """What a loop asks before it does what only one process may do."""

    process: str
    shared: bool
    skew_seconds: float

    def holding(self, name: str) -> Lease | None:
        """The lease, or ``None``. What is written under it is fenced: where our connection was
        lost, another process may have it already."""

    async def hold(self, name: str) -> Lease:
        """Wait until the lease is held."""

    async def list_living(self) -> set[str]:
        """The ids of the processes that live; this one is always among them."""


def poller_lease(system: str) -> str:
    """The name of the lease under which a phone system is looked at."""
    return f"poller:{system}"


def process_lease(process: str) -> str:
    """The name of the lease by which a process shows that it lives."""
    return PROCESS + process


class Alone:
    """One process on one SQLite file: it may do everything."""

    shared = False
    skew_seconds = 0.0

    def __init__(self) -> None:
        self.process = uuid.uuid4().hex

    def holding(self, name: str) -> Lease | None:
        return Lease(name)

    async def hold(self, name: str) -> Lease:
        return Lease(name)

    def list_held(self) -> list[str]:
        """Nothing needs to be held."""
        return []

    async def list_living(self) -> set[str]:
        return {self.process}


class Leaseholder:
    """Takes and prolongs leases for as long as ``run`` runs.

    ``clock`` is set by the database's, so that all processes go by the same time.
    ``skew_seconds`` is how far this machine's own clock is from that, as far as can be told: the
    time that the question took is not counted.
    """

    shared = True

    def __init__(
        self,
        store: Store,
        clock: SteadyClock,
        wanted: Collection[str],
        seconds: float = LEASE_SECONDS,
    ) -> None:
        self.process = uuid.uuid4().hex
        self.skew_seconds = 0.0
        self._store = store
        self._clock = clock
        self._seconds = seconds
        self._wanted = (process_lease(self.process), *wanted)
        self._held: Mapping[str, Lease] = {}
        self._until = clock.monotonic()
        self._answers = True

    async def run(self) -> None:
        """Renew until cancelled."""
        while True:
            try:
                await self.renew()
            except (DatabaseUnusable, Backlog) as error:
                if self._answers:
                    log.warning("Leases cannot be renewed: %s", error)
                self._answers = False
            except Exception:  # a mistake of ours must not cost every lease
                log.exception("Leases could not be renewed; trying again")
            await self._clock.sleep(self._seconds / RENEWALS)

    async def renew(self) -> None:
        """Take what is free and prolong what is held. Raises what ``Store.write`` raises."""
        clock, machine = self._clock, self._clock.machine
        began, asked_at = clock.monotonic(), machine.now()
        renewal = await self._store.write(
            leases.renew, self.process, self._wanted, self._seconds, clock.monotonic
        )
        clock.agree(renewal.at, renewal.asked, renewal.answered)
        self.skew_seconds = skew(asked_at, renewal.at, machine.now())
        for name in sorted(set(renewal.held) ^ set(self._held)):
            log.info("%s: %s", name, "held here now" if name in renewal.held else "no longer held")
        self._held, self._until, self._answers = renewal.held, began + self._seconds, True

    async def release(self) -> None:
        """Let others take over at once. The database may be gone already: then they wait."""
        self._held = {}
        try:
            await self._store.write(leases.release, self.process)
        except (DatabaseUnusable, Backlog) as error:
            log.warning("Leases cannot be given up: %s", error)

    def holding(self, name: str) -> Lease | None:
        """Counted from before the renewal was asked for: it ends here before it ends there."""
        return self._held.get(name) if self._clock.monotonic() < self._until else None

    async def hold(self, name: str) -> Lease:
        while (lease := self.holding(name)) is None:
            await self._clock.sleep(WAIT_SECONDS)
        return lease

    def list_held(self) -> list[str]:
        """The names of what is held now, but for the sign of life."""
        return sorted(n for n in self._held if self.holding(n) and not n.startswith(PROCESS))

    async def list_living(self) -> set[str]:
        return {self.process, *await self._store.read(leases.list_living)}


def skew(asked_at: datetime, database_at: datetime, answered_at: datetime) -> float:
    """Seconds by which the database's clock lies outside the time that the question took."""
    early = (asked_at - database_at).total_seconds()
    late = (database_at - answered_at).total_seconds()
    return max(0.0, early, late)
