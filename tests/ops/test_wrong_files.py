"""A database.url that names the wrong file: every command says so, and leaves the file alone."""

import sqlite3
from contextlib import closing

import pytest
from support.clocks import FixedClock
from support.replicas import settings_of

from bot.runtime import open_runtime
from storage.engine import DatabaseUnusable

ON_A_DATABASE = [
    ("backup", "{folder}/copy.db"),
    ("restore", "{folder}/good.db", "--force"),
    ("restore", "--mark"),
    ("outbox", "list"),
    ("outbox", "drop", "--all"),
    ("replay", "list"),
    ("check",),
    ("move", "sqlite:///{folder}/other.db", "postgresql://nobody@127.0.0.1:9/x"),
]


THEIRS = {
    "tables": [
        "CREATE TABLE alembic_version (version_num TEXT)",
        "CREATE TABLE photos (name TEXT)",
    ],
    "a view alone": ["CREATE VIEW photos AS SELECT 1 AS name"],
}


@pytest.fixture(params=THEIRS.values(), ids=THEIRS)
def other(request, tmp_path):
    """The file of another program, which may know Alembic as well."""
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as made:
        for statement in request.param:
            made.execute(statement)
    return file


@pytest.mark.allow_hosts(["127.0.0.1"])  # where no Slack listens
@pytest.mark.parametrize("words", ON_A_DATABASE, ids=" ".join)
def test_another_programs_file_is_refused_and_stays_as_it_was(run, other, tmp_path, words):
    assert run("backup", tmp_path / "good.db").exit_code == 0
    before = other.read_bytes()
    run.use(f"sqlite:///{other}")
    done = run(*(word.format(folder=tmp_path) for word in words))
    assert done.exit_code in (1, 2)
    said = done.output.replace("\n", " ")
    assert "another program's" in said or "not a database of Ringback" in said
    assert other.read_bytes() == before
    assert not list(tmp_path.glob("other.db-*")) + list(tmp_path.glob("other.db.before*"))


async def test_another_programs_file_is_not_served(other):
    before = other.read_bytes()
    with pytest.raises(DatabaseUnusable, match="another program's"):
        async with open_runtime(settings_of(f"sqlite:///{other}"), FixedClock()):
            pass
    assert other.read_bytes() == before


@pytest.mark.parametrize(
    "words", [("outbox", "list"), ("outbox", "drop", "--all"), ("replay", "list")]
)
def test_a_command_beside_a_server_leaves_older_tables_alone(run, sqlite_url, words):
    file = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0001'")
    done = run(*words)
    assert done.exit_code == 2
    assert "older Ringback" in done.output
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


TORN = "postgresql://ringback:x@canary@127.0.0.1:5544/ringback"


@pytest.mark.allow_hosts(["127.0.0.1"])  # where no Slack listens
@pytest.mark.parametrize(
    "words",
    [("check",), ("outbox", "list"), ("replay", "list"), ("move", "sqlite:///x.db", TORN)],
    ids=lambda words: words[0],
)
def test_a_password_with_a_bare_at_sign_is_told_and_no_part_of_it_shown(run, words):
    run.use(TORN)
    done = run(*words)
    assert done.exit_code != 0
    assert "database.url: encode an @ in the password as %40." in done.output
    assert "no mistakes" not in done.output
    assert "canary" not in done.output
