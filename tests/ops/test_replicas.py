"""Several processes on one PostgreSQL: one takes up, and a dead one is made good for."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from support.databases import copy_to
from support.replicas import holder, lapse, settings_of

from bot.alerts import missed_calls
from bot.alerts.missed_call import MissedCall
from bot.alerts.publishing import NewAlert, raise_alert
from bot.clock import SystemClock
from bot.intake import Intake
from bot.leaseholder import Alone
from bot.runtime import open_runtime
from bot.telephony.journeys import Outcome
from bot.telephony.system import PhoneSystem
from storage import leases, receipts, timers
from storage.leases import LeaseLost
from storage.receipts import NewReceipt


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
    return raise_alert(session, settings, new, now)


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
