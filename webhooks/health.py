"""``/healthz``, ``/readyz`` and ``/metrics``: whether it lives, whether it works, in figures."""

import asyncio

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.commands.status import read_standing
from bot.runtime import Runtime
from storage.engine import DatabaseUnusable

DATABASE_SECONDS = 2.0


class HealthDoors:
    """The three doors for whoever watches."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def healthz(self, request: Request) -> Response:
        """200 while the process answers at all."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        """200 while it can do its work, else 503 with what is wrong."""
        problems = await self._problems()
        if problems:
            return JSONResponse({"ready": False, "problems": problems}, status_code=503)
        return JSONResponse({"ready": True})

    async def metrics(self, request: Request) -> Response:
        """Figures for Prometheus."""
        registry = CollectorRegistry()
        standing = await self._runtime.store.read(read_standing)
        waiting = Gauge(
            "ringback_receipts_waiting", "Events stored and not taken up yet", registry=registry
        )
        waiting.set(standing.waiting_receipts)
        states = Gauge("ringback_outbox_messages", "By state", ["state"], registry=registry)
        for state in ("pending", "sending", "unknown", "dead"):
            states.labels(state).set(standing.outbox.get(state, 0))
        calls = Gauge("ringback_missed_calls_open", "Missed calls still open", registry=registry)
        calls.set(standing.open_missed_calls)
        down = Gauge("ringback_system_up", "1 while it answers", ["system"], registry=registry)
        for key in self._runtime.systems:
            down.labels(key).set(0 if key in standing.down else 1)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def _problems(self) -> list[str]:
        problems = []
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                await self._runtime.store.read(lambda session: session.connection())
                await self._runtime.store.write(lambda session: None)
        except (DatabaseUnusable, TimeoutError):
            problems.append("the database does not answer")
        problems += [f"{name} has stopped" for name in self._runtime.stopped()]
        return problems
