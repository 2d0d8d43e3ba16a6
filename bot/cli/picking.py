"""Rows that somebody at a terminal picks by number, or all at once; needs the database alone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from bot.cli.ending import REFUSED, database_errors, load_database_url, require_file, stop, who
from bot.clock import SystemClock
from storage.engine import Engines, open_engines
from storage.schema import migrate
from storage.store import Store

ResultT = TypeVar("ResultT")
Act = Callable[[Session, Sequence[int], str, datetime], list[int]]
"""Changes the rows of those numbers for somebody, now; returns which there were."""

LARGEST_NUMBER = 2**63 - 1
"""No row has a larger one: the databases' integers end there."""
AT_ONCE = 500
"""A running server must not wait long for its turn to write."""

PIPE_WIDTH = 1000

console = Console(highlight=False, emoji=False)


def show_table(table: Table) -> None:
    """Print it; what reads a pipe gets each row in one line."""
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    console.print(table)


def require_one(given: Sequence[bool], choices: str) -> None:
    """End unless exactly one of the choices is made."""
    if not any(given):
        stop(f"Say which: {choices}.")
    if sum(given) > 1:
        stop(f"Say only one of these: {choices}.")


def read(config: Path, unit: Callable[[Session], ResultT]) -> ResultT:
    """What ``unit`` finds in the database of the settings file ``config``."""
    return _run(config, lambda store: store.read(unit))


def change(
    config: Path, ids: list[int] | Callable[[Session], list[int]], act: Act, done: str, what: str
) -> None:
    """Let ``act`` change the rows of those numbers and say how many are ``done``.

    ``ids`` may be what finds them. Ends with 1 if one of them is no ``what``.
    """
    actor, now = f"terminal:{who()}", SystemClock().now()

    async def work(store: Store) -> tuple[list[int], list[int]]:
        chosen = await store.read(ids) if callable(ids) else list(dict.fromkeys(ids))
        changed: list[int] = []
        for start in range(0, len(chosen), AT_ONCE):
            changed += await store.write(act, chosen[start : start + AT_ONCE], actor, now)
        return chosen, changed

    chosen, changed = _run(config, work)
    for number in sorted(set(chosen) - set(changed)):
        console.print(f"{number}: there is no {what} of that number")
    console.print(f"{len(changed)} of {len(chosen)} {done}")
    if len(changed) < len(chosen):
        raise typer.Exit(REFUSED)


def _run(config: Path, work: Callable[[Store], Awaitable[ResultT]]) -> ResultT:
    url = load_database_url(config)

    async def inside(engines: Engines) -> ResultT:
        store = Store(engines)
        try:
            return await work(store)
        finally:
            await store.close()

    require_file(url)
    with database_errors():
        engines = open_engines(url, serving=False)
        try:
            migrate(engines, upgrades=False)
            return asyncio.run(inside(engines))
        finally:
            engines.dispose()
