"""What Ringback is measured against, on the same server: ``python -m bench.baselines PORT``.

``python -m bench.baselines PORT logged`` has uvicorn as it comes, which writes an access log.
"""

import asyncio
import sys
from typing import Any

import uvicorn
from bench.posts import SIGNING_SECRET
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.loops.auto import auto_loop_factory

from bot.cli.serving import bind, uvicorn_config
from bot.settings import ServerSettings


async def no_op(request: Request) -> Response:
    """A route that does nothing at all, not even read the body."""
    return Response(b'{"status": "stored"}', 202, media_type="application/json")


def _plain_bolt() -> AsyncSlackRequestHandler:
    async def authorize(**names: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)

    app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize)

    @app.command("/pbx")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    return AsyncSlackRequestHandler(app)


def main(port: int, *how: str) -> None:
    """Serve until killed."""
    bolt = _plain_bolt()

    async def slack_events(request: Request) -> Response:
        return await bolt.handle(request)

    app = Starlette(
        routes=[
            Route("/phone/{system}", no_op, methods=["POST"]),
            Route("/slack/events", slack_events, methods=["POST"]),
        ]
    )
    listening = bind(ServerSettings(port=port))
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        config = uvicorn.Config(app) if how else uvicorn_config(app)
        runner.run(uvicorn.Server(config).serve(sockets=[listening]))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
