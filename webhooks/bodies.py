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
    """The sender would rather speak another protocol: uvicorn reads no body then, and says none has
    come. Java's client asks for HTTP/2 so where there is no TLS."""

    status, reason = 400, "send it again without the header Upgrade"


class BodyReader:
    """Reads bodies. One look a second ends those that take too long: a timer for each, set and
    cancelled, took a fifth of all that a post costs. Make it where the event loop runs.
    """

    def __init__(self) -> None:
        # Python 3.11 asks the system for its process' number whenever it is asked for its loop.
        self._loop = asyncio.get_running_loop()
        self._begun: dict[asyncio.Task[Any], float] = {}
        """Who is reading, and since when; whoever took too long is out of it."""
        self._next_look: asyncio.TimerHandle | None = None

    async def read(self, headers: Headers, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
        """The whole body. A declared size is believed before anything is read.

        Raises ``NotRead``: ``TooLarge``, ``OtherProtocol``, or ``TooSlow``, for a sender may hold
        back its very first byte.
        """
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > largest):
            raise TooLarge
        task = asyncio.current_task(self._loop)
        assert task is not None
        self._begun[task] = self._loop.time()
        if self._next_look is None:
            self._next_look = self._loop.call_later(LOOK_SECONDS, self._look)
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise TooSlow
                body += message.get("body", b"")
                if len(body) > largest:
                    raise TooLarge
                if not message.get("more_body"):
                    break
        except asyncio.CancelledError:
            if task in self._begun or task.uncancel():  # somebody else has cancelled it, too
                raise
            raise TooSlow from None
        finally:
            self._begun.pop(task, None)
        if not body and b"upgrade" in headers:
            raise OtherProtocol
        return bytes(body)

    def _look(self) -> None:
        latest = self._loop.time() - SLOWEST_SECONDS
        for task in [task for task, begun in self._begun.items() if begun <= latest]:
            del self._begun[task]
            task.cancel()
        is_needed = bool(self._begun)
        self._next_look = self._loop.call_later(LOOK_SECONDS, self._look) if is_needed else None
