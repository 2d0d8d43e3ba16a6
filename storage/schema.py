"""Brings a database to the present schema. Alembic is loaded only when there is work for it."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.engine import DatabaseUnusable, Engines, is_missing, open_engines
from storage.troubles import unusable

HEAD = "0003"
"""The newest migration; a test compares it with the folder."""

MIGRATING = 7_264_225
"""The number of PostgreSQL's advisory lock: any, as long as every version has the same."""


def migrate(engines: Engines) -> None:
    """Run the migrations that the database has not had. Raises ``DatabaseUnusable``."""
    try:
        version = _version(engines.writer)
        if version == HEAD:
            return
        _upgrade(engines.writer)
    except DBAPIError as error:
        raise unusable(error) from error


def describe(url: str) -> str:
    """How the database stands, in words. Nothing is made or changed.

    Raises ``DatabaseUnusable`` when it cannot be used.
    """
    if is_missing(url):
        return "not there yet: it is made at the first start"
    engines = open_engines(url, serving=False)
    try:
        version = _version(engines.reader)
    except DBAPIError as error:
        raise unusable(error) from error
    finally:
        engines.dispose()
    return "up to date" if version == HEAD else "brought up to date at the next start"


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
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
            raise DatabaseUnusable(
                "The database was made by a newer Ringback: update this one."
            ) from error
