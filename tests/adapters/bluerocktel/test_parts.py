"""Hosts, audits, the probe, and which parts there are."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.adapters.bluerocktel import VENDOR
from bot.adapters.bluerocktel.parts import AuditTrail
from bot.telephony.audits import AuditEntry
from bot.telephony.errors import NotSupported
from bot.telephony.hosts import Host

PARIS = ZoneInfo("Europe/Paris")


def problem(**more):
    values = {"vendor": "bluerocktel", "url": "https://acme.bluerocktel.net", "token": "t", **more}
    with pytest.raises(ValidationError) as caught:
        VENDOR.settings.model_validate(values)
    return str(caught.value)


async def test_hosts_carry_their_licence_dates(wire, wired, sample):
    wire.answers(200, sample("03"))

    hosts = await wired().hosts.list_hosts()

    assert hosts[0] == Host(
        host_id="5",
        name="pbx-north.example.net",
        active=True,
        code="PBX0005",
        customer_id="42",
        licence_type="Pro",
        activated_on=date(2024, 12, 5),
        renews_on=date(2025, 12, 5),
    )
    assert [host.active for host in hosts] == [True, False, True]


async def test_the_configured_customer_limits_the_hosts(simulator, simulated):
    hosts = await simulated(customer_id=43).hosts.list_hosts()

    assert {host.customer_id for host in hosts} == {"43"}
    assert simulator.simulation.requests[0].query == "customer_id=43"


async def test_a_host_that_does_not_say_whether_it_is_active_is_watched(wire, wired):
    wire.answers(200, [{"id": 5, "host_name": "a", "active": None}])

    [host] = await wired().hosts.list_hosts()

    assert host.active


async def test_the_probe_counts_hosts_with_one_read(simulator, simulated):
    assert await simulated().probe() == "7 hosts, 5 active"
    assert [seen.method for seen in simulator.simulation.requests] == ["GET"]


async def test_audits_say_who_changed_what_and_never_to_what(simulator, simulated, clock):
    system = simulated()
    await clock.advance(60)
    await system.client.update_host(host_id=5, ssh_key="canary", active=False)

    newest, oldest = await AuditTrail(system.client, PARIS).list_entries()

    assert newest == AuditEntry(
        entry_id="2",
        at=clock.now(),
        who="Ada Admin",
        what="updated pbx3cx_host 5: active, ssh_key",
    )
    assert oldest.what == "created pbx3cx_host 5: web_password"


@pytest.mark.parametrize(
    ("row", "who", "what"),
    [
        ({"user_id": 7}, "user 7", "changed"),
        ({"user_name": "Ada", "action": "deleted", "host_id": 3}, "Ada", "deleted 3"),
        ({"user": "Ada", "description": "Host moved"}, "Ada", "Host moved"),
        ({}, None, "changed"),
    ],
)
async def test_an_audit_of_another_shape_is_read_as_far_as_it_goes(row, who, what, wire, wired):
    wire.answers(200, [{"id": 1, "created_at": "2026-11-20 10:00:00", **row}])

    [entry] = await AuditTrail(wired().client, PARIS).list_entries()

    assert (entry.who, entry.what) == (who, what)
    assert entry.at == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("written_at", [None, "yesterday", 5])
async def test_an_audit_without_a_readable_time_is_kept_without_one(written_at, wire, wired):
    wire.answers(200, [{"id": 1, "created_at": written_at}])

    [entry] = await AuditTrail(wired().client, PARIS).list_entries()

    assert entry.at is None


def test_call_logs_are_watched_only_where_settings_say_so(wired):
    silent, watching = wired(), wired(call_logs=True)

    assert (silent.feed, silent.parse) == (None, None)
    assert watching.feed.name == "call_logs"
    assert watching.parse is not None


def test_building_asks_nothing(wire, wired):
    wired(call_logs=True)

    assert wire.requests == []


def test_it_places_no_calls_and_says_so(wired):
    system = wired()

    with pytest.raises(NotSupported, match=r"^office \(BlueRockTEL\) cannot place calls\.$"):
        system.need(system.calls, "place calls")


@pytest.mark.parametrize(
    "url", ["https://acme.bluerocktel.net", "https://acme.bluerocktel.net/api/"]
)
async def test_the_address_may_end_in_api_or_not(url, simulator, simulated):
    await simulated(url=url).probe()

    assert simulator.simulation.requests[0].path == "/api/v1/pbx3cx-hosts"


@pytest.mark.parametrize(
    ("token", "complaint"),
    [
        ("", "printable ASCII"),
        ("two words", "printable ASCII"),
        ("canary\n", "line break"),
        ("canary-é", "printable ASCII"),
    ],
)
def test_a_token_that_fits_in_no_header_is_a_mistake_in_the_settings(token, complaint):
    text = problem(token=token)

    assert complaint in text
    assert "canary" not in text


def test_other_addresses_of_hosts_are_mistakes():
    assert "hosts_path" in problem(hosts_path="hosts")
