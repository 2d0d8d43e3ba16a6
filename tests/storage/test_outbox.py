"""A message's way: each step is one conditional update, and what it shall show is coalesced."""

from datetime import timedelta

import pytest

from storage import doubts, holding, outbox
from storage.topics import Topic

SECOND = timedelta(seconds=1)


async def test_a_message_goes_from_pending_to_sent(put, claim, sent, row_of, now):
    await put("a", body={"text": "hello"})
    (row,) = await claim()
    assert (row.attempt, row.body, row.first_try_at) == (1, {"text": "hello"}, now)
    assert (await row_of("a")).state == "sending"
    await sent(row, 1, ts="17.5")
    row = await row_of("a")
    assert (row.state, row.ts, row.posted_to, row.sent_revision) == ("sent", "17.5", "C1", 1)
    assert row.audit_at is None
    assert await claim(600) == []


async def test_a_key_is_put_once(store, put, claim):
    wake = store.listen(Topic.OUTBOX)
    first = await put("a", body={"text": "first"})
    assert wake.is_set()
    wake.clear()
    assert await put("a", body={"text": "second"}) == first
    assert not wake.is_set()
    assert [row.body for row in await claim()] == [{"text": "first"}]


async def test_the_intent_is_on_disk_before_anybody_gets_the_row(put, claim, row_of):
    await put("a")
    (row,) = await claim()
    stored = await row_of("a")
    assert (stored.state, stored.attempt) == ("sending", row.attempt) == ("sending", 1)


async def test_every_message_has_a_mark_of_its_own(put, row_of):
    for key in "ab":
        await put(key)
    assert len({(await row_of(key)).token for key in "ab"}) == 2


async def test_what_is_not_due_yet_waits(put, claim, now):
    await put("a", at=now + 60 * SECOND)
    assert await claim(59) == []
    assert len(await claim(60)) == 1


async def test_a_refusal_puts_it_back_in_line(store, put, claim, row_of, now):
    await put("a")
    (row,) = await claim()
    await store.write(outbox.mark_not_sent, row, now + 5 * SECOND, "rate limited")
    assert (await row_of("a")).problem == "rate limited"
    assert await claim(4) == []
    (again,) = await claim(5)
    assert (again.attempt, again.first_try_at) == (2, now)


async def test_a_success_clears_the_problem(store, put, claim, sent, row_of, now):
    await put("a")
    await store.write(outbox.mark_not_sent, (await claim())[0], now, "rate limited")
    await sent((await claim(5))[0])
    assert (await row_of("a")).problem is None


async def test_the_result_of_an_overtaken_attempt_is_not_written(store, put, claim, sent, row_of):
    await put("a")
    (stale,) = await claim()
    await store.write(outbox.mark_not_sent, stale, stale.first_try_at, "lost")
    (current,) = await claim(5)
    await sent(stale, ts="stale")
    await store.write(outbox.mark_not_sent, stale, stale.first_try_at, "stale")
    assert await store.write(outbox.mark_dead, stale, "stale") is False
    row = await row_of("a")
    assert (row.state, row.ts, row.attempt, row.problem) == ("sending", None, 2, "lost")
    await sent(current, 5, ts="current")
    assert (await row_of("a")).ts == "current"


async def test_a_dead_message_is_never_taken_again(store, put, claim, row_of, now):
    await put("a")
    (row,) = await claim()
    assert await store.write(outbox.mark_dead, row, "is_archived") is True
    assert await claim(600) == []
    assert await store.read(outbox.next_due) is None
    await store.write(outbox.revise, "a", {"text": "new"}, now)
    assert (await row_of("a")).state == "dead"


# What it shall show


