"""Engines for both databases, with the settings that durability rests on."""

import fcntl
import logging
import os
import re
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

log = logging.getLogger(__name__)

READERS = 4
READER_CACHE_KB = 512
"""A quarter of SQLite's own choice: the operating system keeps the pages as well."""
BUSY_SECONDS = 5.0
SILENT_MS = 5000
LOCK_MS = 8000
LIMITS = f"-c idle_in_transaction_session_timeout={SILENT_MS} -c lock_timeout={LOCK_MS}"
"""What PostgreSQL ends by itself: the transaction of a process that was stopped in it; and a wait
for a row, which lasts longer, so that a stopped process costs nobody else an error. Both are
shorter than a lease."""
REACHING = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How soon a connection that was dropped in silence is noticed: 25 s. The last is milliseconds."""
TEXT = {"client_encoding": "utf8"}
"""Text is text to us, whatever the server was set up with."""
WAL = "-wal"
PARTS = ("", WAL, "-shm", "-journal")
"""What the files of one SQLite database are called. They belong together: an old log over a new
file destroys it."""
LOCK = ".lock"
"""What the file beside it is called that a server holds."""
SAFE_SQLITE = (3, 51, 3)
"""Older libraries can lose pages when two connections checkpoint in WAL mode."""

_HOST = re.compile(r"[\w.:%,-]*")
"""A name or an address, or several with commas between, as libpq takes them."""
_SECOND_AT = re.compile(r"[^@]*@[^?]*(\?[^=&]*)?@")
"""In what follows ``://``. Behind a ``=`` in the query it is nobody's password."""


def part_of(database: Path, part: str) -> Path:
    """The file of that ``part`` of an SQLite database, beside it."""
    return database.with_name(database.name + part)


