"""Brings a database to the present schema. Alembic is loaded only when there is work for it."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.engine import DatabaseUnusable, Engines

HEAD = "0001"
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
        raise DatabaseUnusable(f"The database cannot be used: {error.orig}.") from error


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
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatabaseUnusable(
                "The database was made by a newer Ringback: update this one."
            ) from error
