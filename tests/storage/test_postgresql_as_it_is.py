"""A PostgreSQL that cannot be used as it stands: known before anything is stored."""

import uuid

import psycopg
import pytest

from storage.engine import DatabaseUnusable, open_engines
from storage.outbox import put_message
from storage.schema import describe, migrate
from storage.store import Store
from storage.watches import put_watch

READ_ONLY = "ALTER DATABASE {database} SET default_transaction_read_only = on"
NO_TABLES = "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {role}"
ONLY_READING = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"

ALL_TABLES = "GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"
NUMBERS = "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
OLD = "UPDATE alembic_version SET version_num = '0002'"


@pytest.fixture
def role(cluster):
    """A user who owns nothing; the cluster takes it along."""
    name = f"guest_{uuid.uuid4().hex}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
    return name


def grant(url, role, *statements):
    """Change what may be done; returns the URL of that user."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.format(role=role, database=connection.info.dbname))
    return url.replace("//ringback@", f"//{role}@")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_an_encoding_that_cannot_hold_every_name_is_refused(cluster, encoding):
    name = f"as_{encoding.lower()}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
    url = cluster.url(name)
    with pytest.raises(DatabaseUnusable, match=f"encoding is {encoding}"):
        describe(url)
    engines = open_engines(url, serving=True)
    with pytest.raises(DatabaseUnusable, match="ENCODING 'UTF8' TEMPLATE template0"):
        migrate(engines)
    engines.dispose()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [(READ_ONLY, "may only be read"), (NO_TABLES, "may not make tables in it")],
)
def test_an_empty_database_that_takes_no_tables_is_told(cluster, role, statement, problem):
    url = grant(cluster.copy("template0"), role, statement)
    with pytest.raises(DatabaseUnusable, match=problem):
        describe(url)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [(READ_ONLY, "may only be read"), (ONLY_READING, "may not write to its tables")],
)
def test_tables_that_may_not_be_written_are_told(postgres_url, role, statement, problem):
    assert describe(postgres_url) == "up to date"
    url = grant(postgres_url, role, ONLY_READING, statement)
    with pytest.raises(DatabaseUnusable, match=problem):
        describe(url)


def test_an_extensions_views_are_nobody_elses_tables(cluster):
    url = cluster.copy("template0")
    grant(url, "ringback", "CREATE VIEW pg_stat_statements AS SELECT 1 AS calls")
    assert describe(url) == "brought up to date at the next start"


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        ((ALL_TABLES,), "may not use its sequences"),
        ((ALL_TABLES, "REVOKE UPDATE ON receipts FROM {role}"), "may not write to its tables"),
        ((ALL_TABLES, NUMBERS, OLD), "does not own its tables"),
    ],
)
def test_a_right_that_is_missing_somewhere_is_told(postgres_url, role, statements, problem):
    with pytest.raises(DatabaseUnusable, match=problem):
        describe(grant(postgres_url, role, *statements))


async def test_who_owns_nothing_but_may_write_is_told_that_all_is_well(postgres_url, role, now):
    url = grant(postgres_url, role, ALL_TABLES, NUMBERS)
    assert describe(url) == "up to date"
    store = Store(open_engines(url, serving=True))
    await store.write(
        put_message, key="a", kind="notice", slack_channel="C", body={"text": "x"}, now=now
    )
    await store.close()


async def test_a_missing_right_is_one_sentence_in_the_log(postgres_url, role, caplog):
    store = Store(open_engines(grant(postgres_url, role, ONLY_READING), serving=True))
    with pytest.raises(DatabaseUnusable, match="permission denied for table watches"):
        await store.write(put_watch, "a", {})
    await store.close()
    (told,) = caplog.records
    assert "permission denied for table watches" in told.getMessage()
    assert not told.exc_info
