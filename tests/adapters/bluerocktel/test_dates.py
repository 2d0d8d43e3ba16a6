"""Dates at the ends of time, and dates that cannot be read."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from adapters.bluerocktel.test_events import LOG, raw
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.bluerocktel.events import parse_call_log
from bot.adapters.bluerocktel.models import read_day, read_moment
from bot.adapters.bluerocktel.parts import AuditTrail
from bot.alerts.licence_renewal import due_reminders
from bot.telephony.errors import UnexpectedReply, UnknownEvent, UnparsableEvent

PARIS, NEW_YORK = "Europe/Paris", "America/New_York"
SOON = {"id": 6, "host_name": "b", "licence_renewal_date": "2025-11-25"}


@pytest.mark.parametrize("zone", [PARIS, NEW_YORK])
@pytest.mark.parametrize(
    "spelt",
    [
        "9999-12-31",
        "9999-12-31T23:59:59.000000Z",
        "9999-12-31 23:59:59",
        "9999-12-31T23:59:59-05:00",
    ],
)
async def test_a_licence_without_an_end_needs_no_reminder(spelt, zone, wire, wired):
    wire.answers(200, [{"id": 5, "host_name": "a", "licence_renewal_date": spelt}, SOON])

    endless, soon = await wired(timezone=zone).hosts.list_hosts()

    assert endless.renews_on == date(9999, 12, 31)
    [reminder] = due_reminders([endless, soon], date(2025, 11, 20), [30, 7])
    assert reminder.host_id == "6"


@pytest.mark.parametrize("spelt", ["0001-01-01 00:00:00", "0001-01-01T00:00:00Z", "0001-01-01"])
async def test_the_first_day_of_all_is_a_date_that_was_never_set(spelt, wire, wired):
    dates = {"licence_renewal_date": spelt, "updated_at": spelt}
    wire.answers(200, [{"id": 5, "host_name": "a", **dates}, SOON])
    system = wired()

    unset, _ = await system.client.list_hosts()

    assert (unset.licence_renewal_date, unset.updated_at, unset.unreadable) == (None, None, ())
    assert await system.probe() == "2 hosts, 2 active"


@pytest.mark.parametrize("spelt", ["31/12/2026", "soon", 7, {"date": "2026-12-31"}, "10000-01-01"])
async def test_a_date_that_cannot_be_read_costs_no_other_host(spelt, wire, wired, caplog):
    wire.answers(200, [{"id": 5, "host_name": "a", "licence_renewal_date": spelt}, SOON])
    system = wired()

    hosts = await system.hosts.list_hosts()
    told = await system.probe()

    assert [(host.host_id, host.renews_on, host.end_is_unreadable) for host in hosts] == [
        ("5", None, True),
        ("6", date(2025, 11, 25), False),
    ]
    assert told == "2 hosts, 2 active, 1 with dates that cannot be read"
    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("WARNING", "office: dates that cannot be read: licence_renewal_date of host 5")
    ]


async def test_dates_that_are_readable_again_are_said_so_once(wire, wired, caplog):
    caplog.set_level("INFO", logger="bot.adapters.bluerocktel")
    system = wired()
    wire.answers(200, [{"id": 5, "host_name": "a", "licence_renewal_date": "soon"}, SOON])
    await system.client.list_hosts()
    wire.answers(200, [SOON])

    await system.client.list_hosts()
    await system.client.list_hosts()

    assert [line.levelname for line in caplog.records] == ["WARNING", "INFO"]


async def test_a_list_in_which_no_end_of_a_licence_can_be_read_is_an_error(wire, wired):
    hosts = [{"id": n, "host_name": "a", "licence_renewal_date": "31/12/2026"} for n in (5, 6)]
    wire.answers(200, hosts)

    with pytest.raises(UnexpectedReply):
        await wired().hosts.list_hosts()


async def test_one_host_names_the_dates_that_cannot_be_read(wire, wired):
    wire.answers(200, {"id": 5, "host_name": "a", "updated_at": "soon", "unreadable": ["code"]})

    host = await wired().client.fetch_host(host_id=5)

    assert (host.updated_at, host.unreadable) == (None, ("updated_at",))


@pytest.mark.parametrize("at", ["9999-12-31 23:59:59", "9999-12-31T23:59:59Z", "0001-01-02"])
async def test_an_audit_at_the_end_of_time_is_kept_without_one(at, wire, wired):
    wire.answers(200, [{"id": 1, "created_at": at}])

    [entry] = await AuditTrail(wired().client, ZoneInfo(PARIS)).list_entries()

    assert entry.at is None


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-02 00:00:00"])
def test_a_call_at_the_end_of_time_is_unparsable(at, wired):
    with pytest.raises(UnparsableEvent):
        wired(call_logs=True).parse(raw({**LOG, "started_at": at}))


@given(
    day=st.sampled_from(["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"]),
    hour=st.times(),
    zone=st.timezones(),
    offset=st.sampled_from(["", "Z", "+14:00", "-12:00", "+23:59", "-23:59"]),
)
def test_no_date_is_too_far_off_to_be_read(day, hour, zone, offset):
    spelt = f"{day}T{hour.isoformat()}{offset}"

    read = read_moment(spelt, zone)

    assert read is None or read.tzinfo is UTC
    assert isinstance(read_day(spelt, zone), date | None)
    with pytest.raises((UnparsableEvent, UnknownEvent)):
        parse_call_log(raw({**LOG, "ended_at": spelt, "started_at": spelt}), zone)
