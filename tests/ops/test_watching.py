"""Ringback says what is wrong with itself: in words, in figures, and by not pinging."""

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import col, select, update
from support.world import open_world

from bot import watching
from bot.pinging import Ping
from bot.slack.traffic import Traffic
from storage import invocations, outbox, receipts, timers
from storage.receipts import NewReceipt
from storage.tables import OutboxRow
from webhooks.metrics import METRICS


def receipt(at, system="door", key="k"):
    return NewReceipt(
        system=system,
        dedupe_key=key,
        road="push",
        content_type="application/json",
        body=b"{}",
        received_at=at,
    )


async def problems(world):
    """What /readyz says, looked at anew."""
    await world.clock.advance(watching.FRESH_SECONDS)
    reply = await world.app.get("/readyz")
    told = reply.json().get("problems", [])
    assert reply.status_code == (503 if told else 200)
    return told


async def put(world, **more):
    now = world.clock.now()
    values = {"key": "m", "kind": "notice", "slack_channel": "C0SUPPORT", "body": {"text": "x"}}
    return await world.runtime.store.write(outbox.put_message, **{**values, "now": now, **more})


async def test_all_is_well(world):
    assert await problems(world) == []
    assert (await world.app.get("/healthz")).text == "ok\n"


async def test_an_event_that_nobody_takes_up_is_said(world):
    await world.runtime.store.write_item(receipts.save_receipts, receipt(world.clock.now()))
    await world.clock.advance(59)
    assert await problems(world) == []
    await world.clock.advance(2)
    assert await problems(world) == ["an event from door has waited 63 s to be taken up"]


async def test_a_message_that_is_throttled_all_the_time_is_said(world):
    """A pause moves its turn on again and again; its age counts from the beginning."""
    await put(world)
    store = world.runtime.store
    for _ in range(7):
        ((row, _),) = await store.write(outbox.claim_due, world.clock.now(), outbox.Pace())
        later = world.clock.now() + timedelta(seconds=10)
        await store.write(outbox.mark_not_sent, row, later, "ratelimited")
        await world.clock.advance(10)
    assert await problems(world) == ["a message for C0SUPPORT has waited 71 s to be sent"]


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
        await world.runtime.store.write_item(receipts.save_receipts, new)
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
    go, loop = asyncio.Event(), asyncio.get_running_loop()

    def hang(session):
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()

    hanging = asyncio.ensure_future(world.runtime.store.write(hang))
    await asyncio.sleep(0)
    try:
        for _ in range(2):
            (told,) = await problems(world)
            assert told.startswith("the writer is stuck")
        assert world.runtime.store.backlog <= 1
    finally:  # else nothing ever ends
        go.set()
    await hanging
    await asyncio.sleep(0.1)
    assert await problems(world) == []


async def test_a_database_that_takes_no_write_is_said(world):
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE watches")))
    assert await problems(world) == ["the database cannot be written to"]


async def test_a_database_that_does_not_answer_is_said_and_metrics_say_so(world):
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE outbox")))
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE alerts")))
    assert await problems(world) == ["the database does not answer"]
    assert (await world.app.get("/metrics")).status_code == 503


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


async def test_metrics_tell_every_figure_of_the_table(world):
    await put(world)
    await world.settle()
    await world.clock.advance(2)
    body = (await world.app.get("/metrics")).text
    told = {line.split()[2] for line in body.splitlines() if line.startswith("# TYPE")}
    assert told == {f"{name}_total" if of.counts else name for name, of in METRICS.items()}
    assert 'ringback_slack_requests_total{method="chat.postMessage",result="ok"} 1.0' in body
    assert "ringback_ready 1.0" in body
    assert 'ringback_oldest_seconds{stage="outbox"} 0.0' in body


