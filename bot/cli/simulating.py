"""``ringback simulate``: one vendor's stand-in on a port, for trying settings without a PBX."""

import asyncio
import socket
from typing import Annotated

import typer
import uvicorn

from bot.adapters import VENDORS
from bot.adapters.simulation_page import CONTROL
from bot.cli.ending import choose, stop
from bot.cli.serving import bind, uvicorn_config
from bot.clock import Clock, SystemClock
from bot.demo.simulators import POSTING, SIMULATORS, TARGET, StandIn, UnusableSecret
from bot.settings import ServerSettings

SIMULATOR_PORT = 3090

Vendor = Annotated[str | None, typer.Argument(help="Which vendor's phone system.")]
Port = Annotated[int, typer.Option(help="Where to listen; 0 takes any port.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Target = Annotated[str, typer.Option(help="generic: where it posts to.")]
Secret = Annotated[str, typer.Option(help="generic: the whsec_... secret it signs with.")]
Listing = Annotated[bool, typer.Option("--list", help="List the vendors.")]


def simulate(
    vendor: Vendor = None,
    port: Port = SIMULATOR_PORT,
    host: Host = "127.0.0.1",
    target: Target = "",
    secret: Secret = "",
    listing: Listing = False,
) -> None:
    """Serve a pretend phone system, with a page that steers it. Ctrl-C stops it."""
    if listing:
        typer.echo("\n".join(f"{name}: {VENDORS[name].title}" for name in sorted(SIMULATORS)))
        return
    if vendor is None:
        stop(f"Say which vendor: {', '.join(sorted(SIMULATORS))}.")
    vendor = choose(vendor, SIMULATORS, "vendor")
    if (target or secret) and vendor not in POSTING:
        stop(f"{vendor} does not post: --target and --secret are for {', '.join(POSTING)}.")
    if target and not target.startswith(("http://", "https://")):
        stop(f"--target: expected a web address such as {TARGET}.")
    if not host:
        stop("--host: expected an address such as 127.0.0.1.")
    listening = bind(ServerSettings(host=host, port=port))
    try:
        asyncio.run(_serve(vendor, SystemClock(), target, secret, listening))
    except UnusableSecret:
        stop("--secret: expected whsec_ and Base64 after it.")
    except KeyboardInterrupt:
        typer.echo("The simulator has stopped; nothing is kept.")


async def _serve(
    vendor: str, clock: Clock, target: str, secret: str, listening: socket.socket
) -> None:
    stand_in = make_stand_in(vendor, clock, target, secret)
    try:
        typer.echo(introduce(vendor, stand_in, _url(listening)))
        await uvicorn.Server(uvicorn_config(stand_in.app)).serve(sockets=[listening])
    finally:
        await stand_in.close()


def make_stand_in(vendor: str, clock: Clock, target: str = "", secret: str = "") -> StandIn:
    """The vendor's simulator; ``target`` and ``secret`` matter to those that post."""
    if vendor in POSTING:
        return POSTING[vendor](clock, target or TARGET, secret)
    return SIMULATORS[vendor](clock)


def introduce(vendor: str, stand_in: StandIn, url: str) -> str:
    """What somebody needs to know to use it."""
    credentials = [f"{name}: {value}" for name, value in stand_in.credentials.items()]
    return "\n".join(
        [
            f"A pretend {VENDORS[vendor].title} listens on {url}",
            *credentials,
            f"Let things happen, or make it misbehave: {url}{CONTROL}",
            "",
            "For ringback.toml:",
            stand_in.snippet(url),
        ]
    )


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
