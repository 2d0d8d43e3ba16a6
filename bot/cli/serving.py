"""``ringback serve``: the whole thing, in one process, until it is told to stop."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import typer
import uvicorn
from slack_sdk.web.async_client import AsyncWebClient
from uvicorn.loops.auto import auto_loop_factory

from bot.cli.ending import CONFIG, Config, database_errors, load_settings, stop
from bot.clock import SystemClock
from bot.listening import CannotListen, open_socket
from bot.runtime import open_runtime
from bot.settings import ServerSettings, Settings
from bot.slack.outcomes import REQUEST_ERRORS, in_words
from webhooks.app import create_app
from webhooks.heads import LimitedHeads, awaiting_heads

log = logging.getLogger(__name__)

app = typer.Typer(name="ringback", pretty_exceptions_enable=False, rich_markup_mode=None)
"""``serve`` and nothing else (see ``bot.__main__``)."""


@app.command()
def serve(config: Config = CONFIG) -> None:
    """Run Ringback: take events and commands, poll, alert. Ctrl-C, SIGTERM or SIGHUP stops it."""
    settings = load_settings(config, "INFO")
    listening = bind(settings.server)
    _on_signal(_end)
    with database_errors(), asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serve(settings, listening))


def _on_signal(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGHUP, handler)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


@app.callback()
def _alone() -> None:
    """Phones in Slack: missed calls with an owner, queues in trouble, licences about to end."""


def bind(server: ServerSettings) -> socket.socket:
    """The socket to listen on. Ends with a sentence when the address cannot be had."""
    try:
        return open_socket(server.host, server.port)
    except CannotListen as error:
        stop(str(error))


async def _serve(settings: Settings, listening: socket.socket) -> None:
    """While it serves, a signal is only noted: what a handler raises is lost when it interrupts a
    finalizer. uvicorn raises its signals again when it ends. Another one cuts the end short."""
    async with open_runtime(settings, SystemClock()) as runtime:
        server = uvicorn.Server(uvicorn_config(create_app(runtime)))
        async with runtime.working():
            _on_signal(server.handle_exit)
            host, port = listening.getsockname()[:2]
            log.info("Ringback serves %s port %s", host, port)
            asking = asyncio.create_task(_ask_slack(runtime.client))
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 50, 100)
            gc.enable()
            try:
                async with awaiting_heads(server, runtime.clock):
                    await server.serve(sockets=[listening])
            finally:
                _on_signal(_end)
                asking.cancel()
                await asyncio.wait([asking])


async def _ask_slack(client: AsyncWebClient) -> None:
    """Tell now what else would be known when there is an alert. Nothing waits for the answer."""
    try:
        await client.auth_test()
    except REQUEST_ERRORS as error:
        log.warning("Messages will wait: %s", in_words(error))


def uvicorn_config(app: object) -> uvicorn.Config:
    """How we use uvicorn: its own log set-up and its access log (URLs) stay off."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=LimitedHeads,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=10,
    )
