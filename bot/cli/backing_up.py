"""``ringback backup`` and ``ringback restore``: a copy while it runs, and the way back."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import URL, inspect
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
from storage.backups import BackupUnusable, back_up, check_backup, distrust, is_used, put_back
from storage.engine import LOCK, PARTS, Engines, open_engines, part_of, read_url
from storage.leases import list_living
from storage.schema import migrate

console = Console(highlight=False, emoji=False)

SECRET_OPTIONS: Final = frozenset({"password", "sslpassword"})
"""https://www.postgresql.org/docs/15/libpq-connect.html, "Parameter Key Words"."""

File = Annotated[Path, typer.Argument(help="The copy.")]
DISTRUSTED = (
    "Messages that were waiting: {count}. Each is looked for in its channel before it is posted, "
    "so that what Slack has already is not posted again."
)

RUNNING = (
    "Ringback runs on this database: stop every process first, or what they are sending now would "
    "be distrusted too. One that was killed counts for 15 seconds more."
)


def backup(
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    config: Config = CONFIG,
) -> None:
    """Copy the SQLite database to FILE, also while Ringback runs. PostgreSQL has pg_dump."""
    url = _url(config)
    if url.get_backend_name() != "sqlite":
        dump = f"pg_dump --format=custom --file={quote(str(file))} {_shown(url)}"
        stop(f"PostgreSQL has its own: {dump}")
    source = Path(url.database or "")
    require_file(url.render_as_string(hide_password=False))
    with _errors(file):
        real = Path(os.path.realpath(file))  # a link to itself, which resolve() raises at
        if real in {part_of(source, part) for part in (*PARTS, LOCK)}:
            stop(f"{file} is the database itself, or a part of it: name another file.")
        if real == config.resolve():
            stop(f"{file} is the settings file: name another file.")
        if not file.parent.is_dir():
            stop(f"{file.parent} is no folder: make it, or name another.")
        if file.exists() and not file.is_file():
            stop(f"{file} is not a regular file: name another.")
        if file.exists() and not force:
            stop(f"{file} exists already: name another file, or use --force.")
        _copy(source, file)
    console.print(f"{file}: {file.stat().st_size:,} bytes, checked.", soft_wrap=True)


def restore(
    file: Annotated[Path | None, typer.Argument(help="The copy to put back.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also over a database that has something in it.")
    ] = False,
    mark: Annotated[
        bool, typer.Option("--mark", help="Only distrust what waits: after pg_restore.")
    ] = False,
    config: Config = CONFIG,
) -> None:
    """Put a backup in the place of the database. Ringback must be stopped."""
    if (file is None) != mark:
        stop("Say which: `ringback restore FILE`, or `ringback restore --mark` after pg_restore.")
    url = _url(config)
    if file is None:
        require_file(url.render_as_string(hide_password=False))
        with database_errors():
            count = _mark(url)
    elif url.get_backend_name() != "sqlite":
        stop(
            f"PostgreSQL has its own: pg_restore --clean --if-exists --dbname={_shown(url)} "
            f"{quote(str(file))}, and then `ringback restore --mark`."
        )
    else:
        with _errors(Path(url.database or "")):
            count = _put_back(url, file, force)
    console.print(DISTRUSTED.format(count=count), soft_wrap=True)


def _copy(source: Path, file: Path) -> None:
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Copying", total=None)
        back_up(source, file, lambda done, of: bar.update(task, completed=done, total=of))


def _put_back(url: URL, file: Path, force: bool) -> int:
    target, now = Path(url.database or ""), SystemClock().now()
    if not file.is_file():
        stop(f"{file} does not exist, or is not a regular file.")
    if file.resolve() == target:
        stop(f"{file} is the database itself: name its backup.")
    check_backup(file)
    engines = open_engines(url.render_as_string(hide_password=False), serving=True)
    try:
        if is_used(target) and not force:
            stop(f"{target} has something in it: --force keeps it aside and goes on.")
        kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
        count = put_back(file, target, now, kept)
    finally:
        engines.dispose()
    told = f" What was there is kept as {kept}." if kept.exists() else ""
    console.print(f"{target} is what {file} was.{told}", soft_wrap=True)
    return count


def _mark(url: URL) -> int:
    engines = open_engines(url.render_as_string(hide_password=False), serving=True)
    try:
        if _is_at_work(engines):
            stop(RUNNING)
        migrate(engines)
        with Session(engines.writer) as session:
            count = distrust(session, SystemClock().now())
            session.commit()
            return count
    finally:
        engines.dispose()


def _is_at_work(engines: Engines) -> bool:
    """Whether a process lives on a PostgreSQL; an SQLite file is locked by its server."""
    if engines.reader.dialect.name == "sqlite" or not inspect(engines.reader).has_table("leases"):
        return False
    with Session(engines.reader) as session:
        return bool(list_living(session))


def _url(config: Path) -> URL:
    with database_errors():
        return read_url(load_database_url(config))


def _shown(url: URL) -> str:
    """The address for a shell, without its passwords: the programs ask for them, or read
    ~/.pgpass. They take a blank in an option as %20 alone."""
    query = {name: value for name, value in url.query.items() if name not in SECRET_OPTIONS}
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    address, mark, options = shown.render_as_string().partition("?")
    return quote(address + mark + options.replace("+", "%20"))


@contextlib.contextmanager
def _errors(target: Path) -> Iterator[None]:
    """Trouble in one sentence, which names ``target`` rather than what it is called meanwhile."""
    try:
        with database_errors():
            yield
    except BackupUnusable as error:
        stop(str(error), REFUSED)
    except OSError as error:
        is_named = error.filename and not str(error.filename).endswith(".partial")
        stop(f"{error.filename if is_named else target}: {error.strerror}.")