async def test_ages_and_counts_are_in_the_metrics(world):
    store = world.runtime.store
    await store.write_item(receipts.save_receipts, receipt(world.clock.now()))
    await store.write(timers.take_tick, "licences:crm", world.clock.now())
    await store.write(
        invocations.save_invocation,
        key="k",
        kind="command",
        name="dial",
        slack_user="U",
        slack_channel="C",
        payload={},
        asked_at=world.clock.now(),
    )
    await world.clock.advance(40)
    body = (await world.app.get("/metrics")).text
    assert 'ringback_oldest_seconds{stage="receipts"} 40.0' in body
    assert 'ringback_oldest_seconds{stage="invocations"} 40.0' in body
    assert 'ringback_tick_age_seconds{task="licences:crm"} 40.0' in body
    assert 'ringback_system_heard_seconds{system="door"} 40.0' in body
    assert "ringback_receipts_waiting 1.0" in body


class Pinged:
    """Whoever expects the ping."""

    def __init__(self, *statuses):
        self.statuses, self.seen = list(statuses), []

    def __call__(self, request):
        self.seen.append(str(request.url))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            raise httpx.ConnectTimeout(f"no way to {request.url}")
        return httpx.Response(status)


URL = "https://hc.example/ping/canary-ping-secret"


async def test_a_ping_a_minute_while_all_is_well_and_none_otherwise(world):
    pinged = Pinged()
    async with httpx.AsyncClient(transport=httpx.MockTransport(pinged)) as http:
        ping = Ping(world.runtime.watch, world.clock, http, SecretStr(URL))
        running = asyncio.ensure_future(ping.run())
        for expected in (1, 2, 3):
            await wait_for(lambda: len(pinged.seen) == expected)  # noqa: B023 - used at once
            await world.clock.advance(60)
        world.runtime.leases.skew_seconds = 9.0
        await asyncio.sleep(0.3)
        before = len(pinged.seen)
        await world.clock.advance(60)
        await asyncio.sleep(0.3)
        assert len(pinged.seen) == before
        assert pinged.seen[0] == URL
        running.cancel()


async def wait_for(condition):
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def test_a_ping_that_fails_is_logged_once_and_without_its_address(world, caplog):
    caplog.set_level(logging.DEBUG)
    pinged = Pinged(0, 500, 0, 200, 200)
    async with httpx.AsyncClient(transport=httpx.MockTransport(pinged)) as http:
        ping = Ping(world.runtime.watch, world.clock, http, SecretStr(URL))
        for _ in range(5):
            await ping.ping()
    told = [record.message for record in caplog.records if record.name == "bot.pinging"]
    assert told == ["The ping was not taken: ConnectTimeout", "The ping is taken again"]
    ours = [r for r in caplog.records if r.name != "httpx"]  # kept at WARNING by the settings
    assert not any("canary-ping-secret" in record.getMessage() for record in ours)


def test_addresses_that_are_secrets_are_no_labels():
    traffic = Traffic("https://slack.com/api/")
    names = {
        "https://slack.com/api/chat.postMessage": "chat.postMessage",
        "https://hooks.slack.com/commands/T0/1/secret": "other",
        "https://files.slack.com/upload/v1/secret": "other",
        "https://slack.com/other/secret": "other",
        "https://slack.com/api/a/b?token=x": "other",
    }
    assert {url: traffic._method(url) for url in names} == names


async def test_every_job_keeps_what_is_open(world):
    """The hourly job, on a real database: an old settled receipt goes, an old open one stays."""
    store, old = world.runtime.store, world.clock.now() - timedelta(days=40)
    await store.write_item(receipts.save_receipts, receipt(old, key="settled"))
    await world.settle()
    await store.write_item(receipts.save_receipts, receipt(old, key="open"))
    await world.runtime.checks.retention()
    left = await store.read(lambda s: list(s.exec(select(receipts.ReceiptRow.dedupe_key))))
    assert "open" in left
    later = await store.read(timers.last_tick, "retention")
    await world.runtime.checks.retention()
    assert await store.read(timers.last_tick, "retention") == later
