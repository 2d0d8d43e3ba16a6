"""What goes wrong, in an order that its seed decides."""

# ruff: noqa: S311 - dice that a seed decides, not secrets

import asyncio
import random
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from chaos.ledger import Ledger
from chaos.replica import Replica
from chaos.slack import BadSlack
from chaos.slow_disks import SlowDisks

HOUR = 3600.0
LONG_SLEEP_SECONDS = 18.0
"""Longer than a lease may be without a holder (15 s, and what it takes to see that): whoever wakes
from that has lost what it held. A round of 20 s has room for it."""
SMALL_STEPS = (-1.5, -0.4, 0.4, 1.5)

Deed = Callable[[], Awaitable[None]]


@dataclass
class Nemesis:
    """``cluster`` is the folder of a PostgreSQL, ``None`` with SQLite."""

    ledger: Ledger
    seed: int
    replicas: list[Replica]
    slack: BadSlack
    disks: SlowDisks
    cluster: Path | None = None
    programs: Path | None = None
    _at_work: set[int] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{self.seed}nemesis")
        self._restarting = asyncio.Lock()

    async def run(self, seconds: float) -> None:
        """Harm for so long. One deed at a time per replica; all are up again at the end."""
        began = self.ledger.now()
        for at, deed in self._plan(seconds):
            await asyncio.sleep(max(0.0, began + at - self.ledger.now()))
            self._begin(deed())
        await asyncio.gather(*self._tasks)
        for replica in self.replicas:
            replica.step_clock(0)

    def _plan(self, seconds: float) -> list[tuple[float, Deed]]:
        """Each kind of harm at least once, and whatever else the dice say, by time."""
        musts = [self._kill, self._stop, self._step, self._big_step, self._slow_disk, self._delete]
        more: list[tuple[Deed, float]] = [
            (self._kill, 6),
            (self._stop, 2),
            (self._delete, 1),
            (self._step, 1),
            (self._slow_disk, 0.5),
        ]
        if self.cluster is None:
            musts.append(self._fill_disk)
            more.append((self._fill_disk, 1))
        else:
            musts += [self._restart_database, self._kill_all]
            more += [(self._restart_database, 1), (self._kill_all, 0.7), (self._big_step, 0.3)]
        deeds, weights = zip(*more, strict=True)
        rest = self._dice.choices(
            deeds, weights, k=round(seconds * 0.5 * len(self.replicas) ** 0.5)
        )
        plan = [(self._dice.uniform(0.5, seconds - 1), deed) for deed in musts + rest]
        if self.cluster is not None:
            plan += [(at, self._long_sleep) for at in _every(60.0, seconds)]
        return sorted(plan, key=lambda one: one[0])

    async def _kill(self) -> None:
        replica = await self._free()
        await self._killed(replica)
        self._at_work.discard(replica.number)

    async def _kill_all(self) -> None:
        free = [one for one in self.replicas if one.number not in self._at_work]
        self._at_work |= {one.number for one in free}
        await asyncio.gather(*map(self._killed, free))
        self._at_work -= {one.number for one in free}

    async def _killed(self, replica: Replica) -> None:
        await replica.kill()
        await asyncio.sleep(self._dice.uniform(0, 0.6))
        await replica.start()
        await asyncio.sleep(self._dice.uniform(0.3, 1.0))

    async def _stop(self) -> None:
        replica = await self._free()
        await replica.stop(self._dice.choice((0.3, 1.2, 2.5, 6.0)))
        self._at_work.discard(replica.number)

    async def _long_sleep(self) -> None:
        """Whoever takes events up sleeps through the end of its lease."""
        holder = self.ledger.holders.get("intake")
        replica = next((one for one in self.replicas if one.process == holder), None)
        if replica is None or replica.number in self._at_work:
            replica = await self._free()
        self._at_work.add(replica.number)
        await replica.stop(LONG_SLEEP_SECONDS)
        self._at_work.discard(replica.number)

    async def _fill_disk(self) -> None:
        replica = await self._free()
        await replica.fill_disk(self._dice.uniform(0.5, 1.5))
        self._at_work.discard(replica.number)

    async def _step(self) -> None:
        self._dice.choice(self.replicas).step_clock(self._dice.choice(SMALL_STEPS))

    async def _big_step(self) -> None:
        """An hour off, and a while later right again: a step each way."""
        replica = await self._free()
        replica.step_clock(self._dice.choice((-HOUR, HOUR)))
        await asyncio.sleep(self._dice.uniform(3.0, 5.0))
        replica.step_clock(0)
        await asyncio.sleep(2.0)
        self._at_work.discard(replica.number)

    async def _slow_disk(self) -> None:
        """A burst of slow fsyncs, of a replica on SQLite, or of the server."""
        if self.disks.library is None:
            return
        name = "database" if self.cluster else str(self._dice.choice(self.replicas).number)
        self.ledger.note("slow_disk", name=name)
        self.disks.slow_down(name)
        await asyncio.sleep(self._dice.uniform(1.0, 2.5))
        self.ledger.note("slow_fsync", waits=self.disks.speed_up(name))

    async def _delete(self) -> None:
        """A person deletes a message."""
        for channel in self._dice.sample(sorted(self.slack.channels), len(self.slack.channels)):
            for ts in list(self.slack.channels[channel]):
                if channel.startswith("CQ"):
                    self.slack.remove("removed", channel, ts)
                    return

    async def _restart_database(self) -> None:
        """Not shut down: cut off, as when its machine dies."""
        async with self._restarting:  # one that is coming up cannot be cut off by ``pg_ctl``
            self.ledger.note("database_restart")
            await self._cut_off()
            self.ledger.note("database_back")

    async def _cut_off(self) -> None:
        assert self.cluster is not None
        assert self.programs is not None
        owner = (self.cluster / "data").stat()
        arguments = ["-D", str(self.cluster / "data"), "-w", "-m", "immediate"]
        await asyncio.to_thread(
            subprocess.run,
            [self.programs / "pg_ctl", *arguments, "-l", str(self.cluster / "log"), "restart"],
            cwd=self.cluster,
            user=owner.st_uid,
            group=owner.st_gid,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    async def _free(self) -> Replica:
        """A replica that nothing else is done to; it is ours until it is let go."""
        while True:
            free = [one for one in self.replicas if one.number not in self._at_work]
            if free:
                replica = self._dice.choice(free)
                self._at_work.add(replica.number)
                return replica
            await asyncio.sleep(0.05)

    def _begin(self, deed: Awaitable[None]) -> None:
        self._tasks.add(asyncio.ensure_future(deed))


def _every(period: float, seconds: float) -> list[float]:
    return [0.5 + period * number for number in range(max(1, int(seconds // period)))]
