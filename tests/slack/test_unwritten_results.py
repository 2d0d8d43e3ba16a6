"""What Slack said counts, also while the database takes no writes."""

import sys

import pytest
from support.delivery import lose

from bot.demo.workspace import Fault
from bot.slack.undelivered import put_back
from storage import outbox
from storage.engine import DatabaseUnusable


def no_room_for_putting_back(slack):
    """The store's ``write``, on a disk that is full when Slack has just said no."""
    write = slack.store.write

    async def full(unit, *args, **kwargs):
        if unit is put_back:
            raise DatabaseUnusable("database or disk is full")
        return await write(unit, *args, **kwargs)

    return full


async def test_what_slack_said_counts_even_if_it_could_not_be_written_down(slack, monkeypatch):
    lose(slack, Fault.RATE_LIMITED, seconds=30)
    await slack.put("a")
    with monkeypatch.context() as broken:
        broken.setattr(slack.store, "write", no_room_for_putting_back(slack))
        with pytest.raises(DatabaseUnusable):
            await slack.look()
    await slack.put("b")
    await slack.run(29)
    assert slack.asked("chat.postMessage") == 1
    await slack.run(5)
    assert slack.texts() == ["a", "b"]


async def test_nothing_is_claimed_by_a_unit_before_what_slack_said_is_written_down(
    slack, monkeypatch
):
    lose(slack, Fault.RATE_LIMITED, seconds=30)
    await slack.put("a")
    monkeypatch.setattr(slack.store, "write", no_room_for_putting_back(slack))
    with pytest.raises(DatabaseUnusable):
        await slack.look()
    await slack.clock.advance(2)
    await slack.poster.write(slack.letting_send("b"))
    await slack.poster.settle()
    assert slack.asked("chat.postMessage") == 1
    await slack.run(35)
    assert slack.texts() == ["a", "b"]


async def test_what_slack_said_is_kept_however_long_the_database_is_away(slack, monkeypatch):
    await slack.put("a")
    write, tries = slack.store.write, 0

    async def full(unit, *args, **kwargs):
        nonlocal tries
        if unit is outbox.mark_sent or tries:
            tries += 1
            raise DatabaseUnusable("database or disk is full")
        return await write(unit, *args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(slack.store, "write", full)
        for _ in range(sys.getrecursionlimit() + 10):
            with pytest.raises(DatabaseUnusable):
                await slack.look()
    assert tries > sys.getrecursionlimit()
    await slack.look()
    assert (await slack.row("a")).state == "sent"
    assert slack.asked("chat.postMessage") == 1
