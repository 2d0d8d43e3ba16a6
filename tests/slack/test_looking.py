"""Look-ups that Slack wants fewer of: none leaves before its ``Retry-After`` is over."""

import pytest
from support.delivery import AUDITED, lose

from bot.demo.workspace import Fault, Message
from bot.slack.history import Look
from storage.outgoing import Outgoing


def limit(slack, method, seconds=150):
    lose(slack, Fault.RATE_LIMITED, method, seconds=seconds)


async def lost(slack, key, **values):
    lose(slack, Fault.DROP_AFTER)
    await slack.put(key, **values)
    await slack.look()


async def test_a_channel_is_not_read_before_slack_wants_that_again(slack):
    await lost(slack, "a")
    limit(slack, "conversations.history")
    await slack.run(41)
    assert slack.asked("conversations.history") == 1
    await slack.run(145, step=1)
    assert slack.asked("conversations.history") == 1
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]
    assert slack.asked("chat.postMessage") == 1


async def test_a_thread_is_not_read_before_slack_wants_that_again(slack):
    card = await slack.put("card", kind="card", alert_id=1)
    await slack.run(2)
    await lost(slack, "line", kind="line", parent_id=card)
    limit(slack, "conversations.replies")
    await slack.run(185, step=1)
    assert slack.asked("conversations.replies") == 1
    await slack.run(AUDITED)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert [reply.text for reply in message.replies] == ["line"]


async def test_other_messages_wait_too_and_other_work_goes_on(slack):
    card = await slack.put("card", kind="card", alert_id=1)
    await slack.run(2)
    await lost(slack, "a")
    await slack.run(15)
    await lost(slack, "later", slack_channel="C0SALES")
    await slack.run(5)
    await lost(slack, "line", kind="line", parent_id=card)
    limit(slack, "conversations.history")
    await slack.run(100)
    assert slack.asked("conversations.history") == 1
    assert slack.asked("conversations.replies") >= 1
    await slack.put("new")
    await slack.run(5)
    assert "new" in slack.texts()
    await slack.run(AUDITED)
    assert sorted(slack.texts()) == ["a", "card card as of 1", "new"]
    assert slack.texts("C0SALES") == ["later"]


async def test_the_pause_of_a_look_up_outlives_the_process(slack):
    await lost(slack, "a")
    limit(slack, "conversations.history")
    await slack.run(41)
    slack.restart()
    await slack.run(145, step=1)
    assert slack.asked("conversations.history") == 1
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_look_for_extras_waits_as_long(slack, restarted):
    await lost(slack, "a")
    await slack.run(45)
    assert (slack.asked("conversations.history"), (await slack.row("a")).looks) == (1, 0)
    limit(slack, "conversations.history")
    await slack.run(60)
    if restarted:
        slack.restart()
    await slack.run(140, step=1)
    assert (slack.asked("conversations.history"), (await slack.row("a")).looks) == (2, 0)
    await slack.run(AUDITED)
    assert (await slack.row("a")).looks == 2


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_extra_is_not_deleted_before_slack_wants_that_again(slack, restarted):
    lose(slack, Fault.DROP_AFTER)
    lose(slack, Fault.STALE_HISTORY, "conversations.history", seconds=60)
    limit(slack, "chat.delete")
    await slack.put("a")
    await slack.run(110)
    assert (slack.texts(), slack.asked("chat.delete")) == (["a", "a"], 1)
    if restarted:
        slack.restart()
    await slack.run(140, step=1)
    assert slack.asked("chat.delete") == 1
    await slack.run(AUDITED)
    assert (slack.texts(), slack.asked("chat.delete")) == (["a"], 2)


async def test_a_short_pause_makes_no_look_up_come_sooner(slack):
    await lost(slack, "a")
    limit(slack, "conversations.history", seconds=3)
    await slack.run(75, step=1)
    assert slack.asked("conversations.history") == 1
    await slack.run(10)
    assert slack.asked("conversations.history") == 2


# More than a page


def chatter(slack, thread_ts=None):
    """So much that it takes three pages to find what came before, or after."""
    for number in range(450):
        ts = slack.workspace.state.next_ts()
        said = {"user": "U0BO", "text": str(number), "thread_ts": thread_ts}
        slack.workspace.state.put(Message(channel="C0SUPPORT", ts=ts, **said))


