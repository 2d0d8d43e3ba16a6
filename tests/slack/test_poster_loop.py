"""When the poster looks, and what its loop outlives."""

import asyncio

from bot.demo.workspace import Fault
from storage import outbox
from storage.outbox import Pace


async def test_the_loop_wakes_when_something_is_put_in(slack):
    running = asyncio.ensure_future(slack.poster.run())
    await asyncio.sleep(0.05)
    await slack.put("a")
    await slack.workspace.until(lambda: slack.texts() == ["a"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (await slack.row("a")).state == "sent"


async def test_the_loop_finishes_what_is_under_way_when_it_is_stopped(slack):
    slack.workspace.order(method="chat.postMessage", fault=Fault.DELAY_AFTER, seconds=5)
    await slack.put("a")
    running = asyncio.ensure_future(slack.poster.run())
    await slack.workspace.until(lambda: slack.texts() == ["a"])
    running.cancel()
    await asyncio.sleep(0.05)
    assert not running.done()
    await slack.clock.advance(5)
    await asyncio.gather(running, return_exceptions=True)
    assert (await slack.row("a")).state == "sent"


class BusyClient:
    """As aiohttp does: a request is made at once, and written when the loop comes round again."""

    def __init__(self):
        self.seen = []

    async def chat_postMessage(self, *, channel, **message):
        self.seen.append(("made", channel))
        asyncio.get_running_loop().call_soon(self.seen.append, ("written", channel))
        return {"ts": "1.0", "channel": channel}


async def test_of_many_messages_each_leaves_before_the_next_is_begun(slack):
    """Else the first, whose turn was looked at long before, would leave when all have begun."""
    channels = [f"C{number}" for number in range(5)]
    for channel in channels:
        await slack.put(channel, slack_channel=channel)
    with slack.instead(client=(busy := BusyClient())):
        await slack.look()
    assert busy.seen == [(what, channel) for channel in channels for what in ("made", "written")]


async def test_the_loop_outlives_a_database_that_fails(slack, monkeypatch, caplog):
    failing = True
    claim_due = outbox.claim_due

    def sometimes(session, now, pace):
        if failing:
            raise RuntimeError("made up")
        return claim_due(session, now, pace)

    monkeypatch.setattr(outbox, "claim_due", sometimes)
    await slack.put("a")
    running = asyncio.ensure_future(slack.poster.run())
    await asyncio.sleep(0.05)
    assert "could not be looked at" in caplog.text
    failing = False
    await slack.clock.advance(2)
    await slack.workspace.until(lambda: slack.texts() == ["a"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_loop_sleeps_while_there_is_nothing_to_do(slack, monkeypatch):
    """Only what is due makes it look: once when it starts, once a second for other processes."""
    looks = 0

    def counted(session, now, pace):
        nonlocal looks
        looks += 1
        return []

    held = await slack.put("held", kind="card", alert_id=1)
    await slack.put("line", kind="line", parent_id=held)
    await slack.store.write(outbox.claim_due, slack.clock.now(), Pace())
    slack.restart()
    monkeypatch.setattr(outbox, "claim_due", counted)
    running = asyncio.ensure_future(slack.poster.run())
    for _ in range(60):
        await asyncio.sleep(0.01)
        await slack.clock.advance(0.1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert 1 <= looks <= 8
