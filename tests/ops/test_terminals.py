"""What an operator meets at a terminal: lines to paste, users without names, wrong files."""

import getpass
import shlex

import pytest
from sqlalchemy import text
from sqlmodel import select
from support.rows import NOW, fill, look

from storage.engine import open_engines
from storage.tables import AuditRow, ReceiptRow

URL = (
    "postgresql://me:hush-hush@/ringback?host=/run/pg&port=5433&sslpassword=hush-too"
    "&options=-c%20search_path%3Da%2Bb"
)


@pytest.mark.parametrize("command", [["backup"], ["restore"]])
def test_the_line_for_postgresql_can_be_pasted_and_holds_no_password(run, tmp_path, command):
    run.use(URL)
    file = tmp_path / "a b'c:x:.dump"
    said = run(*command, file).output.replace("\n", "")
    line = said[said.index("pg_") :].partition(", and then")[0]
    words = shlex.split(line)
    address = "postgresql://me@/ringback?host=%2Frun%2Fpg&options=-c%20search_path%3Da%2Bb"
    address += "&port=5433"
    assert {f"--dbname={address}", address} & set(words)
    assert {f"--file={file}", str(file)} & set(words)
    assert "hush" not in said


def test_a_user_id_without_a_name_is_as_good_as_one(run, sqlite_url, monkeypatch):
    def nameless():
        raise KeyError("getpwuid(): uid not found: 12345")

    row = ReceiptRow(
        system="door",
        dedupe_key="one",
        road="push",
        content_type="",
        body=b"x",
        received_at=NOW,
        state="failed",
    )
    fill(sqlite_url, lambda session: session.add(row))
    monkeypatch.setattr(getpass, "getuser", nameless)
    assert run("replay", "retry", 1).exit_code == 0
    (note,) = look(sqlite_url, select(AuditRow))
    assert note.actor.startswith("terminal:uid ")


@pytest.mark.parametrize("words", [None, "[systems\n"])
def test_a_system_is_looked_for_in_a_settings_file_that_can_be_read(run, tmp_path, words):
    config = tmp_path / "other.toml"
    if words is not None:
        config.write_text(words)
    done = run("replay", "drop", "--system", "door", "--config", config)
    assert done.exit_code == 2
    assert "other.toml" in done.output.replace("\n", "")
    assert "Traceback" not in done.output


def make_older(url):
    """As version 0003 left it."""
    engines = open_engines(url, serving=False)
    with engines.writer.begin() as connection:
        connection.execute(text("DROP INDEX links_active"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    engines.dispose()


def version_of(url):
    engines = open_engines(url, serving=False)
    with engines.reader.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engines.dispose()
    return version


@pytest.mark.parametrize(
    ("is_older", "code", "told"), [(False, 1, "not empty"), (True, 2, "older Ringback")]
)
def test_a_move_that_is_refused_leaves_older_databases_as_they_were(
    run, sqlite_url, postgres_url, is_older, code, told
):
    there = {"system": "s", "dedupe_key": "k", "road": "push", "content_type": "", "body": b"x"}
    moment = NOW
    fill(postgres_url, lambda session: session.add(ReceiptRow(received_at=moment, **there)))
    older = [sqlite_url, *([postgres_url] if is_older else [])]
    for url in older:
        make_older(url)
    done = run("move", sqlite_url, postgres_url)
    assert (done.exit_code, told in done.output.replace("\n", " ")) == (code, True)
    assert {version_of(url) for url in older} == {"0003"}
