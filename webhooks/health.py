"""``/healthz``, ``/readyz`` and ``/metrics``: whether it lives, whether it works, in figures."""

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.runtime import Runtime
from webhooks.metrics import Snapshot, render

HEALTHY = "ok\n"


class HealthDoors:
    """The three doors for whoever watches."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def healthz(self, request: Request) -> Response:
        """200 while the process answers at all."""
        return PlainTextResponse(HEALTHY)

    async def readyz(self, request: Request) -> Response:
        """200 while it can do its work, else 503 with what is wrong."""
        problems = await self._runtime.watch.problems()
        if problems:
            return JSONResponse({"ready": False, "problems": problems}, status_code=503)
        return JSONResponse({"ready": True})

    async def metrics(self, request: Request) -> Response:
        """Figures for Prometheus; without the database, those that it need not tell."""
        runtime = self._runtime
        snapshot = Snapshot(runtime, await runtime.watch.look(), runtime.clock.now())
        return Response(render(snapshot), media_type=CONTENT_TYPE_LATEST)
