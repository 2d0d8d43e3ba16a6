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


@dataclass
class Nemesis:
    """``cluster`` is the folder of a PostgreSQL, ``None`` with SQLite."""

    ledger: Ledger
    seed: int
    replicas: list[Replica]
    slack: BadSlack
    cluster: Path | None = None
    programs: Path | None = None
    _at_work: set[int] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{self.seed}nemesis")

    async def run(self, seconds: float) -> None:
        """Harm for so long. One deed at a time per replica; all are up again at the end."""
        until = self.ledger.now() + seconds
        while self.ledger.now() < until:
            await asyncio.sleep(self._dice.uniform(0.2, 0.9))
            deed, weight = zip(*self._deeds(), strict=True)
            await self._dice.choices(deed, weight)[0]()
        await asyncio.gather(*self._tasks)
        for replica in self.replicas:
            replica.step_clock(0)

    def _deeds(self) -> list[tuple[Callable[[], Awaitable[None]], float]]:
        deeds: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._kill, 5),
            (self._stop, 2),
            (self._delete, 1),
            (self._step, 0.5),
        ]
        if self.cluster is not None:
            return [*deeds, (self._restart_database, 1), (self._kill_all, 0.7)]
        return [*deeds, (self._fill_disk, 1.2)]

    async def _kill(self) -> None:
        replica = self._free()
        if replica is not None:
            self._begin(replica, self._killed(replica))

    async def _kill_all(self) -> None:
        for replica in self.replicas:
            if replica.number not in self._at_work:
                self._begin(replica, self._killed(replica))

    async def _killed(self, replica: Replica) -> None:
        await replica.kill()
        await asyncio.sleep(self._dice.uniform(0, 0.6))
        await replica.start()
        await asyncio.sleep(self._dice.uniform(0.5, 2.5))

    async def _stop(self) -> None:
        replica = self._free()
        if replica is not None:
            self._begin(replica, replica.stop(self._dice.choice((0.3, 1.2, 2.5, 6.0))))

    async def _fill_disk(self) -> None:
        replica = self._free()
        if replica is not None:
            self._begin(replica, replica.fill_disk(self._dice.uniform(0.5, 1.5)))

    async def _step(self) -> None:
        replica = self._free()
        if replica is not None:
            replica.step_clock(self._dice.choice((-1.5, -0.4, 0.0, 0.4, 1.5)))

    async def _delete(self) -> None:
        """A person deletes a message."""
        for channel in self._dice.sample(sorted(self.slack.channels), len(self.slack.channels)):
            for ts in list(self.slack.channels[channel]):
                if channel.startswith("q"):
                    self.slack.remove("removed", channel, ts)
                    return

    async def _restart_database(self) -> None:
        """Not shut down: cut off, as when its machine dies."""
        assert self.cluster is not None
        assert self.programs is not None
        self.ledger.note("database_restart")
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

    def _free(self) -> Replica | None:
        free = [one for one in self.replicas if one.number not in self._at_work]
        return self._dice.choice(free) if free else None

    def _begin(self, replica: Replica, deed: Awaitable[None]) -> None:
        async def do() -> None:
            try:
                await deed
            finally:
                self._at_work.discard(replica.number)

        self._at_work.add(replica.number)
        task = asyncio.ensure_future(do())
        self._tasks.add(task)
        task.add_done_callback(lambda done: done.cancelled() or done.exception() or None)
