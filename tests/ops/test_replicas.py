"""Several processes on one PostgreSQL: one looks, one takes up, and a dead one is made good for."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from support.clocks import FixedClock
from support.databases import copy_to

from bot.adapters import SETTINGS_MODELS
from bot.alerts import missed_calls
from bot.alerts.missed_call import MissedCall
from bot.alerts.publishing import NewAlert, raise_alert
from bot.clock import SteadyClock, SystemClock
from bot.commands.request import Services
from bot.intake import Intake
from bot.leaseholder import INTAKE, Alone, Leaseholder, poller_lease
from bot.pollers import Poller
from bot.runtime import open_runtime
from bot.settings_file import parse_settings
from bot.slack.carrying_out import Carrier
from bot.telephony.errors import Unreachable
from bot.telephony.events import FeedBatch, FeedItem
from bot.telephony.journeys import Outcome
from bot.telephony.system import PhoneSystem
from storage import alerts, invocations, leases, receipts, timers
from storage.engine import DatabaseUnusable
from storage.leases import LeaseLost
from storage.receipts import NewReceipt

LONG = 60.0


def settings_of(url):
    raw = {
        "database": {"url": url},
        "slack": {
            "bot_token": "xoxb-made-up",
            "signing_secret": "made-up",
            "ops_channel": "C0OPS",
            "api_url": "http://127.0.0.1:9/api/",
        },
        "systems": {
            "paris": {
                "vendor": "generic",
                "webhook_signature": "shared_secret",
                "webhook_secret": "a-made-up-secret",
            }
        },
    }
    return parse_settings(raw, None, SETTINGS_MODELS, {})


class Feed:
    """Brings one item per look, and can be made to take its time."""

    name = "cdr"
    holds = False

    def __init__(self):
        self.looks, self.entered, self.go = 0, asyncio.Event(), asyncio.Event()
        self.go.set()
        self.broken = False

    async def fetch(self, cursor):
        self.looks += 1
        self.entered.set()
        await self.go.wait()
        if self.broken:
            raise Unreachable("paris does not answer.")
        number = int(cursor or 0) + 1
        return FeedBatch(items=(FeedItem(dedupe_key=str(number), body=b"{}"),), cursor=str(number))


def holder(store, seconds=LONG):
    return Leaseholder(store, SteadyClock(SystemClock()), (INTAKE, poller_lease("paris")), seconds)


async def lapse(store, held):
    """Its lease is over, and it has not noticed: it slept."""
    await store.write(leases.release, held.process)


def poller(store, settings, feed, held):
    return Poller("paris", feed, store, SystemClock(), settings, held)


@pytest.fixture
def settings(postgres_url):
    return settings_of(postgres_url)


async def test_one_of_two_looks(stores, settings):
    held = [holder(store) for store in stores[:2]]
    feeds = [Feed(), Feed()]
    for one in held:
        await one.renew()
    assert await poller(stores[0], settings, feeds[0], held[0]).look() is False
    with pytest.raises(LeaseLost):
        await poller(stores[1], settings, feeds[1], held[1]).look()
    assert (feeds[0].looks, feeds[1].looks) == (1, 0)


async def test_a_look_that_outlives_its_lease_stores_nothing(stores, settings):
    held = [holder(store) for store in stores[:2]]
    slow, quick = Feed(), Feed()
    slow.go.clear()
    await held[0].renew()
    looking = asyncio.ensure_future(poller(stores[0], settings, slow, held[0]).look())
    await slow.entered.wait()
    await lapse(stores[0], held[0])
    await held[1].renew()
    await poller(stores[1], settings, quick, held[1]).look()
    await poller(stores[1], settings, quick, held[1]).look()
    slow.go.set()
    with pytest.raises(LeaseLost):
        await looking
    assert await stores[0].read(receipts.get_cursor, "paris", "cdr") == "2"
    assert await stores[0].read(receipts.count_waiting) == 2


async def test_a_loop_goes_on_where_a_dead_one_ended(stores, settings):
    held = [holder(store) for store in stores[:2]]
    feeds = [Feed(), Feed()]
    await held[0].renew()
    await poller(stores[0], settings, feeds[0], held[0]).look()
    await lapse(stores[0], held[0])
    tasks = [
        asyncio.ensure_future(held[1].run()),
        asyncio.ensure_future(poller(stores[1], settings, feeds[1], held[1]).run()),
    ]
    async with asyncio.timeout(5):
        await feeds[1].entered.wait()
    await asyncio.sleep(0.1)
    assert await stores[1].read(receipts.get_cursor, "paris", "cdr") == "2"
    for task in tasks:
        task.cancel()


async def test_who_takes_over_clears_what_the_other_reported(stores, settings):
    held = [holder(store) for store in stores[:2]]
    feed = Feed()
    heir = poller(stores[1], settings, Feed(), held[1])
    await held[1].renew()
    await heir.look()
    await held[1].release()
    await held[0].renew()
    feed.broken = True
    broken = poller(stores[0], settings, feed, held[0])
    for _ in range(3):
        await broken._try()
    assert len(await stores[0].read(alerts.list_open, "system_down")) == 1
    await held[0].release()
    await held[1].renew()
    await heir.look()
    assert await stores[0].read(alerts.list_open, "system_down") == []


async def test_a_failure_of_the_database_does_not_end_the_loop(stores, settings, monkeypatch):
    """The look fails, and so does writing that down: the loop goes on all the same."""
    feed = Feed()
    feed.broken = True
    one = poller(stores[0], settings, feed, Alone())
    one.clock = FixedClock()

    async def fails(*args, **kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(stores[0], "write", fails)
    running = asyncio.ensure_future(one.run())
    for _ in range(4):
        await asyncio.sleep(0.05)
        await one.clock.advance(60)
    assert not running.done()
    assert feed.looks > 1
    running.cancel()


def receipt(number):
    return NewReceipt(
        system="paris",
        dedupe_key=str(number),
        road="push",
        content_type="application/json",
        body=b"{}",
        received_at=SystemClock().now(),
    )


async def test_one_of_two_takes_receipts_up_and_the_other_goes_on(stores, settings):
    taken = []

    def system(number):
        def parse(raw):
            taken.append(number)
            return []

        async def probe():
            return ""

        return PhoneSystem(
            key="paris", vendor="x", title="X", probe=probe, client=None, parse=parse
        )

    held = [holder(store) for store in stores[:2]]
    intakes = [
        Intake(store, SystemClock(), settings, {"paris": system(number)}, held[number], store.write)
        for number, store in enumerate(stores[:2])
    ]
    await held[0].renew()
    await held[1].renew()
    await stores[2].write(receipts.save_receipts, [receipt(1), receipt(2)])
    assert [await one.take_up_waiting() for one in intakes] == [2, 0]
    await held[0].release()
    await held[1].renew()
    await stores[2].write(receipts.save_receipts, [receipt(3)])
    assert [await one.take_up_waiting() for one in intakes] == [0, 1]
    assert taken == [0, 0, 1]


async def test_a_sleeper_in_the_middle_of_a_batch_settles_nothing_more(stores, settings):
    held = [holder(store) for store in stores[:2]]
    one, two = (
        Intake(store, SystemClock(), settings, {}, held[number], store.write)
        for number, store in enumerate(stores[:2])
    )
    await held[0].renew()
    await stores[2].write(receipts.save_receipts, [receipt(1)])
    await lapse(stores[0], held[0])
    await held[1].renew()
    with pytest.raises(LeaseLost):
        await one.take_up_waiting()
    assert await two.take_up_waiting() == 1


class Told:
    def __init__(self):
        self.replies = []

    async def give(self, row, reply):
        self.replies.append((row.id, reply.text))


def carrier(store, settings, held, told, clock=None):
    async def nobody_looks():
        raise AssertionError("nobody asks how things stand")

    services = Services(
        store=store,
        clock=clock or SystemClock(),
        settings=settings,
        systems={},
        people=SimpleNamespace(),
        started_at=SystemClock().now(),
        look=nobody_looks,
    )
    return Carrier(services, told, held)


async def asked(store, key, text="help"):
    await store.write(
        invocations.save_invocation,
        key=key,
        kind="command",
        name="pbx",
        slack_user="U0BO",
        slack_channel="C0",
        payload={"text": text},
        asked_at=SystemClock().now(),
    )
    return (await store.read(invocations.list_asked))[-1]


async def test_the_living_tell_what_the_dead_left_and_once(stores, settings):
    dead = holder(stores[0])
    heirs = [holder(store) for store in stores[1:]]
    for one in (dead, *heirs):
        await one.renew()
    row = await asked(stores[0], "k")
    await stores[0].write(invocations.start, row.id, dead.process)
    told = Told()
    carriers = [carrier(s, settings, h, told) for s, h in zip(stores[1:], heirs, strict=True)]
    await asyncio.gather(*(one.recover() for one in carriers))
    assert told.replies == []
    await lapse(stores[0], dead)
    await asyncio.gather(*(one.recover() for one in carriers))
    ((row_id, text),) = told.replies
    assert row_id == row.id
    assert "it may have happened" in text
    assert await stores[0].read(invocations.list_abandoned, set()) == []


async def test_each_command_is_carried_out_by_one_of_three(stores, settings):
    told = Told()
    held = [holder(store) for store in stores]
    for one in held:
        await one.renew()
    carriers = [carrier(s, settings, h, told) for s, h in zip(stores, held, strict=True)]
    for number in range(10):
        await asked(stores[0], f"k{number}")
    await asyncio.gather(*(one.look() for one in carriers))
    await asyncio.gather(*(one.settle() for one in carriers))
    assert len(told.replies) == 10
    assert len({row_id for row_id, _ in told.replies}) == 10


class Full:
    """Leases and reads as usual, but nothing can be written: a full disk."""

    def __init__(self, store):
        self.listen, self.read, self.attempts = store.listen, store.read, 0

    async def write(self, unit, *args, **kwargs):
        self.attempts += 1
        raise DatabaseUnusable("the disk is full")


async def test_what_cannot_be_written_is_not_tried_again_at_once(sqlite_store, settings):
    await asked(sqlite_store, "k")
    full = Full(sqlite_store)
    clock = FixedClock()
    one = carrier(full, settings, Alone(), Told(), clock)
    running = asyncio.ensure_future(one.run())
    for _ in range(50):
        await asyncio.sleep(0.002)
    assert full.attempts == 1
    while full.attempts < 2:
        await clock.advance(1.0)
        await asyncio.sleep(0.002)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_process_that_nobody_believes_alive_carries_nothing_out(stores, settings):
    told, sleeper = Told(), holder(stores[0])
    await sleeper.renew()
    await asked(stores[0], "k")
    await lapse(stores[0], sleeper)
    one = carrier(stores[0], settings, sleeper, told)
    await one.look()
    await one.settle()
    assert told.replies == []
    (row,) = await stores[0].read(invocations.list_asked)
    assert (row.state, row.process) == ("asked", None)


@asynccontextmanager
async def serving(settings):
    async with open_runtime(settings, SystemClock()) as runtime, runtime.working():
        yield runtime


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_two_whole_processes_share_one_database(settings):
    async with serving(settings) as one:
        assert set(one.leases.list_held()) == {"intake", "poller:paris"}
        async with serving(settings) as two:
            assert two.leases.list_held() == []
            assert await two.watch.problems() == ()
            living = await one.leases.list_living()
            assert living == {one.leases.process, two.leases.process}
            await two.store.write(receipts.save_receipts, [receipt(1)])
            for _ in range(100):
                if not await two.store.read(receipts.count_waiting):
                    break
                await asyncio.sleep(0.05)
            assert await two.store.read(receipts.count_waiting) == 0
        assert await one.leases.list_living() == {one.leases.process}


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_a_process_that_is_stopped_lets_the_next_one_go_on_at_once(settings):
    async with serving(settings):
        pass
    async with serving(settings) as two:
        assert set(two.leases.list_held()) == {"intake", "poller:paris"}


@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_on_sqlite_there_are_no_leases_at_all(tmp_path):
    file = copy_to(tmp_path / "ringback.db")
    async with serving(settings_of(f"sqlite:///{file}")) as runtime:
        assert isinstance(runtime.leases, Alone)
        rows = await runtime.store.read(lambda s: s.exec(leases.select(leases.LeaseRow)).all())
        assert rows == []
        assert runtime.leases.skew_seconds == 0.0


async def test_a_job_is_done_by_one_of_three_however_their_clocks_stand(stores):
    now = SystemClock().now()
    for number in range(20):
        slot = now + timedelta(seconds=number)
        got = await asyncio.gather(*(s.write(timers.take_tick, "job", slot) for s in stores))
        assert sorted(got) == [False, False, True]


def missed(session, settings, now):
    call = MissedCall(arrived_at=now, outcome=Outcome.ABANDONED, party="+33123456789")
    new = NewAlert(
        kind="missed_call",
        dedup_key="missed_call:test",
        system="paris",
        tenant="test",
        state=call.state,
        facts=missed_calls.MISSED_CALL.dump_python(call, mode="json"),
    )
    return raise_alert(session, settings, new, now).id


async def test_of_two_who_claim_on_two_nodes_one_is_told_whose_it_is(stores, settings):
    now = SystemClock().now()
    alert_id = await stores[0].write(missed, settings, now)
    inside, go, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def slowly(session):
        note = missed_calls.claim(session, settings, alert_id, "U0ANA", "Ana", now)
        loop.call_soon_threadsafe(inside.set)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()
        return note

    first = asyncio.ensure_future(stores[0].write(slowly))
    await inside.wait()
    claim = missed_calls.claim
    second = asyncio.ensure_future(stores[1].write(claim, settings, alert_id, "U0BO", "Bo", now))
    await asyncio.sleep(0.1)
    go.set()
    assert await first == ""
    assert await second == "Ana has claimed this call."
