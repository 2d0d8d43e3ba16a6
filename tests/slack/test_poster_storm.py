"""Many alerts on a very bad day, drawn from a seed: none is lost, none is there twice."""

import asyncio
import random

import pytest
from support.delivery import open_delivery

from bot.demo.workspace import Fault
from storage import outbox

ALERTS = 60
PAUSE = 10
CHANNELS = ("C0SUPPORT", "C0SALES", "C0OPS")
BAD_POSTS = (
    Fault.DROP_AFTER,
    Fault.DROP_BEFORE,
    Fault.FAIL_AFTER,
    Fault.FAIL_BEFORE,
    Fault.LATE_COMMIT,
    Fault.RATE_LIMITED,
)
BAD_EDITS = (Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.FAIL_BEFORE, Fault.RATE_LIMITED)
BAD_LOOKS = (Fault.FAIL_BEFORE, Fault.STALE_HISTORY, Fault.DROP_BEFORE)


@pytest.fixture
async def slack(tmp_path):
    async with open_delivery(tmp_path) as made:
        yield made


def misbehave(slack, chance):
    """Something may go wrong with the next call of each kind; says if a rate limit is in it."""
    limited = False
    slack.workspace.behave()
    for method, faults, likely in (
        ("chat.postMessage", BAD_POSTS, 0.4),
        ("chat.update", BAD_EDITS, 0.3),
        ("conversations.history", BAD_LOOKS, 0.2),
    ):
        if chance.random() < likely:
            fault = chance.choice(faults)
            seconds = PAUSE if fault is Fault.RATE_LIMITED else chance.choice((1, 5, 25))
            slack.workspace.order(method=method, fault=fault, seconds=seconds)
            limited = limited or fault is Fault.RATE_LIMITED
    return limited


async def die_in_the_middle(slack, chance):
    """Kill the poster at some moment of what it is doing."""
    await slack.poster.look()
    for _ in range(chance.randrange(60)):
        await asyncio.sleep(0)
    slack.restart()


async def storm(slack, chance):
    """Alerts come and change while Slack and the process misbehave."""
    for number in range(ALERTS):
        limited = misbehave(slack, chance)
        channel = chance.choice(CHANNELS)
        await slack.put(f"a{number}", kind="card", alert_id=number, slack_channel=channel)
        if chance.random() < 0.3:
            now = slack.clock.now()
            known = chance.randrange(number + 1)
            await slack.store.write(outbox.refresh_cards, known, now, chance.choice((0, 2)))
        if not limited and chance.random() < 0.3:  # a limit that nobody heard of is not kept
            await die_in_the_middle(slack, chance)
        await slack.run(chance.choice((0.3, 1.0, 3.0)), step=1.0)
    slack.workspace.behave()


def requests_inside_a_pause(calls):
    """Posts to a channel that Slack had told to wait; the log says when each call arrived."""
    silent_until = {}
    broken = []
    for call in calls:
        place = call.arguments["channel"]
        if call.method == "chat.postMessage":
            if call.at < silent_until.get(place, 0) - 1e-6:
                broken.append(call)
            if call.outcome == Fault.RATE_LIMITED:
                silent_until[place] = call.at + PAUSE
    return broken


@pytest.mark.parametrize("seed", range(3))
async def test_every_alert_is_there_once_and_as_it_is_by_now(slack, seed):
    chance = random.Random(seed)  # noqa: S311 - a repeatable draw
    await storm(slack, chance)
    await slack.run(1500)
    shown = sorted(text for channel in CHANNELS for text in slack.texts(channel))
    rows = [await slack.row(f"a{number}") for number in range(ALERTS)]
    assert shown == sorted(f"card {row.key} as of {row.revision}" for row in rows)
    assert await slack.store.read(outbox.count_by_state) == {}
    assert await slack.store.read(outbox.next_due) is None
    assert slack.workspace.too_fast == []
    assert requests_inside_a_pause(slack.workspace.calls) == []
    bad = {call.outcome for call in slack.workspace.calls if call.method == "chat.postMessage"}
    assert len(bad & set(BAD_POSTS)) >= 4, "the day was not bad enough to prove anything"
