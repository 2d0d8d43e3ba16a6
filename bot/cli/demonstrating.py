"""``ringback demo``: the whole thing on loopback, with no account anywhere."""

import asyncio
import logging
import signal
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.ending import REFUSED, stop
from bot.cli.output import INTERRUPTED
from bot.clock import SystemClock
from bot.demo.scene import open_scene
from bot.demo.story import NotAsExpected, tell
from bot.listening import CannotListen
from bot.redaction import Redactor, configure_logging

DEMO_PORT = 3080

console = Console(highlight=False, emoji=False)


def demo(
    script: Annotated[
        bool, typer.Option("--script", help="Play one story in the terminal and end.")
    ] = False,
    port: Annotated[
        int, typer.Option(help="The port of the web page.", min=1, max=65535)
    ] = DEMO_PORT,
) -> None:
    """Start a pretend Slack, phone systems, and Ringback between them."""
    configure_logging(Redactor(()), "text", logging.ERROR if script else logging.WARNING)
    # A long poll that the end of the demo cuts off is no error.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell's & ignores it
    for number in (signal.SIGTERM, signal.SIGHUP):  # a window that is closed keeps nothing either
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    with tempfile.TemporaryDirectory(prefix="ringback-demo-") as folder:
        try:
            asyncio.run(_tell(Path(folder)) if script else _show(Path(folder), port))
        except CannotListen as error:
            stop(f"{error} Try --port.")
        except NotAsExpected as expected:
            console.print(f"\nstory: not as expected, waited in vain: {expected}", markup=False)
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            console.print("\nThe demo has ended; nothing is kept.")
            if script:  # nobody may take half of the story for all of it
                raise typer.Exit(INTERRUPTED) from None


async def _tell(folder: Path) -> None:
    async with open_scene(folder, SystemClock()) as scene:
        steps = await tell(scene, console)
    console.print(f"\nstory: {steps} steps, all as expected")


async def _show(folder: Path, port: int) -> None:
    async with open_scene(folder, SystemClock(), port) as scene, scene.playing():
        console.print(f"Open [bold]{scene.page_url}[/bold] in a browser. Ctrl-C ends the demo.")
        console.print("Begin with: /pbx link 104 @paris   then: A customer calls and hangs up")
        await asyncio.Event().wait()
