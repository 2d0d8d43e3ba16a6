"""``ringback outbox``: messages that could not be delivered, and what shall become of them."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from bot.cli.ending import (
    CONFIG,
    REFUSED,
    Config,
    database_errors,
    load_database_url,
    require_file,
    stop,
)
from bot.clock import SystemClock
from bot.commands.status import describe_span
from storage import dead_letters
from storage.engine import open_engines
from storage.schema import migrate
from storage.store import Store
from storage.tables import OutboxRow

ResultT = TypeVar("ResultT")

console = Console(highlight=False)

app = typer.Typer(
    help="Messages that could not be delivered, and ones nobody is sure of.", no_args_is_help=True
)

Ids = Annotated[list[int] | None, typer.Argument(help="The numbers that `outbox list` shows.")]
All = Annotated[bool, typer.Option("--all", help="Every message that is dead.")]
Act = Callable[[Session, Sequence[int], str, datetime], list[int]]


@app.command("list")
def show(config: Config = CONFIG) -> None:
    """Show what is dead (it will not be tried again) or unknown (it may have arrived)."""
    rows = _run(load_database_url(config), _list)
    if not rows:
        console.print("Nothing is undeliverable, and nothing is in doubt.")
        return
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
        table.add_row(*words, row.problem or "")
    console.print(table)


@app.command()
def retry(ids: Ids = None, all_dead: All = False, config: Config = CONFIG) -> None:
    """Put messages back in line. One that is unknown may then be there twice for a while."""
    _change(config, ids, all_dead, dead_letters.retry, "back in line")


@app.command()
def drop(ids: Ids = None, all_dead: All = False, config: Config = CONFIG) -> None:
    """Remove messages for good, with what waits for their threads."""
    _change(config, ids, all_dead, dead_letters.drop, "removed")


def _change(config: Config, ids: list[int] | None, all_dead: bool, act: Act, done: str) -> None:
    if bool(ids) == all_dead:
        stop("Say which: their numbers from `ringback outbox list`, or --all.")
    url = load_database_url(config)
    actor, now = f"terminal:{getpass.getuser()}", SystemClock().now()

    async def work(store: Store) -> tuple[list[int], list[int]]:
        chosen = ids or [row.id for row in await _list(store) if row.id and row.state == "dead"]
        return chosen, await store.write(act, chosen, actor, now)

    chosen, changed = _run(url, work)
    for message_id in sorted(set(chosen) - set(changed)):
        console.print(f"{message_id}: there is no dead or unknown message of that number")
    console.print(f"{len(changed)} of {len(chosen)} {done}")
    if len(changed) < len(set(chosen)):
        raise typer.Exit(REFUSED)


async def _list(store: Store) -> list[OutboxRow]:
    return await store.read(dead_letters.list_stuck)


def _run(url: str, work: Callable[[Store], Awaitable[ResultT]]) -> ResultT:
    async def inside() -> ResultT:
        engines = open_engines(url, serving=False)
        await asyncio.to_thread(migrate, engines)
        store = Store(engines)
        try:
            return await work(store)
        finally:
            await store.close()

    require_file(url)
    with database_errors():
        return asyncio.run(inside())