async def test_an_edit_of_a_sent_message_keeps_its_ts(store, put, claim, sent, row_of, now):
    await put("a", body={"text": "one"})
    await sent((await claim())[0], ts="1.5")
    await store.write(outbox.revise, "a", {"text": "two"}, now + SECOND)
    (edit,) = await claim(1)
    assert (edit.ts, edit.body, edit.revision) == ("1.5", {"text": "two"}, 2)
    assert (await row_of("a")).sent_revision == 1
    await sent(edit, 1, ts="1.5")
    assert (await row_of("a")).state == "sent"


async def test_edits_are_coalesced(store, put, claim, sent, now):
    await put("a", body={"text": "0"})
    await sent((await claim())[0])
    for number in range(1, 6):
        await store.write(outbox.revise, "a", {"text": str(number)}, now)
    (edit,) = await claim(1)
    assert edit.body == {"text": "5"}
    await sent(edit, 1)
    assert await claim(60) == []


async def test_a_change_before_the_first_post_needs_no_edit(store, put, claim, sent, now):
    await put("a", body={"text": "0"})
    await store.write(outbox.revise, "a", {"text": "1"}, now)
    (row,) = await claim()
    assert row.body == {"text": "1"}
    await sent(row)
    assert await claim(60) == []


async def test_a_change_while_it_is_being_sent_is_sent_afterwards(store, put, claim, sent, now):
    await put("a", body={"text": "0"})
    (row,) = await claim()
    await store.write(outbox.revise, "a", {"text": "1"}, now)
    assert await claim(5) == []
    await sent(row, 5)
    (edit,) = await claim(6)
    assert (edit.body, edit.ts) == ({"text": "1"}, "1.0")


@pytest.fixture
def wanted(store, put, claim, sent, now):
    """Messages that were sent and shall show something else, each in a channel of its own."""

    async def wanted(*keys):
        for key in keys:
            await put(key, slack_channel=key)
        for row in await claim():
            await sent(row, ts=row.key)
        for key in keys:
            await store.write(outbox.revise, key, {}, now)

    return wanted


async def test_whatever_changes_all_the_time_lets_others_have_their_turn(
    store, wanted, claim, sent, now
):
    await wanted("busy", "other", "another")
    edited = []
    for second in range(2, 12, 2):
        (row,) = await claim(second)
        edited.append(row.key)
        await store.write(outbox.revise, "busy", {}, now + second * SECOND)
        await sent(row, second, ts=row.key)
    assert edited == ["busy", "other", "another", "busy", "busy"]


async def test_an_edit_that_fails_every_time_lets_others_have_their_turn(store, wanted, claim, now):
    await wanted("broken", "broken too", "good")
    edited = []
    for second in (2, 4, 6):
        (row,) = await claim(second)
        edited.append(row.key)
        again_at = now + second * SECOND + 2 * SECOND
        await store.write(doubts.mark_edit_unknown, row, again_at, "HTTP 500")
    assert edited == ["broken", "broken too", "good"]


async def test_what_is_new_goes_before_an_edit(store, put, claim, sent, now):
    await put("old")
    (row,) = await claim()
    await sent(row, ts="1.1")
    await store.write(outbox.revise, "old", {}, now)
    await put("new", slack_channel="C0OTHER")
    (first,) = await claim(5, limit=1)
    assert first.key == "new"


async def test_an_edit_waits_since_the_one_before_it_at_most(store, put, claim, sent, row_of, now):
    await put("a")
    (row,) = await claim()
    await store.write(outbox.revise, "a", {}, now)
    await sent(row, 5)
    assert (await row_of("a")).wanted_at == now + 5 * SECOND
    (row,) = await claim(6)
    await store.write(outbox.revise, "a", {}, now + 6 * SECOND)
    await sent(row, 7)
    assert (await row_of("a")).wanted_at == now + 7 * SECOND


async def test_a_message_that_was_found_is_edited_if_it_may_show_too_little(
    store, put, claim, sent, row_of, now
):
    await put("old", body={"text": "0"})
    (row,) = await claim()
    await store.write(outbox.revise, "old", {"text": "1"}, now)
    await sent(row._replace(revision=2), 5, revision=1)
    assert (await row_of("old")).state == "pending"


