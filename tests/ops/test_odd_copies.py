"""Copies to and from what is no regular file: refused in a sentence, and left alone."""

import os
import stat

import pytest
from support.rows import fill, message

from storage.engine import open_engines
from storage.schema import migrate


@pytest.fixture
def database(sqlite_url, tmp_path):
    engines = open_engines(sqlite_url, serving=False)
    migrate(engines)
    engines.dispose()
    return tmp_path / "ringback.db"


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_backup_never_replaces_a_pipe_or_a_device(run, database, tmp_path, force):
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for file in (pipe, link):
        done = run("backup", file, *force)
        assert done.exit_code == 2
        assert "not a regular file" in done.output.replace("\n", " ")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_backup_into_a_folder_is_refused(run, database, name):
    done = run("backup", name, "--force")
    assert done.exit_code == 2
    assert "not a regular file" in done.output.replace("\n", " ")


def test_a_backup_into_a_folder_that_is_not_there_names_it(run, database, tmp_path):
    done = run("backup", tmp_path / "nowhere" / "copy.db")
    assert done.exit_code == 2
    said = done.output.replace("\n", "")
    assert f"{tmp_path}/nowhere is no folder: make it, or name another." in said
    assert "partial" not in said


def test_a_backup_never_replaces_the_settings(run, database, tmp_path):
    (settings,) = tmp_path.glob("*.toml")
    before = settings.read_text()
    done = run("backup", settings, "--force")
    assert done.exit_code == 2
    assert "is the settings file: name another file." in done.output.replace("\n", " ")
    assert settings.read_text() == before


def test_what_cannot_be_written_is_told_by_the_name_that_was_typed(run, database, tmp_path):
    too_long = tmp_path / f"{'x' * 250}"  # with what is added to it while it is written
    done = run("backup", too_long)
    assert done.exit_code == 2
    assert done.output.replace("\n", "") == f"{too_long}: File name too long."


def test_a_backup_in_the_place_of_a_link_to_itself_is_a_file(run, database, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert run("backup", tmp_path / "loop").exit_code == 0
    assert not (tmp_path / "loop").is_symlink()


def test_what_cannot_be_put_back_is_told_by_the_name_of_the_database(run, database, tmp_path):
    run("backup", tmp_path / "good.db")
    too_long = tmp_path / f"{'x' * 247}"
    run.use(f"sqlite:///{too_long}")
    done = run("restore", tmp_path / "good.db")
    assert done.exit_code == 2
    assert done.output.replace("\n", "") == f"{too_long}: File name too long."


def test_what_is_no_backup_is_told_before_anything_is_asked_for(run, database, tmp_path):
    run("backup", tmp_path / "good.db")
    fill(f"sqlite:///{database}", lambda session: message(session, "card"))
    (tmp_path / "notes.db").write_text("Not a database. " * 100)
    done = run("restore", tmp_path / "notes.db")
    assert done.exit_code == 1
    assert "is not a backup of Ringback" in done.output.replace("\n", " ")
    assert "--force" in run("restore", tmp_path / "good.db").output


def test_a_restore_of_the_database_itself_is_refused(run, database):
    before = database.read_bytes()
    done = run("restore", database, "--force")
    assert done.exit_code == 2
    assert "the database itself" in done.output.replace("\n", " ")
    assert database.read_bytes() == before


def test_a_restore_from_a_pipe_is_refused_and_waits_for_nobody(run, database, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = run("restore", tmp_path / "pipe", "--force")
    assert done.exit_code == 2
    assert "not a regular file" in done.output.replace("\n", " ")
