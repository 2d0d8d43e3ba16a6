"""A process that has imported everything and forks a replica when asked: Linux only.

A start costs a second of computing otherwise, and with a kill every other second nothing else would
be done on a small machine. The first start of each replica is a new program all the same.
"""

import asyncio
import ctypes
import json
import os
import select
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join([str(TESTS), str(TESTS.parent)])
DIE_WITH_PARENT = 1
"""``PR_SET_PDEATHSIG``: nothing is left behind, whatever becomes of the harness."""


@dataclass
class Child:
    """A process that need not be our own child."""

    pid: int
    watched: int | None
    """``None``: it had ended before anybody could look."""

    @property
    def is_alive(self) -> bool:
        return self.watched is not None and not select.select([self.watched], [], [], 0)[0]

    def send(self, number: int) -> None:
        """A signal, if it is still there."""
        if self.watched is not None and self.is_alive:
            signal.pidfd_send_signal(self.watched, number)

    async def wait(self) -> None:
        """Until it has ended."""
        if self.watched is None or not self.is_alive:
            return
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.watched, lambda: ended.done() or ended.set_result(None))
        try:
            await ended
        finally:
            loop.remove_reader(self.watched)


def watch(pid: int) -> Child:
    """The process of that id. One that finds no database ends within milliseconds."""
    try:
        return Child(pid, os.pidfd_open(pid))
    except ProcessLookupError:
        return Child(pid, None)


class Nursery:
    """``bear`` gives a new process that serves."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = os.environ | environment | {"PYTHONPATH": PYTHONPATH}
        self._process: asyncio.subprocess.Process | None = None
        self._asking = asyncio.Lock()

    async def bear(self, settings: Path, environment: dict[str, str], said: Path) -> Child:
        """Fork ``chaos.serve`` with more variables; what it says goes to the end of ``said``."""
        asked = {"settings": str(settings), "environment": environment, "said": str(said)}
        async with self._asking:
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "chaos.nursery",
                    env=self._environment,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )  # fmt: skip
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            return watch(int(await self._process.stdout.readline()))

    async def close(self) -> None:
        """No more are wanted; those that live are ended."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()


def _grow_up(asked: dict[str, str], environment: dict[str, str]) -> None:
    from chaos import serve

    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environment)
    said = os.open(asked["said"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(file, number)
    serve.main(Path(asked["settings"]), Path(environment["OFFSET"]))


def _main() -> None:
    import chaos.serve  # noqa: F401 - so that nobody has to wait for it later

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends is gone at once
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            try:
                _grow_up(asked, asked["environment"])
            finally:
                os._exit(1)
        print(pid, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    _main()
