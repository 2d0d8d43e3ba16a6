"""``ringback replay``: events that could not be read, and what shall become of them."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlmodel import Session

from bot.cli.api_answers import printable
from bot.cli.ending import CONFIG, REFUSED, Config, choose, load_systems, stop
from bot.cli.picking import LARGEST_NUMBER, Act, change, console, read, require_one, show_table
from storage import unreadable

app = typer.Typer(help="Events that could not be read, and are kept.", no_args_is_help=True)

Ids = Annotated[
    list[int] | None,
    typer.Argument(help="The numbers that `replay list` shows.", max=LARGEST_NUMBER),
]
All = Annotated[bool, typer.Option("--all", help="Every event that could not be read.")]
System = Annotated[str | None, typer.Option(help="Those of this phone system.")]


@app.command("list")
def show(config: Config = CONFIG) -> None:
    """Show the events that could not be read, and why.

    The oldest stand first. What is in them is never shown.
    """
    rows = read(config, unreadable.list_unreadable)
    if not rows:
        console.print("Every event could be read.")
        return
    table = Table("id", "system", "received at (UTC)", "problem", box=None)
    for row in rows:
        problem = escape(printable(row.problem or ""))
        table.add_row(str(row.id), row.system, f"{row.received_at:%Y-%m-%d %H:%M:%S}", problem)
    show_table(table)


@app.command()
def retry(
    ids: Ids = None, everything: All = False, system: System = None, config: Config = CONFIG
) -> None:
    """Put events back in line. A running server takes them up at once."""
    _change(config, ids, everything, system, unreadable.retry, "back in line")


@app.command()
def drop(
    ids: Ids = None, everything: All = False, system: System = None, config: Config = CONFIG
) -> None:
    """Remove events for good."""
    _change(config, ids, everything, system, unreadable.drop, "removed")


def _change(
    config: Config, ids: list[int] | None, everything: bool, system: str | None, act: Act, done: str
) -> None:
    require_one(
        [bool(ids), everything, system is not None],
        "their numbers from `ringback replay list`, --system NAME, or --all",
    )

    in_settings = load_systems(config) if system is not None else []

    def find_all(session: Session) -> list[int]:
        every = unreadable.list_unreadable(session)
        if system is None:
            return [row.id for row in every]
        name = choose(system, {*in_settings, *(row.system for row in every)}, "phone system")
        found = [row.id for row in every if row.system == name]
        if not found:
            stop(f"No event of {name} is unreadable.", REFUSED)
        return found

    change(config, ids or find_all, act, done, "unreadable event")