class DatabaseUnusable(Exception):
    """The database cannot be opened or used now; the text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Engines:
    """One writing connection and a few reading ones. ``lock`` is held while serving."""

    writer: Engine
    reader: Engine
    lock: IO[str] | None = None

    def dispose(self) -> None:
        """Close every connection and let go of the lock."""
        self.reader.dispose()
        self.writer.dispose()
        if self.lock is not None:
            self.lock.close()


def is_missing(url: str) -> bool:
    """Whether ``url`` names an SQLite file that is not there yet."""
    target = read_url(url)
    path = Path(target.database or "")
    try:
        return target.get_backend_name() == "sqlite" and not path.exists()
    except OSError as error:
        raise _cannot_open(path, error.strerror) from error


def check_place(url: str) -> None:
    """Raises ``DatabaseUnusable`` where an SQLite file could not be made or written."""
    target = read_url(url)
    if target.get_backend_name() == "sqlite":
        _check_place(Path(target.database or ""))


def open_engines(url: str, *, serving: bool) -> Engines:
    """Engines for ``url``. ``serving`` locks an SQLite file against a second server.

    Raises ``DatabaseUnusable`` for a URL we do not serve and for a file that is served already.
    """
    target = read_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target, serving)
    return Engines(writer=_postgres_engine(target, 1), reader=_postgres_engine(target, READERS))


def open_reader(url: str) -> Engine:
    """An engine that only looks, and makes no file beside an SQLite database.

    Only after a crash SQLite makes its index of the log anew.
    """
    target = read_url(url)
    if target.get_backend_name() != "sqlite":
        return _postgres_engine(target, 1)
    path = Path(target.database or "")
    # A reader too would make the log and its index. Where they are not, nobody writes.
    is_still = not any(part_of(path, part).exists() for part in PARTS[1:])
    address = f"{path.as_uri()}?mode=ro{'&immutable=1' if is_still else ''}"
    return create_engine(
        "sqlite://",
        poolclass=NullPool,
        hide_parameters=True,
        creator=lambda: sqlite3.connect(address, uri=True),
    )


def _postgres_engine(target: URL, connections: int) -> Engine:
    engine = create_engine(
        target,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_limits(target),
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if driver.autocommit:
            driver.autocommit = False

    return engine


def _limits(target: URL) -> dict[str, Any]:
    """Our limits; what the URL says of the same matters more."""
    chosen = " ".join(target.normalized_query.get("options", ()))
    ours = {k: value for k, value in (REACHING | TEXT).items() if k not in target.query}
    return {**ours, "options": f"{LIMITS} {chosen}".rstrip()}


def read_url(url: str) -> URL:
    """The URL, with the driver we use; a file by its real name, whatever links lead to it.

    Raises ``DatabaseUnusable``, which shows nothing of it.
    """
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):  # the latter holds what stands for the port: a password
        raise DatabaseUnusable("database.url is not a database URL.") from None
    match target.get_backend_name():
        case "sqlite" if target.database and _is_plain_file(target):
            return target.set(database=os.path.realpath(target.database))
        case "postgresql":
            _check_host(target, url.partition("://")[2])
            return target.set(drivername="postgresql+psycopg")
    raise DatabaseUnusable(
        "database.url is neither sqlite:///path/to/file.db nor postgresql://user@host/name."
    )


def _is_plain_file(target: URL) -> bool:
    """Not in memory, and with neither a host nor options: we would not heed them."""
    return target.database != ":memory:" and not target.host and not target.query


def _check_host(target: URL, written: str) -> None:
    """What follows a bare "@" in a password stands for the host, and would be shown as one."""
    is_torn = target.username is not None and _SECOND_AT.match(written)
    if is_torn or not _HOST.fullmatch(target.host or ""):
        raise DatabaseUnusable("database.url: encode an @ in the password as %40.")


def _sqlite(target: URL, serving: bool) -> Engines:
    path = Path(target.database or "")
    _check_place(path)
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if serving:
            lock = _locked(path)
    except OSError as error:
        raise _cannot_open(path, error.strerror) from error
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        log.info("SQLite %s: one connection writes and checkpoints", sqlite3.sqlite_version)
    return Engines(
        writer=_sqlite_engine(target, 1, writes=True),
        reader=_sqlite_engine(target, READERS, writes=False),
        lock=lock,
    )


def _check_place(path: Path) -> None:
    """Can the file, its log and its lock be written there? Nothing is made to find out."""
    try:
        folder = next(above for above in path.parents if above.exists())
        lock = part_of(path, LOCK)
        if not folder.is_dir():
            raise _cannot_open(path, f"{folder} is not a folder")
        if path.is_dir():
            raise _cannot_open(path, "it is a folder: let database.url name a file in it")
        if path.exists() and not path.is_file():  # opening a pipe would wait for its other end
            raise _cannot_open(path, "it is not a regular file")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise _cannot_open(path, f"this user may not write to the folder {folder}")
        for file in (path, lock):
            if file.exists() and not os.access(file, os.R_OK | os.W_OK):
                raise _cannot_open(path, f"this user may not write to {file}")
    except OSError as error:
        raise _cannot_open(path, error.strerror) from error


def _cannot_open(path: Path, reason: str | None) -> DatabaseUnusable:
    return DatabaseUnusable(f"{path} cannot be opened: {reason}.")


def _locked(path: Path) -> IO[str]:
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY
    lock = os.fdopen(os.open(part_of(path, LOCK), flags, 0o600), "a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise DatabaseUnusable(f"{path} is in use by another Ringback process.") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _connect(path: str) -> sqlite3.Connection:
    """Left to itself, SQLite would let everybody read the file. Its log gets the file's mode."""
    with suppress(OSError):  # it is there already, or SQLite says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)


def _sqlite_engine(target: URL, connections: int, *, writes: bool) -> Engine:
    engine = create_engine(
        target,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        creator=lambda: _connect(target.database or ""),
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # The driver's own transaction handling would delay BEGIN and break savepoints.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        if writes:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        else:
            connection.execute("PRAGMA query_only=ON")
            connection.execute(f"PRAGMA cache_size=-{READER_CACHE_KB}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # By the driver itself: SQLAlchemy would take a twentieth of all the writer's time for it.
        driver: Any = connection.connection.driver_connection
        statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
        try:
            driver.execute(statement)
        except sqlite3.Error as error:
            raise DBAPIError(statement, None, error) from error

    return engine


def without_transaction(connection: Connection) -> Any:
    """The driver's own connection, where each statement is a transaction by itself until the next
    one is begun. With PostgreSQL that spares two of three ways there and back.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql" and not driver.autocommit:
        driver.autocommit = True
    return driver
