"""What durability rests on, and who may open the database."""

import os
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.engine import DatabaseUnusable, open_engines, read_url
from storage.schema import migrate


@pytest.fixture
def engines(sqlite_url):
    made = open_engines(sqlite_url, serving=True)
    yield made
    made.dispose()


def pragma(engine, name):
    with engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_a_file_is_written_with_a_log_that_reaches_the_disk(engines):
    assert pragma(engines.writer, "journal_mode") == "wal"
    assert pragma(engines.writer, "synchronous") == 2
    assert pragma(engines.writer, "foreign_keys") == 1
    assert pragma(engines.writer, "busy_timeout") == 5000


def test_reading_connections_cannot_write(engines):
    with engines.reader.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(text("INSERT INTO watches (key, facts) VALUES ('a', '{}')"))


def test_a_link_to_the_file_is_the_same_file(engines, sqlite_url, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(sqlite_url.removeprefix("sqlite:///"))
    with pytest.raises(DatabaseUnusable, match="is in use"):
        open_engines(f"sqlite:///{link}", serving=True)
    assert Path(f"{sqlite_url.removeprefix('sqlite:///')}.lock").read_text() == f"{os.getpid()}\n"


def test_a_second_server_on_the_same_file_is_refused_with_a_sentence(engines, sqlite_url):
    with pytest.raises(DatabaseUnusable, match=r"is in use by another Ringback process\.$"):
        open_engines(sqlite_url, serving=True)


def test_a_command_may_look_into_a_file_that_is_served(engines, sqlite_url):
    beside = open_engines(sqlite_url, serving=False)
    migrate(beside)
    assert pragma(beside.reader, "query_only") == 1
    beside.dispose()


def test_a_file_can_be_served_again_afterwards(engines, sqlite_url):
    engines.dispose()
    open_engines(sqlite_url, serving=True).dispose()


def test_a_folder_that_is_not_there_is_made(tmp_path):
    engines = open_engines(f"sqlite:///{tmp_path}/a/b/ringback.db", serving=True)
    migrate(engines)
    engines.dispose()
    assert (tmp_path / "a" / "b" / "ringback.db").exists()


def test_a_file_that_cannot_be_made_is_refused_with_its_name(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseUnusable, match=r"file/ringback.db cannot be opened: .+\.$"):
        open_engines(f"sqlite:///{tmp_path}/file/ringback.db", serving=True)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "ringback.db").write_text("this is a letter to my grandmother\n" * 100)
    engines = open_engines(f"sqlite:///{tmp_path}/ringback.db", serving=True)
    with pytest.raises(DatabaseUnusable, match="file is not a database"):
        migrate(engines)
    engines.dispose()


def modes(folder):
    return {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir()}


def test_what_it_makes_is_for_its_owner_alone(tmp_path):
    engines = open_engines(f"sqlite:///{tmp_path}/ringback.db", serving=True)
    migrate(engines)
    names = ("ringback.db", "ringback.db-wal", "ringback.db-shm", "ringback.db.lock")
    assert modes(tmp_path) == dict.fromkeys(names, "0o600")
    engines.dispose()


def test_a_file_that_is_there_keeps_its_mode(tmp_path, sqlite_url):
    (tmp_path / "ringback.db").chmod(0o640)
    engines = open_engines(sqlite_url, serving=True)
    migrate(engines)
    assert modes(tmp_path)["ringback.db"] == "0o640"
    engines.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite://host/x.db",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "mysql://host/name",
        "just words",
        "",
    ],
)
def test_what_we_do_not_serve_is_refused_without_repeating_it(url):
    with pytest.raises(DatabaseUnusable) as refused:
        open_engines(url, serving=False)
    assert "database.url" in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://user:canary@host/name", "postgresql://user:canary/name"])
def test_a_password_in_an_unusable_url_is_not_repeated(url):
    with pytest.raises(DatabaseUnusable) as refused:
        open_engines(url, serving=False)
    assert "canary" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ringback:x@canary@127.0.0.1:5544/ringback",
        "postgresql://ringback:x@canary/more@127.0.0.1/ringback",
        "postgresql://ringback:x@canary?more@127.0.0.1:5544/ringback",
        "postgresql://ringback:x?@canary@127.0.0.1/ringback",
        "postgresql://ringback:x@canary more/ringback",
    ],
)
def test_an_at_sign_that_is_not_encoded_is_told_without_what_follows_it(url):
    with pytest.raises(DatabaseUnusable) as refused:
        read_url(url)
    assert str(refused.value) == "database.url: encode an @ in the password as %40."
    assert "canary" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1:5544/ringback",
        "[fe80::1%25eth0]/ringback",
        "a_b.example,b-c.example/ringback",
        "/ringback?host=/run/@one,/run/@two",
        "x:p%40?q@db/ringback?host=/run/@socket",
    ],
)
def test_hosts_are_taken_as_they_are(place):
    assert read_url(f"postgresql://{place}").database == "ringback"


def test_a_server_that_is_not_there_is_told_in_a_sentence(tmp_path):
    engines = open_engines(f"postgresql://nobody@/nothing?host={tmp_path}", serving=True)
    with pytest.raises(DatabaseUnusable, match="cannot be used"):
        migrate(engines)
    engines.dispose()


def test_a_link_that_leads_to_itself_is_left_to_whoever_opens_it(tmp_path):
    link = tmp_path / "round.db"
    link.symlink_to(link)
    assert read_url(f"sqlite:///{link}").database == str(link)
