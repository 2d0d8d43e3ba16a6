"""Unknown outcomes: waited out, looked for by one, and audited afterwards."""

import asyncio
from datetime import timedelta

import pytest

from storage import doubts, outbox
from storage.outbox import Pace

PACE = Pace()
QUARANTINE = PACE.attempt_seconds + PACE.quarantine_seconds


@pytest.fixture
def after(now):
    return lambda seconds: now + timedelta(seconds=seconds)


@pytest.fixture
def doubt(store, after):
    """Take what must be looked for; returns the rows."""

    async def doubt(seconds, **options):
        return await store.write(doubts.claim_doubtful, after(seconds), PACE, **options)

    return doubt


@pytest.fixture
def audit(store, after):
    async def audit(seconds):
        return await store.write(doubts.claim_audits, after(seconds), PACE)

    return audit


async def test_an_unknown_outcome_waits_out_its_quarantine(store, put, claim, doubt, row_of):
    await put("a")
    (row,) = await claim()
    await store.write(doubts.mark_unknown, row, "ServerDisconnectedError")
    assert (await row_of("a")).uncertain
    assert await claim(600) == []
    assert await doubt(QUARANTINE - 0.1) == []
    assert [row.key for row in await doubt(QUARANTINE)] == ["a"]


async def test_a_message_whose_worker_is_gone_is_doubtful_too(put, claim, doubt, row_of):
    await put("a")
    await claim()
    assert await doubt(QUARANTINE - 0.1) == []
    (row,) = await doubt(QUARANTINE)
    assert (row.uncertain, row.attempt) == (True, 2)
    assert (await row_of("a")).state == "unknown"


async def test_a_worker_that_comes_back_too_late_changes_nothing(
    store, put, claim, sent, doubt, row_of
):
    await put("a")
    (gone,) = await claim()
    await doubt(QUARANTINE)
    await sent(gone, QUARANTINE, ts="late")
    await store.write(doubts.mark_unknown, gone, "late")
    row = await row_of("a")
    assert (row.state, row.ts, row.problem) == ("unknown", None, None)


async def test_one_process_looks_for_a_message(put, claim, store, other, after):
    for number in range(10):
        await put(f"k{number}", slack_channel=f"C{number}")
    await claim()
    looks = [each.write(doubts.claim_doubtful, after(QUARANTINE), PACE) for each in (store, other)]
    taken = [row.key for rows in await asyncio.gather(*looks) for row in rows]
    assert sorted(taken) == [f"k{number}" for number in range(10)]


async def test_a_look_that_comes_to_nothing_is_made_again(put, claim, doubt):
    await put("a")
    await claim()
    assert len(await doubt(QUARANTINE)) == 1
    assert await doubt(QUARANTINE + 1) == []
    assert len(await doubt(2 * QUARANTINE)) == 1


async def test_a_doubtful_line_is_looked_for_in_its_thread(store, put, claim, sent, after):
    parent = await put("card", kind="card", alert_id=1)
    await put("line", kind="line", parent_id=parent)
    await sent((await claim())[0], ts="17.5")
    await claim(2)
    (row,) = await store.write(doubts.claim_doubtful, after(2 + QUARANTINE), PACE)
    assert (row.key, row.parent_ts) == ("line", "17.5")


async def uncertain(store, put, claim, sent, key="a"):
    """A message that was sent at second 50, after an attempt with an unknown outcome."""
    await put(key)
    (row,) = await claim()
    await store.write(doubts.mark_unknown, row, "lost")
    await store.write(outbox.mark_not_sent, row, row.first_try_at, "not found in the channel")
    (row,) = await claim(50)
    await sent(row, 50)
    return row


async def test_what_was_ever_unknown_is_audited(store, put, claim, sent, audit):
    await uncertain(store, put, claim, sent)
    assert await audit(109) == []
    assert [row.key for row in await audit(110)] == ["a"]


async def test_one_process_audits_a_message(store, other, put, claim, sent, after):
    await uncertain(store, put, claim, sent)
    looks = [each.write(doubts.claim_audits, after(110), PACE) for each in (store, other)]
    assert len([row for rows in await asyncio.gather(*looks) for row in rows]) == 1


async def test_an_audit_that_comes_to_nothing_is_made_again(store, put, claim, sent, audit):
    await uncertain(store, put, claim, sent)
    assert len(await audit(110)) == 1
    assert await audit(149) == []
    assert len(await audit(150)) == 1


async def test_a_message_is_audited_again_and_then_no_more(
    store, put, claim, sent, audit, after, row_of
):
    await uncertain(store, put, claim, sent)
    (row,) = await audit(110)
    await store.write(doubts.mark_audited, row, after(700))
    assert await audit(699) == []
    (row,) = await audit(700)
    assert row.looks == 1
    await store.write(doubts.mark_audited, row, None)
    assert (await row_of("a")).looks == 2
    assert await audit(100_000) == []


async def test_an_edit_that_ends_after_the_audit_asks_for_no_other(
    store, put, claim, sent, audit, after, row_of
):
    await uncertain(store, put, claim, sent)
    await store.write(outbox.revise, "a", {"text": "new"}, after(100))
    (edit,) = await claim(105)
    (row,) = await audit(110)
    await store.write(doubts.mark_audited, row, None)
    await sent(edit, 111)
    assert (await row_of("a")).audit_at is None


async def test_an_audit_is_due_when_it_is(store, put, claim, sent, after):
    await uncertain(store, put, claim, sent)
    assert await store.read(outbox.next_due) == after(110)


async def test_what_an_edit_that_is_made_once_more_must_show_by_now_is_wanted_now(
    store, put, claim, sent, row_of, now
):
    await put("a")
    (row,) = await claim()
    await sent(row, ts="1.1")
    await store.write(outbox.revise, "a", {}, now)
    (row,) = await claim(2)
    made_at = now + timedelta(seconds=3)
    await store.write(outbox.revise, "a", {}, made_at)
    await store.write(doubts.mark_edited, row, made_at, made_at + timedelta(seconds=10))
    edit = await row_of("a")
    assert (edit.wanted_at, edit.next_at) == (made_at, made_at)
