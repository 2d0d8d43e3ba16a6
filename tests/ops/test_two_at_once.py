"""Two processes that write about the same thing at the same moment, on one PostgreSQL."""

import asyncio
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import select
from support.clocks import START
from support.delivery import slack_settings
from support.two_writers import beside

from bot.alerts.publishing import NewAlert, change_alert, raise_alert
from bot.evaluation import fold
from bot.ringing import ring
from bot.slack.undelivered import give_up
from bot.telephony.calls import Direction, Disposition
from bot.telephony.events import CallAnswered, CallEnded, CallStarted, CallTransferred
from storage import alerts, dead_letters, holding, journeys, outbox, storms, timers
from storage.outbox import Pace
from storage.tables import OutboxRow

OPS, CHANNEL = "C0OPS", "C0SUPPORT"
SETTINGS = slack_settings()


def raise_alerts(session, count):
    new = [
        NewAlert(
            kind="missed_call", dedup_key=f"{n}", system="s", tenant="t", state="open", facts={}
        )
        for n in range(count)
    ]
    return [raise_alert(session, SETTINGS, each, START) for each in new]


def begin_storm(session, alert_id):
    """A storm of one alert that is on its way."""
    storms.join_storm(session, CHANNEL, 2, alert_id, START)
    (row,) = storms.list_storms(session, alert_id)
    row.state, row.attempt, row.first_try_at = "sending", 1, START
    session.flush()
    session.expunge(row)
    return row


def shown_in(session, alert_id):
    """The states of the messages that show an alert in the channel."""
    rows = outbox.list_cards(session, alert_id) + storms.list_storms(session, alert_id)
    return {row.slack_channel: row.state for row in rows if row.slack_channel == CHANNEL}


async def test_no_alert_joins_a_message_that_is_being_given_up(stores):
    first, late = await stores[0].write(raise_alerts, 2)
    storm = await stores[0].write(begin_storm, first)
    await beside(
        *stores[:2],
        (give_up, SETTINGS, storm, "is_archived", START),
        (storms.join_storm, CHANNEL, 2, late, START),
    )
    assert await stores[0].read(shown_in, first) == {CHANNEL: "dead"}
    assert await stores[0].read(shown_in, late) == {CHANNEL: "pending"}


async def test_an_alert_that_joined_first_is_shown_elsewhere_when_its_message_is_given_up(stores):
    first, late = await stores[0].write(raise_alerts, 2)
    storm = await stores[0].write(begin_storm, first)
    for row in await stores[0].write(outbox.list_cards, late):
        await stores[0].write(lambda session, row=row: session.delete(row))
    await beside(
        *stores[:2],
        (storms.join_storm, CHANNEL, 2, late, START),
        (give_up, SETTINGS, storm, "is_archived", START),
    )
    cards = await stores[0].read(outbox.list_cards, late)
    assert [card.slack_channel for card in cards] == [OPS]


def hold_back(session, alert_id, slack_channel):
    """A card that falls due a moment after ``START``, with a line in its thread."""
    due = START + timedelta(milliseconds=5)
    known = {"slack_channel": slack_channel, "alert_id": alert_id}
    card = outbox.put_message(session, key=slack_channel, kind="card", now=due, **known)
    line = {"key": f"line of {slack_channel}", "kind": "line", "parent_id": card}
    outbox.put_message(session, now=START, **line, **known)


async def test_a_held_back_card_that_was_just_taken_is_not_dropped(stores):
    await stores[0].write(hold_back, 1, "C1")
    taken, _ = await beside(
        *stores[:2],
        (outbox.claim_due, START + timedelta(milliseconds=6), Pace()),
        (holding.drop_held, 1, START),
    )
    assert [row.key for row in taken] == ["C1"]
    kept = await stores[0].read(lambda s: s.exec(select(OutboxRow.kind, OutboxRow.state)).all())
    assert sorted(kept) == [("card", "sending"), ("line", "pending")]


async def test_what_is_still_held_back_beside_it_is_dropped_with_its_thread(stores):
    await stores[0].write(hold_back, 1, "C1")
    await stores[0].write(hold_back, 1, "C2")
    await beside(
        *stores[:2],
        (outbox.claim_due, START + timedelta(milliseconds=6), Pace(), 1),
        (holding.drop_held, 1, START),
    )
    kept = await stores[0].read(lambda s: s.exec(select(OutboxRow.key)).all())
    assert sorted(kept) == ["C1", "line of C1"]


def raise_if_none_is_open(session, runs):
    """The id of the open alert, whoever raised it."""
    runs.append(1)
    known = alerts.find_open(session, "0")
    if known is not None:
        return known.id
    return raise_alerts(session, 1)[0]


async def test_of_two_who_raise_one_alert_the_second_finds_the_first_ones(stores):
    first, second = [], []
    ids = await beside(
        *stores[:2],
        (raise_if_none_is_open, first),
        (raise_if_none_is_open, second),
    )
    assert ids[0] == ids[1]
    assert (len(first), len(second)) == (1, 2)


async def test_of_two_who_meet_half_way_both_get_on(stores):
    """PostgreSQL ends one of them, which is run anew when the other is done."""
    await stores[0].write(hold_back, 1, "C1")
    both = threading.Barrier(2)

    def change(session, *keys):
        for key in keys:
            outbox.revise(session, key, {"text": "changed"}, START)
            with suppress(threading.BrokenBarrierError):
                both.wait(1)

    keys = ["C1", "line of C1"]
    await asyncio.gather(stores[0].write(change, *keys), stores[1].write(change, *reversed(keys)))
    revisions = await stores[0].read(lambda s: s.exec(select(OutboxRow.revision)).all())
    assert revisions == [3, 3]


