"""Events that could not be read, at a terminal: shown, taken up again or dropped."""

import pytest
from sqlmodel import select
from support.rows import NOW, fill, look

from storage.tables import AuditRow, ReceiptRow

PROBLEM = "[0].at: \x1b[2J[bold]odd[/bold]"


def failed(session):
    for key, system, state in (
        ("one", "door", "failed"),
        ("two", "gate", "failed"),
        ("three", "door", "failed"),
        ("four", "door", "done"),
        ("five", "door", "new"),
    ):
        session.add(
            ReceiptRow(
                system=system,
                dedupe_key=key,
                road="push",
                content_type="",
                body=b"canary",
                received_at=NOW,
                state=state,
                problem=PROBLEM if state == "failed" else None,
            )
        )
        session.flush()


def states(url):
    return {row.id: row.state for row in look(url, select(ReceiptRow))}


def test_the_list_tells_what_is_unreadable_since_when_and_why(run, sqlite_url):
    assert "Every event could be read." in run("replay", "list").output
    fill(sqlite_url, failed)
    shown = run("replay", "list").output
    first, *_ = (line for line in shown.splitlines() if "door" in line)
    assert first.split()[:4] == ["1", "door", "2026-11-20", "12:00:00"]
    assert "[0].at: \\u001b[2J[bold]odd[/bold]" in first
    assert shown.count("2026-11-20 12:00:00") == 3
    assert "canary" not in shown


def test_one_event_is_put_back_in_line_and_that_is_audited(run, sqlite_url):
    fill(sqlite_url, failed)
    done = run("replay", "retry", 2)
    assert done.exit_code == 0
    assert "1 of 1 back in line" in done.output
    assert states(sqlite_url) == {1: "failed", 2: "new", 3: "failed", 4: "done", 5: "new"}
    (row,) = look(sqlite_url, select(ReceiptRow).where(ReceiptRow.id == 2))
    assert row.problem is None
    (note,) = look(sqlite_url, select(AuditRow))
    assert (note.action, note.system, note.subject) == ("replay retry", "gate", "event 2")
    assert note.actor.startswith("terminal:")


def test_all_events_of_one_system_or_of_every_system_are_put_back_in_line(run, sqlite_url):
    fill(sqlite_url, failed)
    assert "2 of 2 back in line" in run("replay", "retry", "--system", "door").output
    assert states(sqlite_url) == {1: "new", 2: "failed", 3: "new", 4: "done", 5: "new"}
    assert "1 of 1 back in line" in run("replay", "retry", "--all").output
    assert states(sqlite_url)[2] == "new"


def test_events_are_dropped_for_good_and_that_is_audited(run, sqlite_url):
    fill(sqlite_url, failed)
    assert "1 of 1 removed" in run("replay", "drop", 3).output
    assert set(states(sqlite_url)) == {1, 2, 4, 5}
    assert "2 of 2 removed" in run("replay", "drop", "--all").output
    assert set(states(sqlite_url)) == {4, 5}
    notes = look(sqlite_url, select(AuditRow))
    assert [(note.action, note.subject) for note in notes] == [
        ("replay drop", f"event {number}") for number in (3, 1, 2)
    ]


def test_what_could_be_read_is_not_touched(run, sqlite_url):
    fill(sqlite_url, failed)
    done = run("replay", "drop", 4, 5, 99)
    assert done.exit_code == 1
    assert "4: there is no unreadable event of that number" in done.output
    assert "0 of 3 removed" in done.output
    assert len(states(sqlite_url)) == 5


@pytest.mark.parametrize("command", [("replay", "drop"), ("outbox", "retry")])
def test_a_number_that_no_row_can_have_is_a_mistake(run, sqlite_url, command):
    done = run(*command, 2**63)
    assert done.exit_code == 2
    assert str(2**63 - 1) in done.output


def test_an_unknown_system_gets_a_list_of_those_there_are(run, sqlite_url):
    fill(sqlite_url, failed)
    done = run("replay", "retry", "--system", "dor")
    assert done.exit_code == 2
    assert done.output == "There is no phone system dor. There are: door, gate.\n"


def test_a_system_without_unreadable_events_is_no_good_news(run, sqlite_url):
    done = run("replay", "retry", "--system", "door")
    assert done.exit_code == 1
    assert "No event of door is unreadable." in done.output


def test_a_system_may_be_named_in_any_case_and_have_left_the_settings(run, sqlite_url):
    fill(sqlite_url, failed)
    assert "2 of 2 back in line" in run("replay", "retry", "--system", "Door").output
    assert "1 of 1 removed" in run("replay", "drop", "--system", "GATE").output


@pytest.mark.parametrize(
    "words", [(), (1, "--all"), (1, "--system", "door"), ("--system", "door", "--all")]
)
def test_which_events_has_to_be_said(run, sqlite_url, words):
    fill(sqlite_url, failed)
    assert run("replay", "retry", *words).exit_code == 2
    assert run("replay", "drop", *words).exit_code == 2
    assert states(sqlite_url)[1] == "failed"


def test_more_than_fit_into_one_transaction_are_all_dropped(run, sqlite_url):
    def many(session):
        session.add_all(
            ReceiptRow(
                system="door",
                dedupe_key=str(number),
                road="push",
                content_type="",
                body=b"",
                received_at=NOW,
                state="failed",
            )
            for number in range(1001)
        )

    fill(sqlite_url, many)
    assert "1001 of 1001 removed" in run("replay", "drop", "--all").output
    assert states(sqlite_url) == {}