async def test_a_refresh_concerns_the_cards_of_its_alert_only(store, put, claim, sent, now):
    ids = {
        "card": await put("card", kind="card", alert_id=7, slack_channel="C1"),
        "second": await put("second", kind="card", alert_id=7, slack_channel="C2"),
    }
    await put("line", kind="line", alert_id=7, slack_channel="C3")
    await put("other", kind="card", alert_id=8, slack_channel="C4")
    for row in await claim():
        await sent(row)
    await store.write(outbox.refresh_cards, 7, now + SECOND, 0)
    rows = await claim(1)
    assert sorted(row.key for row in rows) == ["card", "second"]
    assert {row.priority for row in rows} == {0}
    listed = await store.read(outbox.list_cards, 7)
    assert sorted(row.id for row in listed) == sorted(ids.values())


# Threads


async def test_a_line_waits_for_its_thread(store, put, claim, sent, now):
    parent = await put("card", kind="card", alert_id=7)
    await put("line", kind="line", parent_id=parent)
    (card,) = await claim()
    assert card.key == "card"
    assert await claim(5) == []
    await sent(card, 5, ts="17.5")
    (line,) = await store.write(outbox.claim_due, now + 6 * SECOND, outbox.Pace())
    assert (line.key, line.parent_ts) == ("line", "17.5")


@pytest.mark.parametrize("waiting", ["line", "edit", None])
async def test_a_card_that_is_sent_wakes_what_waited_for_it(store, put, claim, sent, now, waiting):
    parent = await put("card", kind="card", alert_id=7)
    (card,) = await claim()
    if waiting == "line":
        await put("line", kind="line", alert_id=7, parent_id=parent)
    if waiting == "edit":
        await store.write(outbox.refresh_cards, 7, now)
    wake = store.listen(Topic.OUTBOX)
    await sent(card, 5, ts="17.5")
    assert wake.is_set() == (waiting is not None)


async def test_a_line_of_a_dead_thread_does_not_wait_for_ever(store, put, claim):
    parent = await put("card", kind="card", alert_id=7)
    await put("line", kind="line", parent_id=parent)
    await store.write(outbox.mark_dead, (await claim())[0], "is_archived")
    assert [row.key for row in await claim(5)] == ["line"]


async def test_held_messages_are_dropped_with_what_hangs_on_them(store, put, claim, row_of, now):
    """Nothing else would ever send such a line, and it would be asked for again and again."""
    morning = now + 3600 * SECOND
    held = await put("held", kind="card", alert_id=7, at=morning)
    await put("line", kind="line", alert_id=7, parent_id=held)
    await put("due", kind="card", alert_id=7, slack_channel="C2")
    await put("other", kind="card", alert_id=8, slack_channel="C3", at=morning)
    await store.write(holding.drop_held, 7, now)
    assert await store.read(outbox.count_by_state) == {"pending": 2}
    assert [row.key for row in await claim()] == ["due"]
    assert [row.key for row in await claim(3600)] == ["other"]


async def test_a_message_that_was_tried_is_not_dropped(store, put, claim, row_of, now):
    await put("a", kind="card", alert_id=7)
    await store.write(outbox.mark_not_sent, (await claim())[0], now + 60 * SECOND, "refused")
    await store.write(holding.drop_held, 7, now)
    assert (await row_of("a")).state == "pending"


async def test_unfinished_messages_are_counted_by_state(store, put, claim, sent):
    for key in "abcd":
        await put(key, slack_channel=key)
    rows = {row.key: row for row in await claim(limit=3)}
    await sent(rows["a"])
    await store.write(outbox.mark_dead, rows["b"], "is_archived")
    assert await store.read(outbox.count_by_state) == {"dead": 1, "sending": 1, "pending": 1}
