"""A driver lets things happen at the simulated BlueRockTEL, and our questions bring them."""

from datetime import date, timedelta

import pytest
from support.steering import Driver, Listener, seen_with

from bot.telephony.calls import Disposition
from bot.telephony.events import CallEnded, CallStarted

TOKEN = {"Authorization": "Bearer canary-api-token", "Accept": "application/json"}


@pytest.fixture
def driver(simulator):
    made = Driver(simulator.app)
    made.http.headers.update(TOKEN)
    return made


@pytest.fixture
async def listener(simulated, clock):
    made = Listener(simulated(call_logs=True), clock)
    await made.news()
    return made


@pytest.mark.parametrize(
    ("happening", "disposition"),
    [
        ("hangs_up", Disposition.NO_ANSWER),
        ("is_answered", Disposition.ANSWERED),
        ("voicemail", Disposition.VOICEMAIL),
    ],
)
async def test_a_customers_call_comes_with_the_next_look(happening, disposition, driver, listener):
    await driver.happen(happening, number="+33611111111", seconds="9")

    started, ended = await listener.news()
    assert isinstance(started, CallStarted)
    assert isinstance(ended, CallEnded)
    assert (ended.caller_number, ended.disposition) == ("+33611111111", disposition)
    assert ended.at - started.at == timedelta(seconds=9)


async def test_a_licence_nears_its_end_and_is_renewed(driver, listener, clock):
    async def ends_on():
        hosts = await listener.system.hosts.list_hosts()
        return next(host.renews_on for host in hosts if host.host_id == "6")

    today = clock.now().date()
    await driver.happen("licence_ends", host="6", days="3")
    near = await ends_on()
    await driver.happen("licence_renewed", host="6")

    assert (near, await ends_on()) == (today + timedelta(days=3), today + timedelta(days=365))


async def test_a_change_of_a_host_is_in_the_audit_trail(driver, listener):
    before = await listener.system.audits.list_entries()

    await driver.happen("host_changes", host="6", comment="moved to the attic")

    after = await listener.system.audits.list_entries()
    assert len(after) == len(before) + 1


async def _hosts(driver, query=""):
    return (await driver.http.get(f"/api/v1/pbx3cx-hosts{query}")).json()


async def _is_bare(driver):
    return isinstance(await _hosts(driver), list)


async def _rows_of_a_page(driver):
    await driver.change("paginated", "on")
    return len((await _hosts(driver))["data"])


async def _has_odd_members(driver):
    return "tenant_uuid" in (await _hosts(driver))[0]


async def _lengths_of_dates(driver):
    dates = [host["licence_renewal_date"] for host in await _hosts(driver)]
    assert all(date.fromisoformat(each[:10]) for each in dates if each)
    return {len(each) for each in dates if each}


async def _names_are_whole(driver):
    return all(host["host_name"].isprintable() for host in await _hosts(driver))


HABITS = {
    "garbled": (_names_are_whole, {"off": True, "on": False}),
    "paginated": (_is_bare, {"off": True, "on": False}),
    "per_page": (_rows_of_a_page, {"3": 3, "20": 7}),
    "extra_fields": (_has_odd_members, {"off": False, "on": True}),
    "renewal_dates": (_lengths_of_dates, {"mixed": {10, 27}, "date": {10}, "timestamp": {27}}),
}


@pytest.mark.parametrize("habit", HABITS)
async def test_a_habit_changes_what_is_answered(habit, driver):
    look, expected = HABITS[habit]

    seen = await seen_with(driver, habit, list(expected), lambda: look(driver))

    assert seen == list(expected.values())


async def test_every_habit_is_tried_here(driver):
    assert await driver.offered("habits") == set(HABITS)
