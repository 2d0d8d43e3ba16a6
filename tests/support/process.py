"""Ringback as one process: it can be killed and started again on the same database."""

from contextlib import AsyncExitStack

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send
from support.clocks import FixedClock
from support.wires import Wire

from bot.runtime import Runtime, open_runtime
from bot.settings import Settings, SystemSettings
from webhooks.app import create_app


class Process:
    """``wires`` lead to the phone systems; as an ASGI application it is the present process.

    ``settings`` are what the next start reads.
    """

    runtime: Runtime
    app: ASGIApp

    def __init__(self, settings: Settings, clock: FixedClock, wires: dict[str, Wire]) -> None:
        self.settings = settings
        self._clock = clock
        self._wires = wires
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Build everything anew, as a start does."""
        self.runtime = await self._stack.enter_async_context(
            open_runtime(self.settings, self._clock, http=self._http)
        )
        self.app = create_app(self.runtime)

    async def stop(self) -> None:
        """Whatever only memory held is gone."""
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def _http(self, system: SystemSettings) -> httpx.AsyncClient:
        wire = next(self._wires[key] for key, of in self.settings.systems.items() if of is system)
        return httpx.AsyncClient(transport=wire)
