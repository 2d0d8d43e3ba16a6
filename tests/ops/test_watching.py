"""Ringback says in words what is wrong with itself."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, update
from support.waiting import put, receipt
from support.world import open_world
from support.writers import writer_held

from bot import watching
from bot.demo.workspace import Fault
from storage import outbox, receipts, timers
from storage.store import Store
from storage.tables import OutboxRow


async def problems(world):
    """What /readyz says, looked at anew."""
    await world.clock.advance(watching.FRESH_SECONDS)
    reply = await world.app.get("/readyz")
    told = reply.json().get("problems", [])
    assert reply.status_code == (503 if told else 200)
    return told


async def test_all_is_well(world):
    assert await problems(world) == []
    assert (await world.app.get("/healthz")).text == "ok\n"


async def test_an_event_that_nobody_takes_up_is_said(world):
    await world.runtime.store.write_item(receipts.insert_receipts, receipt(world.clock.now()))
    await world.clock.advance(59)
    assert await problems(world) == []
    await world.clock.advance(2)
    assert await problems(world) == ["an event from door has waited 63 s to be taken up"]


async def test_a_message_that_is_throttled_all_the_time_is_said(world):
    """A pause moves its turn on again and again; its age counts from the beginning."""
    await put(world)
    store = world.runtime.store
    for _ in range(7):
        (row,) = await store.write(outbox.claim_due, world.clock.now(), outbox.Pace())
        later = world.clock.now() + timedelta(seconds=10)
        await store.write(outbox.mark_not_sent, row, later, "ratelimited")
        await world.clock.advance(10)
    assert await problems(world) == [
        "a message for C0SUPPORT has waited 71 s to be sent: ratelimited"
    ]


async def test_one_that_was_never_tried_waits_for_what_holds_up_its_channel(world):
    await put(world, key="never tried", priority=2)
    await world.clock.advance(1)
    await put(world, key="tried", priority=1)
    await put(world, key="elsewhere", slack_channel="C0OPS", priority=1)
    store, now = world.runtime.store, world.clock.now()
    for row in await store.write(outbox.claim_due, now, outbox.Pace()):
        problem = "Slack is away" if row.slack_channel == "C0SUPPORT" else "archived"
        await store.write(outbox.mark_not_sent, row, now + timedelta(seconds=60), problem)
    await world.clock.advance(59)
    assert await problems(world) == [
        "a message for C0SUPPORT has waited 61 s to be sent: Slack is away"
    ]


async def test_an_edit_that_is_throttled_is_said_too(world):
    await put(world)
    await world.settle()
    await world.clock.advance(3600)
    await world.runtime.store.write(outbox.revise, "m", {"text": "y"}, world.clock.now())
    assert await problems(world) == []
    await world.runtime.store.write(
        lambda s: s.exec(update(OutboxRow).values(next_at=col(OutboxRow.next_at)))
    )
    await world.clock.advance(61)
    assert await problems(world) == ["a message for C0SUPPORT has waited 63 s to be sent"]
    await world.settle()
    assert await problems(world) == []


async def test_what_quiet_hours_hold_back_does_not_wait_and_nor_does_its_thread(world):
    morning = world.clock.now() + timedelta(hours=9)
    card = await put(world, now=morning)
    await put(world, key="line", kind="line", parent_id=card)
    await world.clock.advance(600)
    assert await problems(world) == []
    await world.clock.advance(9 * 3600)
    assert len(await problems(world)) == 1


async def test_a_dead_message_is_no_reason_to_be_red(world):
    await put(world)
    await world.runtime.store.write(
        lambda s: s.exec(update(OutboxRow).values(state="dead", problem="is_archived"))
    )
    await world.clock.advance(600)
    assert await problems(world) == []


async def test_an_alert_that_nobody_can_see_is_said(world):
    for channel in ("C0SUPPORT", "C0OPS"):
        world.workspace.archive(channel)
    await world.post("door", *world.door.customer_calls_and_hangs_up("0123456789", "Pat"))
    assert await problems(world) == ["1 open alert is shown in no channel"]
    for number in range(20):
        caller = f"+3312345{number:04}"
        await world.post("door", *world.door.customer_calls_and_hangs_up(caller, "Pat"))
    assert await problems(world) == ["21 open alerts are shown in no channel"]
    await world.runtime.store.write(
        lambda s: s.exec(update(OutboxRow).where(col(OutboxRow.id) == 1).values(state="sent"))
    )
    assert await problems(world) == ["20 open alerts are shown in no channel"]


async def test_a_refused_token_is_said_at_once_and_everything_waits_for_a_good_one(world, caplog):
    caplog.set_level(logging.INFO)
    slack = world.workspace
    slack.order(method="chat.postMessage", fault=Fault.ERROR, error="token_revoked", times=2)
    await put(world)
    await put(world, key="o", slack_channel="C0OPS")
    for _ in range(50):
        await world.runtime.poster.look()
        await world.runtime.poster.settle()
        (told,) = await problems(world)
        assert told == "Slack refuses the token (token_revoked): messages wait for a good one"
    assert len(slack.calls) == 2
    await world.clock.advance(10)
    await world.settle()
    assert await problems(world) == []
    assert [len(slack.messages(name)) for name in ("C0SUPPORT", "C0OPS")] == [1, 1]
    assert [r.getMessage() for r in caplog.records if "token" in r.getMessage()] == [
        "Not ready: Slack refuses the token (token_revoked): messages wait for a good one",
        "No longer so: Slack refuses the token (token_revoked): messages wait for a good one",
    ]


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_a_silent_system_is_said_where_that_is_wanted(tmp_path):
    more = '[systems.gate]\nvendor = "generic"\nsilent_minutes = 30\n'
    more += 'webhook_signature = "shared_secret"\nwebhook_secret = "a-made-up-secret"\n'
    async with open_world(tmp_path, more) as world:
        await world.clock.advance(29 * 60)
        assert await problems(world) == []
        await world.clock.advance(2 * 60)
        assert await problems(world) == ["nothing has come from gate for 31 min"]
        new = receipt(world.clock.now(), "gate")
        await world.runtime.store.write_item(receipts.insert_receipts, new)
        await world.settle()
        assert await problems(world) == []


async def test_a_stopped_loop_is_said(world):
    async def ends():
        return

    world.runtime.tasks["poster"] = asyncio.ensure_future(ends())
    await asyncio.sleep(0)
    assert await problems(world) == ["poster has stopped"]
    world.runtime.tasks.clear()


async def test_a_stuck_writer_is_said_and_not_asked_twice(world, monkeypatch):
    monkeypatch.setattr(watching, "DATABASE_SECONDS", 0.3)
    async with writer_held(world.runtime.store):
        for _ in range(2):
            (told,) = await problems(world)
            assert told.startswith("the writer is stuck")
        assert world.runtime.store.backlog <= 1
    await asyncio.sleep(0.1)
    assert await problems(world) == []


async def test_a_database_that_takes_no_write_is_said(world):
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE watches")))
    assert await problems(world) == ["the database cannot be written to"]


async def test_a_database_that_takes_only_some_writes_is_said(world, monkeypatch):
    monkeypatch.setattr(Store, "is_failing", True)
    told = "the database does not take all that is to be written"
    assert await problems(world) == [told]


async def test_a_database_that_does_not_answer_is_said(world):
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE outbox")))
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE alerts")))
    assert await problems(world) == ["the database does not answer"]


@pytest.mark.parametrize(("free", "said"), [(4, True), (6, False)])
async def test_a_disk_that_is_nearly_full_is_said(world, monkeypatch, free, said):
    usage = type("Usage", (), {"total": 100, "free": free})
    monkeypatch.setattr(watching.shutil, "disk_usage", lambda path: usage)
    found = await problems(world)
    assert found == (["only 4.0% of the disk with the database is free"] if said else [])


async def test_a_clock_that_is_off_is_said_and_nothing_is_done_by_it(world):
    set_timer = timers.set_timer
    now = world.clock.now()
    await world.runtime.store.write(set_timer, "t", "claim", now, {"alert_id": 1})
    world.runtime.leases.skew_seconds = 3.0
    (told,) = await problems(world)
    assert told.startswith("this machine's clock is 3 s off")
    await world.runtime.checks.timers()
    assert len(await world.runtime.store.read(timers.list_due, world.clock.now())) == 1


async def test_broken_and_recovered_are_logged_once_each(world, caplog):
    caplog.set_level(logging.INFO, "bot.watching")
    world.runtime.leases.skew_seconds = 3.0
    for _ in range(3):
        await problems(world)
        world.runtime.leases.skew_seconds += 1.0
    world.runtime.watch.stopped = lambda: ["poster"]
    for _ in range(3):
        await problems(world)
    world.runtime.leases.skew_seconds = 0.0
    await problems(world)
    said = [r.message[:25] for r in caplog.records if r.name == "bot.watching"]
    assert said == [
        "Not ready: this machine's",
        "Not ready: poster has sto",
        "No longer so: this machin",
    ]


async def test_status_says_it_in_words(world):
    assert "Something is wrong" not in await world.slash("U0BO", "C0SUPPORT", "/pbx status")
    world.runtime.leases.skew_seconds = 3.0
    await world.clock.advance(2)
    told = await world.slash("U0BO", "C0SUPPORT", "/pbx status")
    assert "Something is wrong: this machine's clock is 3 s off" in told
