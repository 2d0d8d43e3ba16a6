"""A restore that is killed at any moment leaves a whole database, the old one or the new one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import Session, select
from support.rows import fill, look, message

from storage.engine import open_engines
from storage.tables import OutboxRow

ROOT = Path(__file__).resolve().parents[2]
KILLED_AT_EACH_CHANGE = """
import os, shutil, sys
from datetime import UTC, datetime
from pathlib import Path
from storage.backups import put_back

folder = Path(sys.argv[1])
CHANGES = {"os.rename", "os.link", "os.remove"}
last, code = 0, 1
while code:
    last += 1
    case = shutil.copytree(folder / "start", folder / f"killed{last}")
    child = os.fork()
    if not child:
        seen = 0
        def kill(event, arguments):
            global seen
            seen += event in CHANGES
            if seen == last:
                os._exit(1)
        sys.addaudithook(kill)
        put_back(folder / "copy.db", case / "ringback.db", datetime.now(UTC), case / "kept.db")
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


def keys(file):
    return sorted(look(f"sqlite:///{file}", select(OutboxRow.key)))


@pytest.fixture
def killed(run, sqlite_url, tmp_path):
    """What is left of a database with a row in its log only, when its restore was killed before
    the first change, before the second, and so on; in the last it came to its end."""
    fill(sqlite_url, lambda session: message(session, "saved"))
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    engines = open_engines(sqlite_url, serving=False)
    with Session(engines.writer) as session:
        message(session, "later")
        session.commit()
        (tmp_path / "start").mkdir()
        for name in ("ringback.db", "ringback.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / "start")
    engines.dispose()
    command = [sys.executable, "-c", KILLED_AT_EACH_CHANGE, str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)  # noqa: S603 - ourselves
    return sorted(tmp_path.glob("killed*"), key=lambda folder: int(folder.name[6:]))


def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(killed):
    assert len(killed) > 3
    for folder in killed:
        is_new = keys(folder / "ringback.db") == ["saved"]
        old = folder / ("kept.db" if is_new else "ringback.db")
        assert keys(old) == ["later", "saved"], folder.name
    assert is_new


def test_a_restore_needs_no_hard_links(run, sqlite_url, tmp_path, monkeypatch):
    def refuse(*names):
        raise PermissionError(1, "Operation not permitted")

    fill(sqlite_url, lambda session: message(session, "saved"))
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    fill(sqlite_url, lambda session: message(session, "later"))
    monkeypatch.setattr("os.link", refuse)
    done = run("restore", tmp_path / "copy.db", "--force")
    assert done.exit_code == 0, done.output
    assert keys(tmp_path / "ringback.db") == ["saved"]
    (kept,) = (file for file in tmp_path.iterdir() if ".before-" in file.name)
    assert keys(kept) == ["later", "saved"]
