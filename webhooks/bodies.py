"""Reads request bodies with a limit on size and on time."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive

Headers = Mapping[bytes, bytes]
"""As ASGI servers give them; the names are in lower case."""
LARGEST_BODY = 1024 * 1024
LONGEST_LENGTH = 15
"""Digits of a declared size; Python refuses to read numbers of thousands of digits."""
CONNECTION = (b"connection", b"proxy-connection")
"""httptools takes either for the other."""
SLOWEST_SECONDS = 10.0
LOOK_SECONDS = 1.0


class NotRead(Exception):
    """The body was not taken; ``status`` is what to answer with."""

    status: int
    reason: str

    def __str__(self) -> str:
        return self.reason


class TooLarge(NotRead):
    """The body is larger than anything we take."""

    status, reason = 413, "the body is too large"


class TooSlow(NotRead):
    """The body did not arrive in time, or its sender went away."""

    status, reason = 408, "the body did not arrive in time"


class OtherProtocol(NotRead):
    """The sender would rather speak another protocol, with ``Connection: Upgrade``: uvicorn reads
    no body then, and says none has come. Java's client asks for HTTP/2 so where there is no TLS."""

    status, reason = 400, "send it again without the header Upgrade"


class BodyReader:
    """Reads bodies. One look a second ends those that take too long: a timer for each, set and
    cancelled, took a fifth of all that a post costs. Make it where the event loop runs.
    """

    def __init__(self) -> None:
        # Python 3.11 asks the system for its process' number whenever it is asked for its loop.
        self._loop = asyncio.get_running_loop()
        self._begun: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._next_look: asyncio.TimerHandle | None = None

    async def read(self, headers: Headers, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
        """The whole body. A declared size is believed before anything is read.

        Raises ``NotRead``: ``TooLarge``, ``OtherProtocol``, or ``TooSlow``, for a sender may hold
        back its very first byte.
        """
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > largest):
            raise TooLarge
        if b"upgrade" in headers and _asks_to_upgrade(headers):
            raise OtherProtocol
        task = asyncio.current_task(self._loop)
        assert task is not None
        self._begun[task] = self._loop.time()
        if self._next_look is None:
            self._next_look = self._loop.call_later(LOOK_SECONDS, self._look)
        try:
            return await _read(receive, largest)
        except asyncio.CancelledError:
            if task not in self._late or task.uncancel():  # somebody else has cancelled it too
                raise
            raise TooSlow from None
        finally:
            self._late.discard(task)
            del self._begun[task]

    def _look(self) -> None:
        latest = self._loop.time() - SLOWEST_SECONDS
        for task, begun in self._begun.items():
            if begun <= latest and task not in self._late:
                self._late.add(task)
                task.cancel()
        is_needed = bool(self._begun)
        self._next_look = self._loop.call_later(LOOK_SECONDS, self._look) if is_needed else None


def _asks_to_upgrade(headers: Headers) -> bool:
    return any(b"upgrade" in headers.get(name, b"").lower() for name in CONNECTION)


async def _read(receive: Receive, largest: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TooSlow
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLarge
        if not message.get("more_body"):
            return bytes(body)
