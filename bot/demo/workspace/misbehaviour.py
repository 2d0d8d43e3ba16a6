"""Faults that a test orders: what a Slack that has a bad day does to one call."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from httpx import RemoteProtocolError
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_DROPPED: Final = "workspace.dropped"


class Fault(StrEnum):
    """``*_after`` faults come after the call took effect, the others instead of it."""

    DELAY = "delay"
    """Wait ``seconds``, then do it and answer."""
    DELAY_AFTER = "delay_after"
    """Do it, wait ``seconds``, then answer."""
    DROP_AFTER = "drop_after"
    """Do it, then close the connection without an answer."""
    DROP_BEFORE = "drop_before"
    """Close the connection without doing anything."""
    ERROR = "error"
    """Answer ``{"ok": false, "error": error}``; nothing is done."""
    FAIL_AFTER = "fail_after"
    """Do it, then answer 500 ``internal_error``."""
    FAIL_BEFORE = "fail_before"
    """Answer 500 ``internal_error``; nothing is done."""
    LATE_COMMIT = "late_commit"
    """Close the connection; it is done ``seconds`` later all the same."""
    RATE_LIMITED = "rate_limited"
    """Answer 429 with ``Retry-After: seconds``; nothing is done."""
    STALE_HISTORY = "stale_history"
    """Reads do not see messages younger than ``seconds``."""


@dataclass(slots=True, kw_only=True)
class Order:
    method: str
    fault: Fault
    times: int
    channel: str | None
    seconds: float
    error: str


class Misbehaviour:
    """The faults that are still to come, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def order(self, order: Order) -> None:
        self._orders.append(order)

    def behave(self) -> None:
        """Forget what was ordered."""
        self._orders.clear()

    def take(self, method: str, channels: Callable[[], set[str]]) -> Order | None:
        """The fault for this call. ``channels`` are all the names of the channel it is about."""
        for order in self._orders:
            if order.method not in (method, "*"):
                continue
            if order.channel is not None and order.channel not in channels():
                continue
            order.times -= 1
            if order.times <= 0:
                self._orders.remove(order)
            return order
        return None


class Silence(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_DROPPED] = True


class DroppingStarlette(Starlette):
    """A Starlette that can close a connection without an answer.

    Under uvicorn the socket is reset, as when a server dies: the client sees a disconnect and not
    one byte. In ``httpx.ASGITransport`` the caller gets ``httpx.RemoteProtocolError``, which is
    what httpx raises for that over a real socket. Other servers answer 500.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)
        if scope.get(_DROPPED):
            await _drop(receive, send)


async def _drop(receive: Receive, send: Send) -> None:
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RemoteProtocolError("Server disconnected without sending a response.")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
