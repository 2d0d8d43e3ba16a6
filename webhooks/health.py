"""``/healthz``, ``/readyz`` and ``/metrics``: whether it lives, whether it works, in figures."""

import asyncio

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.runtime import Runtime
from storage import alerts
from storage.engine import DatabaseUnusable
from webhooks.metrics import Snapshot, render

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
        problems = await self._runtime.watch.problems()
        if problems:
            return JSONResponse({"ready": False, "problems": problems}, status_code=503)
        return JSONResponse({"ready": True})

    async def metrics(self, request: Request) -> Response:
        """Figures for Prometheus; 503 while the database does not answer."""
        runtime = self._runtime
        look = await runtime.watch.look()
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                down, missed_calls = await runtime.store.read(_open_alerts)
        except (DatabaseUnusable, TimeoutError):
            return PlainTextResponse("the database does not answer\n", status_code=503)
        snapshot = Snapshot(runtime, look, runtime.clock.now(), down, missed_calls)
        return Response(render(snapshot), media_type=CONTENT_TYPE_LATEST)


def _open_alerts(session: Session) -> tuple[frozenset[str], int]:
    down = frozenset(row.system for row in alerts.list_open(session, "system_down"))
    return down, len(alerts.list_open(session, "missed_call"))
