"""``ringback move``: from SQLite to PostgreSQL, with everything that waits."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DBAPIError

from bot.cli.ending import REFUSED, database_errors, require_file, stop
from storage.engine import DatabaseUnusable, Engines, open_engines, read_url
from storage.moving import MoveRefused, count_rows, list_tables, require_empty
from storage.moving import move as carry
from storage.schema import describe, migrate

console = Console(highlight=False, emoji=False)


def move(
    source: Annotated[str, typer.Argument(help="sqlite:///PATH: Ringback must be stopped.")],
    target: Annotated[str, typer.Argument(help="postgresql://USER@HOST/NAME: must be empty.")],
) -> None:
    """Carry a whole database over to PostgreSQL and compare both. The source keeps its rows."""
    for url, wanted in ((source, "sqlite"), (target, "postgresql")):
        if _kind(url) != wanted:
            stop(f"{wanted} is expected here: ringback move sqlite:///PATH postgresql://…")
    require_file(source)
    with database_errors():
        describe(source)
        old = open_engines(source, serving=True)
        new = open_engines(target, serving=False)
        try:
            counts = _move(old, new)
        except MoveRefused as error:
            stop(str(error), REFUSED)
        except DBAPIError as error:
            raise DatabaseUnusable(f"The databases cannot be used: {_first(error)}.") from error
        finally:
            new.dispose()
            old.dispose()
    for name, count in counts.items():
        console.print(f"{name}: {count:,}")
    console.print(
        "All rows arrived and are the same. Set database.url to the new address, and do not serve "
        "the old file again.",
        soft_wrap=True,
    )


def _move(old: Engines, new: Engines) -> dict[str, int]:
    """An older source is changed last, and an older target not at all: a server may be using it."""
    migrate(new, upgrades=False)
    require_empty(new)
    migrate(old)
    expected = count_rows(old)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        tasks = {
            table.name: bar.add_task(table.name, total=expected[table.name])
            for table in list_tables()
        }
        return carry(old, new, lambda name, done: bar.advance(tasks[name], done))


def _kind(url: str) -> str:
    try:
        return read_url(url).get_backend_name()
    except DatabaseUnusable as error:
        if url.startswith(("sqlite:", "postgresql:", "postgresql+")):
            stop(str(error))
        return ""


def _first(error: DBAPIError) -> str:
    return next(iter(str(error.orig).splitlines()), "no answer")
