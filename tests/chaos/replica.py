"""One ``ringback`` process under test: started, killed, stopped, starved of disk."""

import asyncio
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from chaos.ledger import Ledger

TESTS = Path(__file__).resolve().parents[1]
UNLIMITED = resource.RLIM_INFINITY


@dataclass
class Replica:
    """``folder`` holds its settings file, its clock's error and what it says."""

    number: int
    port: int
    folder: Path
    settings: Path
    secrets: dict[str, str]
    ledger: Ledger
    process: asyncio.subprocess.Process | None = None
    kills: int = 0
    ups: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def offset(self) -> Path:
        return self.folder / f"offset-{self.number}"

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
        path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        environment = os.environ | self.secrets | {"PYTHONPATH": path, "OFFSET": str(self.offset)}
        with (self.folder / f"said-{self.number}.log").open("ab") as said:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "chaos.serve", str(self.settings),
                env=environment, stdout=said, stderr=said,
            )  # fmt: skip
        if not await self._is_up(began):
            return False
        self.ups.append(time.monotonic() - began)
        self.ledger.note("up", replica=self.number, seconds=round(self.ups[-1], 2))
        return True

    async def _is_up(self, began: float) -> bool:
        """Wait for its first answer; false when it has ended instead."""
        assert self.process is not None
        async with httpx.AsyncClient() as http:
            while time.monotonic() - began < 60:
                if self.process.returncode is not None:
                    return False
                try:
                    if (await http.get(f"{self.url}/healthz", timeout=1)).status_code == 200:
                        return True
                except httpx.HTTPError:
                    await asyncio.sleep(0.03)
        raise RuntimeError(f"replica {self.number} does not answer; see {self.folder}")

    async def kill(self) -> None:
        """``kill -9``: nothing is finished."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.kill()
        await self.process.wait()
        self.kills += 1
        self.ledger.note("kill", replica=self.number)

    async def stop(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT later: it sleeps through whatever happens meanwhile."""
        assert self.process is not None
        self.ledger.note("stop", replica=self.number, seconds=round(seconds, 2))
        self.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)
        self.ledger.note("cont", replica=self.number)

    async def fill_disk(self, seconds: float) -> None:
        """No file may grow beyond 8 KiB for a while: what a full disk does, without a disk."""
        assert self.process is not None
        self.ledger.note("disk_full", replica=self.number, seconds=round(seconds, 2))
        self._limit(8192)
        await asyncio.sleep(seconds)
        self._limit(UNLIMITED)
        self.ledger.note("disk_free", replica=self.number)

    def _limit(self, size: int) -> None:
        assert self.process is not None
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))

    def step_clock(self, seconds: float) -> None:
        """Its clock is wrong by so much from now on."""
        self.ledger.note("step", replica=self.number, seconds=seconds)
        self.offset.write_text(str(seconds))

    async def end(self) -> bool:
        """SIGTERM, as an operator does; says whether it ended in time."""
        if self.process is None or self.process.returncode is not None:
            return True
        self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(20):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            return False
        return True
