"""``ringback outbox``: messages that could not be delivered, and what shall become of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlmodel import Session

from bot.cli.api_answers import printable
from bot.cli.ending import CONFIG, Config
from bot.cli.picking import LARGEST_NUMBER, Act, change, console, read, require_one, show_table
from bot.clock import SystemClock
from bot.commands.status import describe_span
from storage import dead_letters, holding
from storage.tables import OutboxRow

app = typer.Typer(
    help="Messages that did not or may not have arrived, or are held up.",
    no_args_is_help=True,
)

Ids = Annotated[
    list[int] | None,
    typer.Argument(
        help="The numbers of dead or unknown ones, from `outbox list`.", max=LARGEST_NUMBER
    ),
]
All = Annotated[bool, typer.Option("--all", help="Every message that is dead.")]


@app.command("list")
def show(config: Config = CONFIG) -> None:
    """Show what is dead, unknown or held up, and why.

    Dead: it will not be tried again. Unknown: it may have arrived. Others are tried again.
    """
    rows, in_line, (held, first_at) = read(config, _look)
    if not rows:
        console.print("Nothing is undeliverable, in doubt or held up.")
    else:
        _show(rows)
    if in_line:
        console.print(f"Waiting in line: {in_line}")
    if first_at is not None:
        console.print(
            f"Held back by quiet hours: {held}, the first until {first_at:%Y-%m-%d %H:%M} UTC"
        )


def _look(session: Session) -> tuple[list[OutboxRow], int, tuple[int, datetime | None]]:
    undelivered = dead_letters.list_undelivered(session)
    held = holding.look_ahead(session, SystemClock().now())
    return undelivered, dead_letters.count_in_line(session), held


def _show(rows: Sequence[OutboxRow]) -> None:
    now = SystemClock().now()
    table = Table("id", "state", "channel", "kind", "age", "problem", box=None)
    for row in rows:
        words = (
            str(row.id),
            row.state,
            row.slack_channel,
            row.kind,
            describe_span(now - row.created_at),
        )
        table.add_row(*words, escape(printable(row.problem or "")))
    show_table(table)


@app.command()
def retry(ids: Ids = None, all_dead: All = False, config: Config = CONFIG) -> None:
    """Put messages back in line. One that is unknown may then be there twice for a while."""
    _change(config, ids, all_dead, dead_letters.retry, "back in line")


@app.command()
def drop(ids: Ids = None, all_dead: All = False, config: Config = CONFIG) -> None:
    """Remove messages for good, with what waits for their threads."""
    _change(config, ids, all_dead, dead_letters.drop, "removed")


def _change(config: Config, ids: list[int] | None, all_dead: bool, act: Act, done: str) -> None:
    require_one([bool(ids), all_dead], "their numbers from `ringback outbox list`, or --all")
    change(config, ids or dead_letters.list_dead, act, done, "dead or unknown message")
