"""What Slack said counts, also while the database takes no writes."""

import asyncio
import sqlite3
import sys
import threading
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from support.delivery import compose, lose, slack_settings

from bot.demo.workspace import Fault
from bot.slack.undelivered import send_later
from storage import outbox
from storage.engine import DatabaseUnusable


def no_room_for_putting_back(slack):
    """The store's ``write``, on a disk that is full when Slack has just said no."""
    write = slack.store.write

    async def full(unit, *args, **kwargs):
        if unit is send_later:
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


@asynccontextmanager
async def running(slack):
    """The poster runs meanwhile."""
    task = asyncio.ensure_future(slack.poster.run())
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def problem_known_soon(slack, key):
    """What is written of a message before the second is over after which the poster looks anyway,
    however slow the disk is."""
    left = 8
    while not (problem := (await slack.row(key)).problem):
        await asyncio.sleep(0.05)
        if left and slack.clock.is_slept_on:
            left -= 1
            await slack.clock.advance(0.1)
    return problem


async def test_what_slack_said_is_written_down_as_soon_as_there_is_room(slack, monkeypatch):
    lose(slack, Fault.RATE_LIMITED, seconds=30)
    await slack.put("a")
    tried = asyncio.Event()
    full = no_room_for_putting_back(slack)

    async def told(unit, *args, **kwargs):
        try:
            return await full(unit, *args, **kwargs)
        except DatabaseUnusable:
            tried.set()
            raise

    async with running(slack):
        with monkeypatch.context() as broken:
            broken.setattr(slack.store, "write", told)
            await tried.wait()
        assert await problem_known_soon(slack, "a") == "rate limited"


async def test_what_slack_says_after_a_look_has_failed_is_written_down_as_soon(slack, monkeypatch):
    lose(slack, Fault.RATE_LIMITED, seconds=30)
    asked, answered, failed = asyncio.Event(), asyncio.Event(), asyncio.Event()
    post, write = slack.poster.client.chat_postMessage, slack.store.write

    async def slowly(**message):
        try:
            return await post(**message)
        finally:
            asked.set()
            await answered.wait()

    async def away(*unit, **values):
        failed.set()
        raise DatabaseUnusable("the database is away")

    monkeypatch.setattr(slack.poster.client, "chat_postMessage", slowly)
    await slack.put("a")
    async with running(slack):
        await asked.wait()
        slack.store.write = away
        while not failed.is_set():
            await slack.clock.advance(0.1)
            await asyncio.sleep(0.01)
        failed.clear()
        answered.set()
        await failed.wait()
        slack.store.write = write
        assert await problem_known_soon(slack, "a") == "rate limited"


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


async def test_nothing_is_claimed_while_what_slack_said_is_being_written_down(slack):
    """Its commit may fail, and the next claim has been made by the time that anybody knows."""
    committing, let = threading.Event(), threading.Event()

    @event.listens_for(slack.store.engines.writer, "commit")
    def commit(connection):
        if slack.asked("chat.postMessage") and not committing.is_set():
            committing.set()
            let.wait(10)
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("made up"))

    lose(slack, Fault.RATE_LIMITED, seconds=30)
    await slack.put("a")
    await slack.put("b")
    await slack.poster.look()
    await asyncio.to_thread(committing.wait, 10)
    await slack.clock.advance(2)
    looking = asyncio.ensure_future(slack.poster.look())
    await asyncio.sleep(0)
    let.set()
    await asyncio.gather(looking, return_exceptions=True)
    with suppress(DatabaseUnusable):
        await slack.poster.settle()
    assert slack.asked("chat.postMessage") == 1
    await slack.run(40)
    assert slack.texts() == ["a", "b"]


async def test_what_could_not_ask_for_its_turn_has_surely_not_left(slack, monkeypatch):
    def slowly(session, row):
        slack.clock._move(1.0)
        return compose(session, row)

    card = await slack.put("card")
    await slack.run(2)
    slack.restart(settings=slack_settings(history=False), compose=slowly)
    write, failures = slack.store.write, iter([1])

    async def away_once(unit, *args, **kwargs):
        if unit is outbox.keep_turn and next(failures, None):
            raise DatabaseUnusable("made up")
        return await write(unit, *args, **kwargs)

    monkeypatch.setattr(slack.store, "write", away_once)
    await slack.put("a", kind="line", parent_id=card)
    with suppress(DatabaseUnusable):
        await slack.look()
    assert next(failures, None) is None
    assert (await slack.row("a")).state == "pending"
    await slack.run(8)
    assert [reply.text for reply in slack.workspace.messages("C0SUPPORT")[0].replies] == ["a"]
