"""Copies of an SQLite database: made while it is in use, checked, and put back with distrust."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, func, update

from storage.engine import PARTS, DatabaseUnusable, open_engines, part_of
from storage.schema import FOREIGN, OURS, migrate
from storage.tables import InvocationRow, OutboxRow, ReceiptRow

PAGES: Final = 2000

Progress = Callable[[int, int], None]
"""Told how many pages are done, and of how many."""


class BackupUnusable(Exception):
    """The file is no backup that can be put back; the text is one sentence for people."""


def back_up(source: Path, target: Path, progress: Progress) -> None:
    """Copy ``source`` as it stands at this moment to ``target``, which appears when it is whole.

    Writers are not held up: the copy is read in one transaction. Raises ``DatabaseUnusable`` and
    ``OSError``.
    """
    partial = _beside(target)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(partial, isolation_level=None)) as copy,
        ):
            original.execute("BEGIN")
            original.execute("SELECT count(*) FROM sqlite_master").fetchone()
            original.backup(
                copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total)
            )
            copy.execute("PRAGMA journal_mode=DELETE")
        _check(partial)
        _keep(partial, target)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"{source} cannot be backed up: {error}.") from error
    finally:
        partial.unlink(missing_ok=True)


def check_backup(file: Path) -> None:
    """Raises ``BackupUnusable`` where it can be seen at once that it is no backup of Ringback."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            _check_tables(opened)
    except sqlite3.Error as error:
        raise _no_backup(file, error) from error


def put_back(backup: Path, target: Path, now: datetime, kept: Path) -> int:
    """Make ``target`` a copy of ``backup``; what was there is kept as ``kept``.

    Whoever calls holds the database's lock. Returns how many messages are distrusted. Raises
    ``BackupUnusable``, ``DatabaseUnusable`` and ``OSError``; then ``target`` is as it was, or what
    it was is whole as ``kept``.
    """
    partial = _beside(target)
    try:
        with (
            closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(partial)) as copy,
        ):
            original.backup(copy)
        _check(partial)
        count = _distrust_file(partial, now)
        _set_aside(target, kept)
        _keep(partial, target)
    except sqlite3.Error as error:
        raise _no_backup(backup, error) from error
    finally:
        for part in PARTS:
            part_of(partial, part).unlink(missing_ok=True)
    return count


def distrust(session: Session, now: datetime) -> int:
    """After going back in time: what waits may be in Slack already, and what was asked be done.

    Messages that were never sent, as far as is known here, are looked for in their channels
    before they are posted; what quiet hours still hold back cannot have been. Requests are not
    carried out; people are told that they may have been.
    Returns how many messages that concerns.
    """
    waits = col(OutboxRow.state).in_(("pending", "sending", "unknown"))
    at = col(OutboxRow.next_at)
    changed = session.exec(
        update(OutboxRow)
        .where(waits, col(OutboxRow.ts).is_(None), col(OutboxRow.created_at) <= now)
        .values(
            state="unknown",
            uncertain=True,
            attempt=col(OutboxRow.attempt) + 1,
            first_try_at=func.coalesce(OutboxRow.first_try_at, OutboxRow.created_at),
            problem="restored from a backup: looked for before it is posted",
        )
    )
    session.exec(update(OutboxRow).where(waits, at < now).values(next_at=now))
    session.exec(
        update(InvocationRow)
        .where(col(InvocationRow.state) == "asked")
        .values(state="running", process=None)
    )
    return int(changed.rowcount)


def is_used(file: Path) -> bool:
    """Whether the database has anything in it that a restore would lose.

    Raises ``DatabaseUnusable`` when it is another program's.
    """
    if not file.exists() or file.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            found = _tables(opened)
            if not found:
                return False
            if not found >= OURS:
                raise DatabaseUnusable(FOREIGN)
            tables = (ReceiptRow.__tablename__, OutboxRow.__tablename__)
            return any(
                opened.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()  # noqa: S608 - our names
                for name in tables
            )
    except sqlite3.Error:
        return True


def _distrust_file(file: Path, now: datetime) -> int:
    """Bring the file to the present schema and distrust what waits in it; leaves one plain file."""
    engines = open_engines(f"sqlite:///{file}", serving=False)
    try:
        migrate(engines)
        with Session(engines.writer) as session:
            count = distrust(session, now)
            session.commit()
    finally:
        engines.dispose()
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")
    return count


def _set_aside(target: Path, kept: Path) -> None:
    """Let ``kept`` be the database as well; ``target`` stays until another file takes its place.

    A sound one that nobody reads is folded into one file first: so whatever stops us, ``target``
    is whole. Any other may be left without its log, which ``kept`` has.
    """
    if target.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA journal_mode=DELETE")
    for part in PARTS:
        with suppress(FileNotFoundError):
            _keep_as_well(part_of(target, part), part_of(kept, part))
    _sync(target.parent)
    for part in PARTS[1:]:
        part_of(target, part).unlink(missing_ok=True)


def _keep_as_well(file: Path, other: Path) -> None:
    try:
        other.hardlink_to(file)
    except FileNotFoundError:
        raise
    except OSError:  # not every file system has hard links
        shutil.copy2(file, other)
        _sync(other)


def _check(file: Path) -> None:
    """Raises ``BackupUnusable`` unless every page is sound and the tables are Ringback's."""
    with closing(sqlite3.connect(file)) as opened:
        said = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok":
            raise BackupUnusable(f"The copy is damaged: {said}.")
        _check_tables(opened)


def _check_tables(opened: sqlite3.Connection) -> None:
    if not _tables(opened) >= OURS:
        raise BackupUnusable("The file is not a database of Ringback.")


def _no_backup(file: Path, error: sqlite3.Error) -> BackupUnusable:
    return BackupUnusable(f"{file} is not a backup of Ringback: {error}.")


def _tables(opened: sqlite3.Connection) -> set[str]:
    """And views: what says whose a database is."""
    rows = opened.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return {name for (name,) in rows}


def _beside(target: Path) -> Path:
    """A file of our own in the same folder, readable by nobody else."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return partial


def _keep(partial: Path, target: Path) -> None:
    """Let ``target`` be the whole file at once, also after a power cut."""
    _sync(partial)
    partial.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
