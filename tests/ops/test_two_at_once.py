"""Two processes that write about the same thing at the same moment, on one PostgreSQL."""

import asyncio
import threading
from contextlib import asynccontextmanager

from support.clocks import START
from support.delivery import slack_settings

from bot.alerts.publishing import NewAlert, raise_alert
from bot.slack.undelivered import give_up
from storage import outbox, storms

OPS, CHANNEL = "C0OPS", "C0SUPPORT"
SETTINGS = slack_settings()


@asynccontextmanager
async def uncommitted(store, unit, *args):
    """Inside the block the unit has run; it is committed afterwards. Gives its future."""
    begun, go_on = threading.Event(), threading.Event()

    def run(session):
        result = unit(session, *args)
        session.flush()
        begun.set()
        go_on.wait(4)
        return result

    running = asyncio.ensure_future(store.write(run))
    await asyncio.to_thread(begun.wait, 4)
    try:
        yield running
    finally:
        go_on.set()
    await running


async def beside(store, other, first, second):
    """``second`` is asked for while ``first`` is not committed; returns both results."""
    async with uncommitted(store, *first) as running:
        waiting = asyncio.ensure_future(other.write(*second))
        await asyncio.sleep(0.2)
    return await running, await waiting


def raise_alerts(session, count):
    new = [
        NewAlert(
            kind="missed_call", dedup_key=f"{n}", system="s", tenant="t", state="open", facts={}
        )
        for n in range(count)
    ]
    return [raise_alert(session, SETTINGS, each, START).id for each in new]


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
        stores[0],
        stores[1],
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
        stores[0],
        stores[1],
        (storms.join_storm, CHANNEL, 2, late, START),
        (give_up, SETTINGS, storm, "is_archived", START),
    )
    cards = await stores[0].read(outbox.list_cards, late)
    assert [card.slack_channel for card in cards] == [OPS]
