"""Brings a database to the present schema. Alembic is loaded only when there is work for it."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from storage import tables
from storage.engine import DatabaseUnusable, Engines, check_place, is_missing, open_reader
from storage.troubles import lost_a_race, unusable

assert tables
HEAD = "0005"
"""The newest migration; a test compares it with the folder."""

OURS = frozenset({"alembic_version", "outbox"})
"""Tables that every database of Ringback has: by these it is known."""

NEWER = "The database was made by a newer Ringback: update this one."
OLDER = "The database was made by an older Ringback: `ringback serve` brings it up to date."
FOREIGN = (
    "The database is another program's: it has tables or views, and they are not Ringback's. "
    "Let database.url name one of its own."
)
NO_DATABASE = "The file is not a database: name another in database.url, or restore a backup."

ENCODING = (
    "The database's encoding is {}, and must be UTF8: make one with "
    "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
)
WHAT_IS_MISSING = text("""
WITH ours AS (
  SELECT oid, relowner FROM pg_class
  WHERE relkind = 'r' AND relname = ANY(:tables) AND pg_table_is_visible(oid)
), numbers AS MATERIALIZED (
  SELECT pg_class.oid FROM pg_class JOIN pg_depend ON objid = pg_class.oid
  WHERE relkind = 'S' AND deptype IN ('a', 'i') AND refobjid IN (SELECT oid FROM ours)
)
SELECT CASE
WHEN current_setting('transaction_read_only') = 'on' THEN 'it may only be read'
WHEN EXISTS (SELECT FROM ours WHERE NOT (
  has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
  AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')
)) THEN 'this user may not write to its tables'
WHEN EXISTS (SELECT FROM numbers WHERE NOT has_sequence_privilege(oid, 'USAGE'))
THEN 'this user may not use its sequences'
WHEN :is_changed AND EXISTS (SELECT FROM ours WHERE NOT pg_has_role(relowner, 'USAGE'))
THEN 'this user does not own its tables, which are to be changed'
WHEN :is_changed AND NOT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
THEN 'this user may not make tables in it'
END
""")
"""https://www.postgresql.org/docs/15/functions-info.html, "Access Privilege Inquiry Functions"."""

MIGRATING = 7_264_225
"""The number of PostgreSQL's advisory lock: any, as long as every version has the same."""


def migrate(engines: Engines, *, upgrades: bool = True) -> None:
    """Make the tables where there are none, or bring them up to date.

    Without ``upgrades`` older tables are refused: a server may be using them. Raises
    ``DatabaseUnusable``; then nothing was changed.
    """
    try:
        version = _version(engines.reader)  # the writer would change another program's file
        if version == HEAD:
            if upgrades:
                engines.writer.connect().close()  # what it cannot do is to be known now
            return
        if version is not None and not upgrades:
            raise DatabaseUnusable(OLDER)
        _upgrade(engines.writer)
    except DBAPIError as error:
        raise _told(error) from error


def describe(url: str) -> str:
    """How the database stands, in words. Nothing is made or changed.

    Raises ``DatabaseUnusable`` when it cannot be used.
    """
    check_place(url)
    if is_missing(url):
        return "not there yet: it is made at the first start"
    engine = open_reader(url)
    try:
        version = _version(engine)
        _check_rights(engine, version)
    except DBAPIError as error:
        raise _told(error) from error
    finally:
        engine.dispose()
    return "up to date" if version == HEAD else "brought up to date at the next start"


def _version(engine: Engine) -> str | None:
    """The newest migration that the database has had; ``None`` where there is no table yet.

    Raises ``DatabaseUnusable`` for a newer version's, for another program's, and for one that does
    not hold text as UTF-8.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            encoding = connection.execute(text("SHOW server_encoding")).scalar()
            if encoding != "UTF8":
                raise DatabaseUnusable(ENCODING.format(encoding))
        found = inspect(connection)
        tables = set(found.get_table_names())
        if engine.dialect.name == "sqlite":  # in a PostgreSQL, extensions bring views of their own
            tables |= set(found.get_view_names())
        if not tables:
            return None
        if not tables >= OURS:
            raise DatabaseUnusable(FOREIGN)
        version = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    if version > HEAD:
        raise DatabaseUnusable(NEWER)
    return version


def _check_rights(engine: Engine, version: str | None) -> None:
    """Raises ``DatabaseUnusable`` where a PostgreSQL would not let us write. Writes nothing."""
    if engine.dialect.name != "postgresql":
        return
    asked = {"tables": sorted(SQLModel.metadata.tables), "is_changed": version != HEAD}
    with engine.connect() as connection:
        missing = connection.execute(WHAT_IS_MISSING, asked).scalar()
    if missing:
        raise DatabaseUnusable(f"The database cannot be used: {missing}.")


def _told(error: DBAPIError) -> DatabaseUnusable:
    if getattr(error.orig, "sqlite_errorname", None) == "SQLITE_NOTADB":
        return DatabaseUnusable(NO_DATABASE)
    return unusable(error)


def _upgrade(engine: Engine) -> None:
    """An older version may still be at work: of two who wait for each other one is made to fail."""
    import stamina

    for attempt in stamina.retry_context(on=lost_a_race, attempts=5):
        with attempt:
            _run_migrations(engine)


def _run_migrations(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # replicas that start together take turns
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatabaseUnusable(NEWER) from error
