"""A load generator on bare asyncio protocols, so that it is not what is measured."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from uvicorn.loops.auto import auto_loop_factory

ResultT = TypeVar("ResultT")

ANSWER_SECONDS = 30.0
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def run(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Like ``asyncio.run``, on the faster loop where it is installed."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(main)


class Line(asyncio.Protocol):
    """One connection that is kept, with one request on it at a time."""

    _transport: asyncio.WriteTransport

    def __init__(self, answered: Callable[["Line", int], None]) -> None:
        self._answered = answered
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def ask(self, request: bytes) -> None:
        """Write a request; ``answered`` is called with its status."""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        found = LENGTH.search(self._got) if end >= 0 else None
        if found is None or len(self._got) < end + 4 + int(found[1]):
            return
        status, self._got = int(self._got[9:12]), b""
        self._answered(self, status)

    def connection_lost(self, error: Exception | None) -> None:
        self._answered(self, 0)

    def close(self) -> None:
        """Hang up; nothing is reported of this line any more."""
        self._answered = lambda line, status: None
        self._transport.close()


async def _lines(port: int, count: int, answered: Callable[[Line, int], None]) -> list[Line]:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Line(answered), "127.0.0.1", port)
        for _ in range(count)
    ]
    return [line for _, line in made]


async def rate(port: int, requests: Callable[[], bytes], seconds: float, lines: int = 64) -> float:
    """Requests answered with 2xx per second, ``lines`` at a time. Anything else is an error."""
    done = 0
    wrong: list[int] = []
    until = float("inf")
    over = asyncio.Event()

    def answered(line: Line, status: int) -> None:
        nonlocal done
        if not 200 <= status < 300:
            wrong.append(status)
            over.set()
        elif time.perf_counter() >= until:
            over.set()
        else:
            done += 1
            line.ask(requests())

    made = await _lines(port, lines, answered)
    began = time.perf_counter()
    until = began + seconds
    for line in made:
        line.ask(requests())
    await over.wait()
    took = time.perf_counter() - began
    for line in made:
        line.close()
    if wrong:
        raise RuntimeError(f"answered with {wrong[0]} instead of 2xx")
    return done / took


@dataclass
class Sent:
    """What was sent by the clock. ``took`` is in seconds from the intended time."""

    took: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


class OpenLoop:
    """Sends at given moments, whatever became of what was sent before.

    Lines take turns: one that nobody used for a while would be hung up on.
    """

    def __init__(self, port: int, lines: int = 64) -> None:
        self._port = port
        self._count = lines
        self._free: deque[Line] = deque()
        self._asked: dict[Line, tuple[Sent, float]] = {}
        self._pending: deque[tuple[Sent, float, bytes]] = deque()
        self._idle = asyncio.Event()

    async def __aenter__(self) -> "OpenLoop":
        self._lines = await _lines(self._port, self._count, self._answered)
        self._free = deque(self._lines)
        return self

    async def __aexit__(self, *error: object) -> None:
        for line in self._lines:
            line.close()

    def send(self, sent: Sent, intended: float, request: bytes) -> None:
        """Send now, or as soon as a line is free."""
        if not self._free:
            self._pending.append((sent, intended, request))
            return
        line = self._free.popleft()
        self._asked[line] = (sent, intended)
        line.ask(request)

    async def drain(self) -> None:
        """Wait for every answer."""
        self._idle.clear()
        if self._asked:
            await asyncio.wait_for(self._idle.wait(), ANSWER_SECONDS)

    def _answered(self, line: Line, status: int) -> None:
        if line not in self._asked:  # hung up on while it was free
            self._free.remove(line)
            return
        sent, intended = self._asked.pop(line)
        sent.took.append(time.perf_counter() - intended)
        sent.statuses[status] = sent.statuses.get(status, 0) + 1
        if status:
            self._free.append(line)
        if self._pending and self._free:
            self.send(*self._pending.popleft())
        elif not self._asked:
            self._idle.set()


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of request at a steady pace. ``make`` gets the number and the intended time."""

    per_second: float
    make: Callable[[int, float], bytes]


async def play(port: int, streams: Sequence[Stream], seconds: float) -> list[Sent]:
    """Send every stream for a while; returns what became of each."""
    results = [Sent() for _ in streams]
    async with OpenLoop(port) as loop:
        began = time.perf_counter() + 0.05
        plan = sorted(
            (began + (number + 0.37 * at) / stream.per_second, number, at)
            for at, stream in enumerate(streams)
            for number in range(int(stream.per_second * seconds))
        )
        for intended, number, at in plan:
            wait = intended - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            loop.send(results[at], intended, streams[at].make(number, intended))
        await loop.drain()
    return results


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
