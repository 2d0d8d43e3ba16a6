"""Backup, restore and move: whole, checked, and distrustful of the past."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select
from support.rows import NOW, asked, fill, look, message

from storage import audit, invocations, leases, receipts
from storage.engine import open_engines
from storage.receipts import NewReceipt
from storage.schema import HEAD
from storage.tables import InvocationRow, OutboxRow, ReceiptRow


def receipt(key, body=b"{}"):
    return NewReceipt(
        system="door",
        dedupe_key=key,
        road="push",
        content_type="application/json",
        body=body,
        received_at=NOW,
    )


def a_bit_of_everything(session):
    receipts.save_receipts(session, [receipt("a", bytes(range(256))), receipt("é")])
    message(session, "one", body={"text": "ÀB", "n": 1.5, "list": [1, None]})
    audit.note(session, at=NOW, actor="U0", surface="command", action="dial")
    receipts.save_feed_batch(session, "door", "cdr", "7", [])
    invocations.save_invocation(session, **asked(NOW))


def test_a_backup_needs_no_secret_but_the_databases(run, sqlite_url, tmp_path):
    fill(sqlite_url, a_bit_of_everything)
    config = tmp_path / "ringback.toml"
    config.write_text(config.read_text().replace('"made-up-secret"', '"env:NOT_SET_HERE"'))
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    assert run("outbox", "list").exit_code == 0
    assert run("replay", "list").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "copy.db"),
        ("restore", "--mark"),
        ("outbox", "list"),
        ("replay", "list"),
        ("move", "sqlite:///{folder}/typo.db", "postgresql://nobody@127.0.0.1:9/x"),
    ],
    ids=" ".join,
)
def test_a_database_that_is_not_there_is_not_made_to_look_empty(run, tmp_path, words):
    run.use(f"sqlite:///{tmp_path}/typo.db")
    done = run(*(word.format(folder=tmp_path) for word in words))
    assert done.exit_code == 2
    assert "typo.db does not exist" in done.output.replace("\n", "")
    assert not list(tmp_path.glob("typo.db*"))


def test_a_backup_is_whole_and_one_file(run, sqlite_url, tmp_path):
    fill(sqlite_url, a_bit_of_everything)
    done = run("backup", tmp_path / "copy.db")
    assert done.exit_code == 0, done.output
    size = (tmp_path / "copy.db").stat().st_size
    assert done.output == f"{tmp_path}/copy.db: {size:,} bytes, checked.\n"
    copied = f"sqlite:///{tmp_path / 'copy.db'}"
    assert look(copied, select(ReceiptRow.dedupe_key)) == ["a", "é"]
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.partial*"))
    assert not list(tmp_path.glob(".*.partial*"))


def test_a_backup_under_load_is_one_moment(run, sqlite_url, tmp_path):
    """Every unit writes two rows; a copy between them would show it."""
    stop = threading.Event()

    def write_on():
        engines = open_engines(sqlite_url, serving=False)
        number = 0
        while not stop.is_set():
            with Session(engines.writer) as session:
                for half in ("l", "r"):
                    receipts.save_receipts(session, [receipt(f"{number}{half}", b"x" * 3000)])
                session.commit()
            number += 1
        engines.dispose()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        for number in range(5):
            done = run("backup", tmp_path / f"copy{number}.db")
            assert done.exit_code == 0, done.output
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        with sqlite3.connect(tmp_path / f"copy{number}.db") as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert copy.execute("SELECT count(*) % 2 FROM receipts").fetchone() == (0,)
        copy.close()


def test_a_backup_replaces_nothing_unasked(run, tmp_path):
    (tmp_path / "copy.db").write_text("mine")
    assert run("backup", tmp_path / "copy.db").exit_code == 2
    assert (tmp_path / "copy.db").read_text() == "mine"
    assert run("backup", tmp_path / "copy.db", "--force").exit_code == 0


@pytest.mark.parametrize("part", ["", "-wal", "-shm", "-journal", ".lock"])
@pytest.mark.parametrize("road", ["", "sub/../", "link/"])
def test_a_backup_never_replaces_a_part_of_the_database(
    run, sqlite_url, tmp_path, monkeypatch, part, road
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    serving = open_engines(sqlite_url, serving=True)
    with serving.writer.connect():
        before = sorted(file.name for file in tmp_path.iterdir())
        done = run("backup", f"{road}ringback.db{part}", "--force")
        assert done.exit_code == 2
        assert "a part of it" in done.output.replace("\n", " ")
        assert sorted(file.name for file in tmp_path.iterdir()) == before
    serving.dispose()


def test_postgresql_is_backed_up_by_its_own_program_and_no_password_is_shown(run, tmp_path):
    run.use("postgresql://me:hush-hush@db.example/ringback")
    done = run("backup", tmp_path / "copy.dump")
    assert done.exit_code == 2
    assert "pg_dump" in done.output
    assert "postgresql://me@db.example/ringback" in done.output.replace("\n", "")


def test_a_restored_database_is_what_the_backup_was(run, sqlite_url, tmp_path):
    fill(sqlite_url, a_bit_of_everything)
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    fill(sqlite_url, lambda session: receipts.save_receipts(session, [receipt("later")]))
    refused = run("restore", tmp_path / "copy.db")
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert len(look(sqlite_url, select(ReceiptRow))) == 3
    done = run("restore", tmp_path / "copy.db", "--force")
    assert done.exit_code == 0, done.output
    assert look(sqlite_url, select(ReceiptRow.dedupe_key)) == ["a", "é"]
    (kept,) = tmp_path.glob("ringback.db.before-*[0-9]")
    assert len(look(f"sqlite:///{kept}", select(ReceiptRow))) == 3


def test_nothing_is_restored_while_it_serves(run, sqlite_url, tmp_path):
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    serving = open_engines(sqlite_url, serving=True)
    done = run("restore", tmp_path / "copy.db", "--force")
    serving.dispose()
    assert done.exit_code == 2
    assert "in use" in done.output


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
def test_a_file_that_is_no_backup_changes_nothing(run, sqlite_url, tmp_path, content):
    fill(sqlite_url, a_bit_of_everything)
    (tmp_path / "odd.db").write_bytes(content)
    done = run("restore", tmp_path / "odd.db", "--force")
    assert done.exit_code == 1, done.output
    assert len(look(sqlite_url, select(ReceiptRow))) == 2
    assert not list(tmp_path.glob("*before*"))


def test_a_damaged_backup_changes_nothing(run, sqlite_url, tmp_path):
    fill(sqlite_url, lambda s: receipts.save_receipts(s, [receipt(f"{n}") for n in range(500)]))
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    bytes_ = bytearray((tmp_path / "copy.db").read_bytes())
    for page in range(20, 30):
        bytes_[page * 4096 : page * 4096 + 500] = b"\xff" * 500
    (tmp_path / "copy.db").write_bytes(bytes_)
    done = run("restore", tmp_path / "copy.db", "--force")
    assert done.exit_code == 1, done.output
    assert len(look(sqlite_url, select(ReceiptRow))) == 500


def test_after_a_restore_what_waited_is_looked_for_first(run, sqlite_url, tmp_path):
    def before(session):
        for key in ("pending", "sent", "held"):
            message(session, key)
        session.flush()
        rows = {row.key: row for row in session.exec(select(OutboxRow))}
        rows["sent"].state, rows["sent"].ts = "sent", "1.1"
        rows["held"].created_at = rows["held"].next_at = datetime.now(UTC) + timedelta(hours=9)
        a_bit_of_everything(session)

    fill(sqlite_url, before)
    assert run("backup", tmp_path / "copy.db").exit_code == 0
    done = run("restore", tmp_path / "copy.db", "--force")
    assert "Messages that were waiting: 2" in done.output
    rows = {row.key: row for row in look(sqlite_url, select(OutboxRow))}
    assert {key: row.state for key, row in rows.items()} == {
        "pending": "unknown",
        "one": "unknown",
        "sent": "sent",
        "held": "pending",
    }
    assert rows["pending"].uncertain
    assert rows["pending"].first_try_at == NOW
    (asked,) = look(sqlite_url, select(InvocationRow))
    assert (asked.state, asked.process) == ("running", None)


def test_after_pg_restore_the_marks_are_set_on_postgresql(run, postgres_url):
    fill(postgres_url, a_bit_of_everything)
    run.use(postgres_url)
    done = run("restore", "--mark")
    assert done.exit_code == 0, done.output
    assert [row.state for row in look(postgres_url, select(OutboxRow))] == ["unknown"]


def test_nothing_is_marked_while_a_process_lives_on_postgresql(run, postgres_url):
    def held(session):
        a_bit_of_everything(session)
        leases.renew(session, "me", [leases.PROCESS + "me"], 60.0, lambda: 0.0)

    def call_it(version):
        change = text("UPDATE alembic_version SET version_num = :version")
        fill(postgres_url, lambda session: session.execute(change, {"version": version}))

    def version(session):
        versions.append(session.execute(text("SELECT version_num FROM alembic_version")).scalar())

    versions = []
    fill(postgres_url, held)
    call_it("0002")
    run.use(postgres_url)
    refused = run("restore", "--mark")
    assert refused.exit_code == 2
    fill(postgres_url, version)
    assert versions == ["0002"]
    call_it(HEAD)
    assert "stop every process first" in refused.output
    assert [row.state for row in look(postgres_url, select(OutboxRow))] == ["pending"]
    fill(postgres_url, lambda session: leases.release(session, "me"))
    assert run("restore", "--mark").exit_code == 0


def test_a_move_carries_everything_and_new_rows_go_on_behind(run, sqlite_url, postgres_url):
    fill(sqlite_url, a_bit_of_everything)
    done = run("move", sqlite_url, postgres_url)
    assert done.exit_code == 0, done.output
    assert not [line for line in done.output.splitlines() if not line.strip()]
    (_, second) = look(postgres_url, select(ReceiptRow).order_by(ReceiptRow.id))
    first = look(postgres_url, select(ReceiptRow).order_by(ReceiptRow.id))[0]
    assert (first.body, first.received_at) == (bytes(range(256)), NOW)
    (row,) = look(postgres_url, select(OutboxRow))
    (old,) = look(sqlite_url, select(OutboxRow))
    assert row == old
    fill(postgres_url, lambda session: receipts.save_receipts(session, [receipt("later")]))
    assert look(postgres_url, select(ReceiptRow.id))[-1] == second.id + 1


def test_nothing_is_moved_into_what_is_not_empty(run, sqlite_url, postgres_url):
    fill(postgres_url, lambda session: receipts.save_receipts(session, [receipt("there")]))
    fill(sqlite_url, a_bit_of_everything)
    done = run("move", sqlite_url, postgres_url)
    assert done.exit_code == 1
    assert "receipts" in done.output
    assert len(look(postgres_url, select(ReceiptRow))) == 1
    assert look(postgres_url, select(OutboxRow)) == []


def test_nothing_is_moved_while_it_serves(run, sqlite_url, postgres_url):
    serving = open_engines(sqlite_url, serving=True)
    done = run("move", sqlite_url, postgres_url)
    serving.dispose()
    assert done.exit_code == 2
    assert "in use" in done.output


def test_a_row_that_the_target_cannot_hold_leaves_it_empty(run, sqlite_url, postgres_url):
    fill(sqlite_url, a_bit_of_everything)
    fill(sqlite_url, lambda s: receipts.save_feed_batch(s, "door", "zero", "a\0b", []))
    done = run("move", sqlite_url, postgres_url)
    assert done.exit_code == 1, done.output
    assert "cursors" in done.output
    assert look(postgres_url, select(ReceiptRow)) == []
    assert look(postgres_url, select(OutboxRow)) == []


@pytest.mark.parametrize(
    "words", [("sqlite:///a.db", "sqlite:///b.db"), ("postgresql://a/b", "x"), ("??", "!")]
)
def test_only_from_sqlite_to_postgresql(run, words):
    assert run("move", *words).exit_code == 2
