"""Migrations bring both databases to what the tables say; newer databases are refused."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, insert

import storage
from storage import tables
from storage.engine import DatabaseUnusable, open_engines
from storage.schema import HEAD, migrate
from storage.tables import LinkRow

MIGRATIONS = Path(storage.__file__).parent / "migrations"
MIGRATE = """
import sys
from storage.engine import open_engines
from storage.schema import migrate
migrate(open_engines(sys.argv[1], serving=True))
"""


@pytest.fixture
def engines(empty_url):
    made = open_engines(empty_url, serving=False)
    yield made
    made.dispose()


def test_a_migrated_database_has_what_the_tables_say(engines):
    assert tables
    migrate(engines)
    with engines.writer.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def partial_indexes(engine):
    """What autogeneration does not compare: the conditions of partial indexes."""
    inspector = inspect(engine)
    dialect = f"{engine.dialect.name}_where"
    return {
        index["name"]
        for table in inspector.get_table_names()
        for index in inspector.get_indexes(table)
        if index.get("dialect_options", {}).get(dialect) is not None
    }


def test_every_partial_index_is_partial_in_the_database(engines):
    migrate(engines)
    declared = {
        index.name
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
        if index.dialect_kwargs.get("sqlite_where") is not None
    }
    assert declared
    assert partial_indexes(engines.writer) == declared


def test_migrating_again_changes_nothing(engines):
    migrate(engines)
    with engines.writer.begin() as connection:
        connection.execute(text("INSERT INTO watches (key, facts) VALUES ('kept', '{}')"))
    migrate(engines)
    with engines.reader.connect() as connection:
        assert connection.execute(text("SELECT key FROM watches")).scalars().all() == ["kept"]


def test_of_two_holders_of_an_extension_the_newer_stays(engines):
    migrate(engines)
    with engines.writer.begin() as connection:
        connection.execute(text("DROP INDEX links_active"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
        for user, state, day in (
            ("U1", "active", 1),
            ("U2", "active", 3),
            ("U3", "active", 2),
            ("U4", "pending", 4),
        ):
            changed_at = datetime(2026, 11, day, tzinfo=UTC)
            of = {"system": "paris", "extension": "101", "state": state}
            connection.execute(insert(LinkRow).values(slack_user=user, changed_at=changed_at, **of))
    migrate(engines)
    with engines.reader.connect() as connection:
        kept = connection.execute(text("SELECT slack_user FROM links ORDER BY id")).scalars().all()
    assert kept == ["U2", "U4"]


def test_head_is_the_newest_migration_of_the_folder():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(engines):
    migrate(engines)
    with engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="newer Ringback"):
        migrate(engines)
    with engines.reader.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert version == "9999"


def test_an_older_database_is_brought_up_to_date_only_by_who_serves(engines):
    migrate(engines)
    with engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(DatabaseUnusable, match="older Ringback: `ringback serve`"):
        migrate(engines, upgrades=False)


def test_a_database_of_another_program_is_refused_and_left_alone(engines):
    with engines.writer.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('1b2c3d')"))
    with pytest.raises(DatabaseUnusable, match="another program's"):
        migrate(engines)
    with engines.reader.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_migrations_are_numbered_so_that_a_newer_one_is_known_by_its_number():
    names = sorted(file.name for file in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, int(HEAD) + 1)]


def test_replicas_that_start_together_do_not_migrate_twice(cluster):
    url = cluster.copy("template0")
    command = [sys.executable, "-c", MIGRATE, url]
    started = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
        for _ in range(2)
    ]
    assert [process.communicate(timeout=30)[1] for process in started] == ["", ""]