@pytest.mark.parametrize("drops_first", [True, False])
async def test_no_line_is_left_in_the_thread_of_a_card_that_is_dropped(stores, drops_first):
    def change(session):
        row, news = alerts.get_locked(session, alert_id), {"state": "changed", "facts": {}}
        change_alert(session, row, START, lines=("Changed",), **news)

    (alert_id,) = await stores[0].write(raise_alerts, 1)
    (card,) = await stores[0].read(outbox.list_cards, alert_id)
    await stores[0].write(outbox.mark_dead, card, "is_archived")
    units = [(dead_letters.drop, [card.id], "me", START), (change,)]
    await beside(stores[0], stores[1], *(units if drops_first else reversed(units)))
    assert await stores[0].read(lambda s: s.exec(select(OutboxRow.kind)).all()) == []


CALL = {"direction": Direction.INBOUND, "caller_number": "+33612345678"}
SETTLED = START + timedelta(seconds=26)


def begin_calls(session, settings):
    """c2 was answered; c1 went unanswered, and is about to be called missed."""
    at = [START + timedelta(seconds=seconds) for seconds in range(30)]
    for event in (
        CallStarted(call_id="c2", at=at[0], **CALL),
        CallAnswered(call_id="c2", at=at[8], answered_by="101"),
        CallStarted(call_id="c1", at=at[0], **CALL),
        CallEnded(call_id="c1", at=at[20], disposition=Disposition.NO_ANSWER),
    ):
        fold(session, settings, "paris", "push", event, at[20])
    session.flush()
    return timers.list_due(session, SETTLED)[0]


def link(session, settings, call_id, other_id, looked_up=(), then=lambda: None):
    """What is known by then is that both are one call; ``then`` comes after the look-up."""
    at = START + timedelta(seconds=19)
    event = CallTransferred(call_id=call_id, other_call_id=other_id, at=at)
    with journeys.remembering(session, {("paris", call) for call in looked_up}):
        then()
        fold(session, settings, "paris", "push", event, SETTLED)


async def end_call(store, settings):
    """The call that was answered is over, and all timers have rung. Gives the open alerts."""
    end = START + timedelta(seconds=60)
    ended = CallEnded(call_id="c2", at=end, disposition=Disposition.ANSWERED, talk_seconds=52)
    await store.write(fold, settings, "paris", "push", ended, end)
    for timer in await store.read(timers.list_due, end + timedelta(minutes=1)):
        await store.write(ring, settings, timer, end + timedelta(minutes=1))
    return await store.read(alerts.list_open, "missed_call")


@pytest.fixture
def settling(settings):
    return settings.model_copy(
        update={
            "systems": {
                "paris": settings.systems["paris"].model_copy(
                    update={"settle_seconds": 5, "region": "FR"}
                )
            }
        }
    )


@pytest.mark.parametrize("looked_up", [(), ("c1",), ("c1", "c2")], ids=lambda calls: len(calls))
@pytest.mark.parametrize("call_id", ["c1", "c2"])
async def test_a_call_that_is_linked_while_it_is_called_missed_is_not_left_open(
    stores, settling, looked_up, call_id
):
    other_id = {"c1": "c2", "c2": "c1"}[call_id]
    timer = await stores[0].write(begin_calls, settling)
    await beside(
        *stores[:2],
        (ring, settling, timer, SETTLED),
        (link, settling, call_id, other_id, looked_up),
    )
    assert await end_call(stores[0], settling) == []


@pytest.mark.parametrize("call_id", ["c1", "c2"])
async def test_a_call_that_is_being_linked_is_not_called_missed(stores, settling, call_id):
    other_id = {"c1": "c2", "c2": "c1"}[call_id]
    timer = await stores[0].write(begin_calls, settling)
    await beside(
        *stores[:2],
        (link, settling, call_id, other_id),
        (ring, settling, timer, SETTLED),
    )
    assert await stores[0].read(alerts.count_open, "missed_call") == 0
    assert await end_call(stores[0], settling) == []


async def test_a_timer_that_rings_while_its_call_is_linked_waits_and_both_are_done_at_once(
    stores, settling
):
    """Whoever took the timer first and the journey second would meet the other half-way."""
    timer = await stores[0].write(begin_calls, settling)
    begun, go_on, times = threading.Event(), threading.Event(), []

    def half_way():
        times.append(1)
        begun.set()
        go_on.wait(4)

    linking = stores[0].write(link, settling, "c1", "c2", ("c1",), half_way)
    linking = asyncio.ensure_future(linking)
    await asyncio.to_thread(begun.wait, 4)
    rings = []

    def counted(session):
        rings.append(1)
        ring(session, settling, timer, SETTLED)

    ringing = asyncio.ensure_future(stores[1].write(counted))
    await asyncio.sleep(0.2)
    assert not ringing.done()
    go_on.set()
    await asyncio.gather(linking, ringing)
    assert (len(times), len(rings)) == (1, 1)  # a deadlock would have one of them run anew
    assert await stores[0].read(alerts.count_open, "missed_call") == 0
