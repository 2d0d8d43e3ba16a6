"""A web server inside a test, which begins and ends at once.

uvicorn's own ``serve`` looks every tenth of a second whether it shall end.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp


def socket_file(path: Path) -> socket.socket:
    """Bound to a file: for what needs no network."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    return listening


@asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve ``app`` on a bound socket until the block ends."""
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    try:
        yield
    finally:
        for listener in server.servers:
            listener.close()
