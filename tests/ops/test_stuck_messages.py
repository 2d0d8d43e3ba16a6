"""What is stuck in the outbox, at a terminal: shown, tried again or dropped."""

import asyncio
from datetime import UTC, datetime

from sqlmodel import Session, select
from support.rows import NOW, fill, look, message

from storage import audit, outbox
from storage.engine import open_engines
from storage.store import Store
from storage.tables import OutboxRow


def kill_off(session, *keys):
    for row in session.exec(select(OutboxRow).where(OutboxRow.key.in_(keys))):
        row.state, row.problem = "dead", "channel_not_found"


def stuck(session):
    card = message(session, "card")
    message(session, "line", parent_id=card)
    message(session, "other")
    message(session, "waiting")
    session.flush()
    kill_off(session, "card", "other")


def test_the_outbox_shows_what_is_stuck_and_why(run, sqlite_url):
    assert run("outbox", "list").output == "Nothing is undeliverable, in doubt or held up.\n"
    fill(sqlite_url, stuck)
    shown = run("outbox", "list").output
    assert shown.count("channel_not_found") == 2
    assert "C0SUPPORT" in shown


def test_what_reads_a_pipe_gets_each_message_in_one_line(run, sqlite_url):
    problem = "Slack cannot be reached: " + "the connection was refused, " * 8

    def refused(session):
        for row in (message(session, "one"), message(session, "two")):
            session.flush()
            session.get_one(OutboxRow, row).problem = problem.strip()

    fill(sqlite_url, refused)
    assert run("outbox", "list").output.count(problem.strip()) == 2


def test_the_outbox_tells_until_when_quiet_hours_hold_a_message_back(run, sqlite_url):
    def in_the_evening(session):
        message(session, "card")
        for row in session.exec(select(OutboxRow)):
            row.next_at = datetime(2100, 1, 1, 7, 0, tzinfo=UTC)

    fill(sqlite_url, in_the_evening)
    told = run("outbox", "list").output
    assert told.endswith("Held back by quiet hours: 1, the first until 2100-01-01 07:00 UTC\n")


def test_what_slack_said_is_shown_as_it_is(run, sqlite_url):
    def refused(session):
        message(session, "odd")
        for row in session.exec(select(OutboxRow)):
            row.problem = "[bold]\x1b[2Jodd"

    fill(sqlite_url, refused)
    assert "[bold]\\u001b[2Jodd" in run("outbox", "list").output


def test_the_outbox_shows_why_messages_wait_and_leaves_them_in_line(run, sqlite_url):
    def held_up(session):
        message(session, "refused")
        message(session, "behind it")
        for row in session.exec(select(OutboxRow).where(OutboxRow.key == "refused")):
            row.problem = "Slack refuses the token (invalid_auth)"

    fill(sqlite_url, held_up)
    shown = run("outbox", "list").output
    assert "pending" in shown
    assert shown.count("Slack refuses the token (invalid_auth)") == 1
    assert shown.endswith("Waiting in line: 1\n")
    assert "0 of 0 removed" in run("outbox", "drop", "--all").output
    assert len(look(sqlite_url, select(OutboxRow))) == 2


def test_one_must_say_which_messages_and_only_one_way(run, sqlite_url):
    fill(sqlite_url, stuck)
    for words, told in (((), "Say which: "), ((1, "--all"), "Say only one of these: ")):
        done = run("outbox", "drop", *words)
        assert done.exit_code == 2
        assert told in done.output
    assert len(look(sqlite_url, select(OutboxRow))) == 4


def test_a_retried_message_is_back_in_line_and_that_is_audited(run, sqlite_url):
    fill(sqlite_url, stuck)
    done = run("outbox", "retry", 1)
    assert done.exit_code == 0, done.output
    row = look(sqlite_url, select(OutboxRow).where(OutboxRow.id == 1))[0]
    assert (row.state, row.problem, row.attempt) == ("pending", None, 1)
    engines = open_engines(sqlite_url, serving=False)
    with Session(engines.reader) as session:
        (note,) = audit.list_newest(session, 10)
    engines.dispose()
    assert (note.action, note.subject, note.surface) == ("outbox retry", "message 1", "terminal")


def test_a_dropped_message_takes_its_thread_along(run, sqlite_url):
    fill(sqlite_url, stuck)
    assert run("outbox", "drop", "--all").exit_code == 0
    assert look(sqlite_url, select(OutboxRow.key)) == ["waiting"]


def test_what_is_not_stuck_is_not_touched(run, sqlite_url):
    fill(sqlite_url, stuck)
    done = run("outbox", "drop", 4, 99)
    assert done.exit_code == 1
    assert "0 of 2 removed" in done.output
    assert len(look(sqlite_url, select(OutboxRow))) == 4
    assert run("outbox", "retry").exit_code == 2
    assert run("outbox", "retry", 1, "--all").exit_code == 2


async def test_a_result_that_comes_after_a_retry_counts_no_more(sqlite_url):
    store = Store(open_engines(sqlite_url, serving=False))
    from storage import dead_letters

    await store.write(message, "card")
    (row,) = await store.write(outbox.claim_due, NOW, outbox.Pace())
    await store.write(kill_off, "card")
    assert await store.write(dead_letters.retry, [row.id], "me", NOW) == [row.id]
    assert await store.write(outbox.mark_dead, row, "late news") is False
    await asyncio.sleep(0)
    await store.close()
