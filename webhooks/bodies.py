"""Reads request bodies with a limit on size and on time."""

import asyncio
from typing import Any

from starlette.types import Receive, Scope

LARGEST_BODY = 1024 * 1024
LONGEST_LENGTH = 15
"""Digits of a declared size; Python refuses to read numbers of thousands of digits."""
CONNECTION = frozenset({b"connection", b"proxy-connection"})
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

    async def read(self, scope: Scope, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
        """The whole body. A declared size is believed before anything is read.

        Raises ``NotRead``: ``TooLarge``, ``OtherProtocol``, or ``TooSlow``, for a sender may hold
        back its very first byte.
        """
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > largest):
            raise TooLarge
        if b"upgrade" in headers and _asks_to_upgrade(scope):
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


def _asks_to_upgrade(scope: Scope) -> bool:
    return any(
        name in CONNECTION and b"upgrade" in value.lower() for name, value in scope["headers"]
    )


async def _read(receive: Receive, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while size <= largest:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TooSlow
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if not message.get("more_body"):
            break
    if size > largest:
        raise TooLarge
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
