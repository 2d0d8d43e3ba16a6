"""One ``ringback`` process under test: started, killed, stopped, starved of disk."""

import asyncio
import math
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from chaos.ledger import Ledger
from chaos.nursery import PYTHONPATH, Child, Nursery, watch
from chaos.slow_disks import SlowDisks

HOURS_WRONG_SECONDS = 300.0
NOTICED_SECONDS = 15.0
UNLIMITED = resource.RLIM_INFINITY


@dataclass
class Replica:
    """``folder`` holds its settings file, its clock's error and what it says.

    ``process`` is what it calls itself in leases.
    """

    number: int
    port: int
    folder: Path
    settings: Path
    secrets: dict[str, str]
    ledger: Ledger
    nursery: Nursery
    disks: SlowDisks
    child: Child | None = None
    starts: int = 0
    process: str = ""
    hours_wrong_until: float = 0.0
    _born: set[asyncio.subprocess.Process] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def offset(self) -> Path:
        return self.folder / f"offset-{self.number}"

    @property
    def is_alive(self) -> bool:
        return self.child is not None and self.child.is_alive

    @property
    def is_hours_wrong(self) -> bool:
        """Whether its clock is, or it may not have noticed yet that it is right again."""
        return time.monotonic() < self.hours_wrong_until

    async def start(self) -> None:
        """Start it until it answers, as a service manager does. Raises ``RuntimeError``."""
        for _ in range(20):
            if await self._start_once():
                return
            self.ledger.note("gave_up", replica=self.number)
            await asyncio.sleep(0.5)
        raise RuntimeError(f"replica {self.number} ends by itself; see {self.folder}")

    async def _start_once(self) -> bool:
        began = time.monotonic()
        cold = not self.starts
        self.child = await (self._exec() if cold else self._fork())
        self.starts += 1
        if not await self._is_up(began):
            return False
        seconds = round(time.monotonic() - began, 2)
        self.process = self.offset.with_name(f"{self.offset.name}.process").read_text()
        facts = {"replica": self.number, "process": self.process, "cold": cold}
        self.ledger.note("up", seconds=seconds, **facts)
        return True

    def _environment(self) -> dict[str, str]:
        more = {"OFFSET": str(self.offset), "PYTHONPATH": PYTHONPATH}
        return self.secrets | more | self.disks.environment(str(self.number))

    @property
    def _said(self) -> Path:
        return self.folder / f"said-{self.number}.log"

    async def _exec(self) -> Child:
        with self._said.open("ab") as said:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "chaos.serve", str(self.settings),
                env=os.environ | self._environment(), stdout=said, stderr=said,
            )  # fmt: skip
        self._born.add(process)
        return watch(process.pid)

    async def _fork(self) -> Child:
        return await self.nursery.bear(self.settings, self._environment(), self._said)

    async def _is_up(self, began: float) -> bool:
        """Wait for its first answer; false when it has ended instead."""
        async with httpx.AsyncClient() as http:
            while time.monotonic() - began < 60:
                if not self.is_alive:
                    return False
                try:
                    if (await http.get(f"{self.url}/healthz", timeout=1)).status_code == 200:
                        return True
                except httpx.HTTPError:
                    await asyncio.sleep(0.03)
        raise RuntimeError(f"replica {self.number} does not answer; see {self.folder}")

    async def kill(self) -> None:
        """``kill -9``: nothing is finished."""
        if self.child is None or not self.child.is_alive:
            return
        self.child.send(signal.SIGKILL)
        await self.child.wait()
        self.ledger.note("kill", replica=self.number)

    async def stop(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT later: it sleeps through whatever happens meanwhile."""
        assert self.child is not None
        self.ledger.note("stop", replica=self.number, seconds=round(seconds, 2))
        self.child.send(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.child.send(signal.SIGCONT)
        self.ledger.note("cont", replica=self.number)

    async def fill_disk(self, seconds: float) -> None:
        """No file may grow beyond 8 KiB for a while: what a full disk does, without a disk."""
        self.ledger.note("disk_full", replica=self.number, seconds=round(seconds, 2))
        self._limit(8192)
        await asyncio.sleep(seconds)
        self._limit(UNLIMITED)
        self.ledger.note("disk_free", replica=self.number)

    def _limit(self, size: int) -> None:
        if self.child is not None and self.child.is_alive:
            resource.prlimit(self.child.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))

    def step_clock(self, seconds: float) -> None:
        """Its clock is wrong by so much from now on."""
        before = float(self.offset.read_text() or 0) if self.offset.exists() else 0.0
        if seconds != before:
            self.ledger.note("step", replica=self.number, by=seconds - before, wrong=seconds)
            self.offset.write_text(str(seconds))
            if max(abs(seconds), abs(before)) > HOURS_WRONG_SECONDS:
                self.hours_wrong_until = math.inf if seconds else time.monotonic() + NOTICED_SECONDS

    async def end(self) -> bool:
        """SIGTERM, as an operator does; says whether it ended in time."""
        if self.child is None or not self.child.is_alive:
            return True
        self.child.send(signal.SIGTERM)
        try:
            async with asyncio.timeout(20):
                await self.child.wait()
        except TimeoutError:
            self.child.send(signal.SIGKILL)
            await self.child.wait()
            self.ledger.note("did_not_end", replica=self.number)
            return False
        return True
