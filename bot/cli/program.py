"""The command line as a whole: every command that there is."""

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli import (
    api,
    backing_up,
    checking,
    demonstrating,
    manifesting,
    moving,
    outboxes,
    replaying,
    serving,
    simulating,
)

app = typer.Typer(
    name="ringback",
    help="A self-hosted Slack bot and webhook relay for phone systems.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(serving.serve)
app.command()(checking.check)
app.command()(manifesting.manifest)
app.command()(demonstrating.demo)
app.command()(api.make_api())
app.command()(simulating.simulate)
app.command()(backing_up.backup)
app.command()(backing_up.restore)
app.command()(moving.move)
app.add_typer(outboxes.app, name="outbox")
app.add_typer(replaying.app, name="replay")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ringback {version('ringback')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Phones in Slack: missed calls with an owner, queues in trouble, licences about to end."""
