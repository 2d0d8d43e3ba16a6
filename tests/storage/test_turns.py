"""Pace and order: posts to a channel are kept apart, over all processes and restarts."""

import asyncio
from datetime import timedelta

import pytest

from storage import outbox, turns
from storage.engine import open_engines
from storage.outbox import Pace
from storage.store import Store

PACE = Pace()


@pytest.fixture
def after(now):
    return lambda seconds: now + timedelta(seconds=seconds)


@pytest.fixture
async def replicas(url):
    """Four processes on one database."""
    made = [Store(open_engines(url, serving=False)) for _ in range(4)]
    yield made
    for each in made:
        await each.close()


async def keys(claiming):
    return [row.key for row in await claiming]


async def test_urgent_messages_go_first_and_then_the_oldest(put, claim):
    for key, priority in [("a2", 2), ("b1", 1), ("c2", 2), ("d1", 1)]:
        await put(key, priority=priority)
    order = [await keys(claim(2.0 * turn)) for turn in range(4)]
    assert order == [["b1"], ["d1"], ["a2"], ["c2"]]


async def test_one_message_per_channel_is_taken_at_a_time(put, claim):
    for number in range(3):
        await put(f"a{number}", slack_channel="C1")
        await put(f"b{number}", slack_channel="C2")
    assert await keys(claim()) == ["a0", "b0"]
    assert await keys(claim()) == []


async def test_the_pace_of_a_channel_is_kept(put, claim):
    await put("a")
    await put("b")
    assert await keys(claim()) == ["a"]
    assert await keys(claim(PACE.post_seconds - 0.01)) == []
    assert await keys(claim(PACE.post_seconds)) == ["b"]


async def test_the_pace_outlives_the_process(put, claim, other, after):
    await put("a")
    await put("b")
    await claim()
    assert await other.write(outbox.claim_due, after(1.0), PACE) == []


async def test_a_bounded_number_is_taken(put, claim):
    for number in range(5):
        await put(f"k{number}", slack_channel=f"C{number}")
    assert await keys(claim(limit=2)) == ["k0", "k1"]
    assert await keys(claim()) == ["k2", "k3", "k4"]


async def test_a_long_line_for_one_channel_holds_up_no_other(store, put, claim, after):
    """More wait for the first channel than are looked at in one go."""

    def put_many(session):
        for number in range(30):
            outbox.put_message(
                session,
                key=f"storm{number}",
                kind="notice",
                slack_channel="C1",
                now=after(0),
                priority=1,
            )

    await store.write(put_many)
    await put("quiet", slack_channel="C2")
    taken = [await keys(claim(seconds, limit=2)) for seconds in (0.0, 0.1)]
    assert taken == [["storm0"], ["quiet"]]


@pytest.mark.parametrize("round_", range(3))
async def test_two_processes_never_take_one_message_or_one_turn_twice(put, replicas, after, round_):
    for number in range(8):
        for name in ("C1", "C2", "C3"):
            await put(f"{name}-{number}", slack_channel=name)
    for turn in range(8):
        at = after(turn * PACE.post_seconds)
        rounds = [each.write(outbox.claim_due, at, PACE) for each in replicas for _ in range(2)]
        taken = [row for rows in await asyncio.gather(*rounds) for row in rows]
        leftover = await replicas[0].write(outbox.claim_due, at, PACE)
        channels = sorted(row.slack_channel for row in [*taken, *leftover])
        assert channels == ["C1", "C2", "C3"]


async def sent_card(store, put, claim, sent, key, seconds=0.0, **values):
    await put(key, kind="card", **values)
    for row in await claim(seconds):
        await sent(row, seconds)


async def test_edits_have_one_pace_for_all_channels(store, put, claim, sent, after):
    for number in (1, 2):
        await sent_card(
            store, put, claim, sent, f"a{number}", slack_channel=f"C{number}", alert_id=number
        )
        await store.write(outbox.refresh_cards, number, after(1))
    assert await keys(claim(5)) == ["a1"]
    assert await keys(claim(6.19)) == []
    assert await keys(claim(6.2)) == ["a2"]


async def test_an_edit_does_not_wait_for_the_posts_of_its_channel(store, put, claim, sent, after):
    await sent_card(store, put, claim, sent, "card", alert_id=1)
    await put("post")
    await claim(5)
    await store.write(outbox.refresh_cards, 1, after(5))
    assert await keys(claim(5)) == ["card"]


async def test_what_a_person_waits_for_does_not_mind_the_pace_of_edits(
    store, put, claim, sent, after
):
    for number in (1, 2, 3):
        await sent_card(
            store, put, claim, sent, f"a{number}", slack_channel=f"C{number}", alert_id=number
        )
    await store.write(outbox.refresh_cards, 1, after(1))
    assert await keys(claim(5)) == ["a1"]
    await store.write(outbox.refresh_cards, 2, after(5), 0)
    assert await keys(claim(5.1)) == ["a2"]
    await store.write(outbox.refresh_cards, 3, after(5))
    assert await keys(claim(6.2)) == []
    assert await keys(claim(6.3)) == ["a3"]


async def test_but_nobody_edits_while_slack_wants_to_be_left_alone(
    store, put, claim, sent, row_of, after
):
    await sent_card(store, put, claim, sent, "card", alert_id=1)
    await store.write(turns.pause, await row_of("card"), after(30))
    await store.write(outbox.refresh_cards, 1, after(1), 0)
    assert await keys(claim(29.9)) == []
    assert await keys(claim(30)) == ["card"]


async def test_a_pause_holds_back_the_whole_channel_and_no_other(store, put, claim, after):
    await put("a")
    await put("b")
    await put("c", slack_channel="C2")
    row = (await claim())[0]
    await store.write(turns.pause, row, after(30))
    await put("d", slack_channel="C2")
    assert await keys(claim(29.9)) == ["d"]
    assert await keys(claim(30)) == ["b"]


async def test_a_shorter_pause_does_not_end_a_longer_one(store, put, claim, after):
    await put("a")
    await put("b")
    (row,) = await claim()
    await store.write(turns.pause, row, after(30))
    await store.write(turns.pause, row, after(3))
    assert await keys(claim(29)) == []


# When to look again


async def test_there_is_nothing_to_look_for_in_an_empty_outbox(store):
    assert await store.read(outbox.next_due) is None


async def test_the_next_look_is_when_a_channel_may_be_used_again(store, put, claim, sent, after):
    await put("a")
    await put("b")
    assert await store.read(outbox.next_due) == after(0)
    (row,) = await claim()
    await sent(row)
    assert await store.read(outbox.next_due) == after(PACE.post_seconds)
    await store.write(turns.pause, row, after(30))
    assert await store.read(outbox.next_due) == after(30)


async def test_a_line_of_a_card_that_is_held_asks_for_no_look_before_the_card(store, put, after):
    """Else the poster would not sleep during quiet hours."""
    held = await put("held", kind="card", alert_id=7, at=after(3600))
    await put("line", kind="line", alert_id=7, parent_id=held)
    assert await store.read(outbox.next_due) == after(3600)


async def test_a_request_under_way_is_looked_at_when_its_quarantine_is_over(
    store, put, claim, after
):
    await put("a")
    await claim()
    assert await store.read(outbox.next_due) == after(40)