def allow_one_page_a_minute(slack, method, pages=10):
    for _ in range(pages):
        lose(slack, Fault.DELAY, method, seconds=0)
        limit(slack, method, seconds=60)


async def test_a_look_goes_on_where_slack_put_it_off(slack):
    await lost(slack, "a")
    chatter(slack)
    allow_one_page_a_minute(slack, "conversations.history")
    await slack.run(230)
    assert slack.asked("conversations.history") == 7  # two of them for what has come since
    assert (await slack.row("a")).state == "sent"
    assert slack.asked("chat.postMessage") == 1


async def test_what_arrives_while_a_look_is_put_off_is_found_too(slack):
    lose(slack, Fault.LATE_COMMIT, seconds=60)
    await slack.put("a")
    await slack.look()
    chatter(slack)
    allow_one_page_a_minute(slack, "conversations.history")
    await slack.run(600)
    assert slack.texts().count("a") == 1
    assert (await slack.row("a")).state == "sent"
    assert slack.asked("chat.postMessage") == 1


async def test_a_look_into_a_thread_goes_on_too(slack):
    card = await slack.put("card", kind="card", alert_id=1)
    await slack.run(2)
    (posted,) = slack.workspace.messages("C0SUPPORT")
    chatter(slack, posted.ts)
    await lost(slack, "line", kind="line", parent_id=card)
    allow_one_page_a_minute(slack, "conversations.replies")
    await slack.run(170)
    assert slack.asked("conversations.replies") == 5
    assert (await slack.row("line")).state == "sent"
    assert slack.asked("chat.postMessage") == 2


async def test_a_look_for_extras_goes_on_too(slack):
    lose(slack, Fault.LATE_COMMIT, seconds=45)
    await slack.put("a")
    await slack.look()
    chatter(slack)
    await slack.run(48)
    chatter(slack)
    allow_one_page_a_minute(slack, "conversations.history")
    asked = slack.asked("conversations.history")
    await slack.run(370)
    assert slack.texts().count("a") == 1
    assert (await slack.row("a")).looks == 1
    assert slack.asked("conversations.history") - asked == 11


async def test_a_look_that_waited_too_long_for_slack_begins_anew(slack):
    await lost(slack, "a")
    chatter(slack)
    lose(slack, Fault.DELAY, "conversations.history", seconds=0)
    limit(slack, "conversations.history", seconds=1800)
    lose(slack, Fault.ERROR, "conversations.history", error="invalid_cursor")
    await slack.run(1900)
    assert (await slack.row("a")).state == "sent"
    assert slack.asked("conversations.history") == 6
    assert slack.asked("chat.postMessage") == 1


async def test_a_look_begins_anew_when_another_process_has_posted_meanwhile(slack):
    """What was read may have been read before that."""
    lose(slack, Fault.DROP_BEFORE)
    await slack.put("a")
    await slack.look()
    chatter(slack)
    allow_one_page_a_minute(slack, "conversations.history", pages=1)
    await slack.run(45)
    this = slack.poster
    slack.restart()
    lose(slack, Fault.DROP_AFTER)
    await slack.run(70)
    assert slack.asked("chat.postMessage") == 2
    slack.poster = this
    await slack.run(AUDITED)
    assert slack.texts().count("a") == 1
    assert slack.asked("chat.postMessage") == 2


@pytest.mark.parametrize(
    ("change", "goes_on"),
    [
        ({"attempt": 2}, True),
        ({"attempt": 3}, False),
        ({"attempt": 2, "looks": 1}, False),
        ({"attempt": 2, "ts": "1.1"}, False),
    ],
)
def test_only_the_same_look_goes_on(change, goes_on):
    row = Outgoing._make([None] * len(Outgoing._fields))._replace(attempt=1, looks=0)
    assert Look(row, down_to=0.0).goes_on_for(row._replace(**change)) is goes_on


def test_a_look_for_extras_goes_on_until_it_was_looked_once_more():
    row = Outgoing._make([None] * len(Outgoing._fields))._replace(attempt=1, looks=0, ts="1.1")
    assert Look(row, down_to=0.0).goes_on_for(row)
    assert not Look(row, down_to=0.0).goes_on_for(row._replace(looks=1))
