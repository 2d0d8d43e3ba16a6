"""Killed and started again: nothing is lost, nothing is done twice, and people hear the truth."""

import asyncio

import pytest
from sqlmodel import select
from support import forging
from support.writers import writer_held

from storage import invocations, store
from storage.engine import DatabaseUnusable
from storage.store import Backlog
from storage.tables import InvocationRow

NUMBER = "0123456789"


def dialled(world):
    return [(call.source, call.dest) for call in world.mirta.pbx.dialled]


def told(world):
    return [message.text for message in world.workspace.dm("U0BO")]


async def ask(world, line="/dial", text=NUMBER):
    reply = await forging.command(world, line, text)
    assert reply.status_code == 200
    assert reply.text == ""


async def test_a_command_that_was_only_acknowledged_is_done_after_the_restart(world):
    await world.own("U0BO", "104", "paris")
    await ask(world)
    assert dialled(world) == []
    await world.restart()
    assert dialled(world) == [("104", NUMBER)]
    assert told(world) == ["Ringing extension 104, then 01 23 45 67 89."]


async def test_a_command_that_waited_too_long_is_not_done_and_that_is_said(world):
    await world.own("U0BO", "104", "paris")
    await ask(world)
    await world.process.stop()
    await world.clock.advance(6 * 60)
    await world.process.start()
    await world.settle()
    assert dialled(world) == []
    (answer,) = told(world)
    assert answer.startswith("Ringback was not running when you asked for `/dial`")
    assert "Nothing was done" in answer


async def test_a_command_that_was_being_carried_out_is_not_repeated(world):
    await world.own("U0BO", "104", "paris")
    await ask(world)
    await begin(world)
    await world.restart()
    await world.clock.advance(3600)
    await world.settle()
    assert dialled(world) == []
    assert world.wires["paris"].asked == 0
    (answer,) = told(world)
    assert "it may have happened. Look before you ask again." in answer


async def begin(world):
    """As far as the carrier gets before anything leaves it, as it marks it."""

    def start(session):
        (row,) = session.exec(select(InvocationRow)).all()
        assert invocations.start(session, row.id, *carrier_mark(world))

    await world.runtime.store.write(start)


def carrier_mark(world):
    return ()


async def test_what_was_done_is_forgotten_with_its_address(world):
    await world.own("U0BO", "104", "paris")
    await world.slash("U0BO", "C0SUPPORT", f"/dial {NUMBER}")

    def read(session):
        return [(row.state, row.payload) for row in session.exec(select(InvocationRow))]

    assert await world.runtime.store.read(read) == [("done", {})]


async def test_a_post_that_was_only_stored_is_taken_up_after_the_restart(world):
    for post in world.door.customer_calls_and_hangs_up(NUMBER, "Pat"):
        await world.app.post("/phone/door", content=post.body, headers=post.headers)
    assert world.workspace.messages("C0SUPPORT") == []
    await world.restart()
    (card,) = world.workspace.messages("C0SUPPORT")
    assert "Missed call: Pat" in card.text
    await world.restart()
    assert len(world.workspace.messages("C0SUPPORT")) == 1


async def test_a_feed_is_read_on_from_where_it_was(world):
    await world.poll("lyon")
    world.axeos.pbx.customer_calls_and_hangs_up(NUMBER, "Pat", rang=("pat",))
    await world.poll("lyon")
    await world.restart()
    await world.poll("lyon")
    assert len(world.workspace.messages("C0SUPPORT")) == 1


@pytest.mark.parametrize("trouble", [Backlog("full"), DatabaseUnusable("gone")])
async def test_a_database_in_trouble_leaves_open_what_becomes_of_a_command(
    world, monkeypatch, trouble
):
    async def refuse(*args, **kwargs):
        raise trouble

    monkeypatch.setattr(world.runtime.store, "write", refuse)
    reply = await forging.command(world, "/dial", NUMBER)
    assert reply.status_code == 200
    said = reply.json()["text"]
    assert "may be carried out all the same" in said
    assert "Nothing was done" not in said


async def test_a_database_that_is_full_shows_a_press_as_failed(world, monkeypatch):
    async def refuse(*args, **kwargs):
        raise Backlog("full")

    monkeypatch.setattr(world.runtime.store, "write", refuse)
    reply = await forging.press(world, "U0BO", "missed_call.claim", "1")
    assert reply.status_code == 503


async def test_while_the_writer_is_stuck_nobody_is_kept_waiting(world, monkeypatch):
    post = world.door.whole_call_in_one_post(NUMBER)
    async with writer_held(world.runtime.store):
        monkeypatch.setattr(store, "STUCK_SECONDS", 0.0)
        posted = await world.app.post("/phone/door", content=post.body, headers=post.headers)
        pressed = await forging.press(world, "U0BO", "missed_call.claim", "1")
    monkeypatch.undo()
    assert (posted.status_code, pressed.status_code) == (503, 503)
    assert await world.post("door", post) == [202]


async def test_a_command_that_comes_again_to_a_stuck_writer_is_not_called_undone(
    world, monkeypatch
):
    await world.own("U0BO", "104", "paris")
    asked, write = asyncio.Event(), world.runtime.store.write

    def noted(*args, **kwargs):
        asked.set()
        return write(*args, **kwargs)

    async with writer_held(world.runtime.store):
        monkeypatch.setattr(world.runtime.store, "write", noted)
        first = asyncio.ensure_future(forging.command(world, "/dial", NUMBER))
        await asked.wait()
        monkeypatch.setattr(store, "STUCK_SECONDS", 0.0)
        said = (await forging.command(world, "/dial", NUMBER)).json()["text"]
    monkeypatch.undo()
    assert "may be carried out all the same" in said
    assert (await first).text == ""
    await world.settle()
    assert dialled(world) == [("104", NUMBER)]
