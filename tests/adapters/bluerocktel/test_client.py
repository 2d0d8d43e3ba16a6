"""What the client makes of hosts, of pages, and of rows that no document describes."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime

import httpx
import pytest

from bot.adapters.bluerocktel import OPERATIONS
from bot.adapters.bluerocktel.models import HostProperties, HostRow
from bot.telephony.errors import Refused, UnexpectedReply

SECRETS = {"web_password", "ssh_password", "ssh_key", "licence_key"}


async def test_hosts_of_the_documented_bare_array_are_read(wire, wired, sample):
    wire.answers(200, sample("03"))

    north, south, west = await wired().client.list_hosts()

    assert (north.id, north.host_name, north.active) == (5, "pbx-north.example.net", True)
    assert (south.active, south.licence_renewal_date) == (False, None)
    assert north.licence_renewal_date == date(2025, 12, 5)
    assert west.licence_renewal_date == date(2025, 11, 20)
    assert north.updated_at == datetime(2025, 11, 1, 4, tzinfo=UTC)


async def test_hosts_in_an_envelope_are_read_alike(wire, wired, sample):
    wire.answers(200, sample("04"))

    [host] = await wired().client.list_hosts()

    assert host.code == "PBX0005"
    assert len(wire.requests) == 1


async def test_pages_are_followed_to_the_last_and_keep_the_filter(simulator, simulated):
    simulator.pbx.paginated, simulator.pbx.per_page = True, 2

    hosts = await simulated().client.list_hosts(customer_id=42)

    assert [host.id for host in hosts] == [5, 6, 7, 8]
    assert [seen.query for seen in simulator.simulation.requests] == [
        "customer_id=42",
        "customer_id=42&page=2",
    ]


async def test_page_numbers_under_meta_are_followed_too(wire, wired):
    def page(request):
        number = int(request.url.params.get("page", "1"))
        rows = [{"id": number, "host_name": f"pbx{number}.example.net"}]
        return httpx.Response(
            200, json={"data": rows, "meta": {"current_page": number, "last_page": 3}}
        )

    wire.answer = page

    assert [host.id for host in await wired().client.list_hosts()] == [1, 2, 3]


async def test_a_server_that_ignores_the_page_number_is_not_believed(wire, wired):
    wire.answers(200, {"data": [], "current_page": 1, "last_page": 2})

    with pytest.raises(UnexpectedReply):
        await wired().client.list_hosts()

    assert len(wire.requests) == 2


async def test_endless_pages_are_not_read(wire, wired):
    wire.answers(200, {"data": [], "current_page": 1, "last_page": 100_000})

    with pytest.raises(UnexpectedReply):
        await wired().client.list_hosts()

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("spelt", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20T00:00:00.000000Z", date(2026, 11, 20)),
        ("2026-11-20T00:00:00+00:00", date(2026, 11, 20)),
        ("2026-11-19T23:00:00.000000Z", date(2026, 11, 20)),
        ("2026-06-19T22:00:00.000000Z", date(2026, 6, 20)),
        ("2026-11-20 00:00:00", date(2026, 11, 20)),
        ("2026-11-20T00:00:00+01:00", date(2026, 11, 20)),
        ("0000-00-00", None),
        ("-0001-11-30T00:00:00.000000Z", None),
        ("", None),
        (None, None),
    ],
)
async def test_every_spelling_of_a_renewal_date_is_the_same_day(spelt, day, wire, wired):
    wire.answers(200, {"id": 5, "host_name": "a", "licence_renewal_date": spelt})

    host = await wired().client.fetch_host(host_id=5)

    assert host.licence_renewal_date == day


async def test_an_absent_renewal_date_is_none(wire, wired):
    wire.answers(200, {"id": 5, "host_name": "a"})

    assert (await wired().client.fetch_host(host_id=5)).licence_renewal_date is None


@pytest.mark.parametrize("spelt", ["31/12/2026", "soon", 20261231, {"date": "2026-12-31"}])
async def test_a_renewal_date_that_cannot_be_read_is_said_not_skipped(spelt, wire, wired):
    wire.answers(200, [{"id": 5, "host_name": "a", "licence_renewal_date": spelt}])

    with pytest.raises(UnexpectedReply):
        await wired().client.list_hosts()


async def test_a_host_in_a_data_wrapper_is_read(wire, wired):
    wire.answers(200, {"data": {"id": 5, "host_name": "a"}})

    assert (await wired().client.fetch_host(host_id=5)).id == 5


async def test_the_deprecated_address_of_hosts_can_be_chosen(simulator, simulated):
    system = simulated(hosts_path="pbx3cx_hosts")

    await system.client.list_hosts()
    await system.client.update_host(host_id=5, active=False)

    paths = [seen.path for seen in simulator.simulation.requests]
    assert paths == ["/api/v1/pbx3cx_hosts", "/api/v1/pbx3cx_hosts/5"]


async def test_all_28_properties_can_be_written(simulator, simulated):
    operation = OPERATIONS["PUT /v1/pbx3cx-hosts/{id}"]
    samples = {bool: True, int: 7, str: "text", date: date(2027, 2, 28)}
    kinds = {p.name: p.annotation for p in operation.parameters}
    written = {name: samples[kinds[name].__args__[0]] for name in HostProperties.__annotations__}

    await operation.call(simulated().client, host_id=5, **written)

    assert len(written) == 28
    sent = json.loads(simulator.simulation.requests[0].body)
    assert sent == {**written, "licence_activation_date": "2027-02-28"} | {
        "licence_renewal_date": "2027-02-28"
    }
    assert simulator.pbx.hosts[5].items() >= sent.items()


def test_creating_takes_the_same_properties_and_needs_the_name():
    parameters = {p.name: p for p in OPERATIONS["POST /v1/pbx3cx-hosts"].parameters}

    assert parameters.keys() == HostProperties.__annotations__.keys()
    required = [name for name, p in parameters.items() if p.default is p.empty]
    assert required == ["host_name"]


async def test_only_what_is_given_is_written(simulator, simulated):
    await simulated().client.update_host(host_id=5, fetch_cdr=False, comment=None)

    assert json.loads(simulator.simulation.requests[0].body) == {"fetch_cdr": False}


async def test_a_property_can_be_cleared_by_name(simulator, simulated):
    host = await simulated().client.update_host(host_id=5, clear=["licence_renewal_date"])

    assert host.licence_renewal_date is None
    assert simulator.pbx.hosts[5]["licence_renewal_date"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"clear": ["host_name"]},
        {"clear": ["id"]},
        {"clear": ["comment"], "comment": "kept"},
    ],
)
async def test_an_update_that_makes_no_sense_is_not_sent(arguments, simulator, simulated):
    with pytest.raises(Refused):
        await simulated().client.update_host(host_id=5, **arguments)

    assert simulator.simulation.requests == []


async def test_a_property_that_hosts_lack_is_a_mistake_of_the_caller(simulator, simulated):
    with pytest.raises(TypeError, match="licence_renewal"):
        await simulated().client.update_host(host_id=5, licence_renewal="2027-01-01")

    assert simulator.simulation.requests == []


async def test_a_failed_validation_names_the_fields(wire, wired, sample):
    wire.answers(422, sample("08"))

    with pytest.raises(Refused, match=r"^office does not accept host_name\.$"):
        await wired().client.create_host(host_name="")


@pytest.mark.parametrize(
    "message",
    [
        "SQLSTATE[42S02]: Base table or view not found",
        "<b>Locked</b>",
        "Locked for blue-canary-7",
        "Locked, token missing",
        "x" * 121,
        "\ud83d maintenance",
        "Lo\x00cked",
        "\x1b[31mLocked",
    ],
)
async def test_a_reason_that_is_not_fit_to_show_is_not_shown(message, wire, wired):
    wire.answers(409, json.dumps({"message": message}).encode())

    with pytest.raises(Refused) as caught:
        await wired().client.update_host(host_id=5, ssh_key="blue-canary-7")

    assert str(caught.value) == "office refused: status 409."


async def test_a_refusal_inside_a_200_does_without_a_reason_that_is_broken(wire, wired):
    wire.answers(200, b'{"error": "\\ud83d maintenance"}')

    with pytest.raises(Refused) as caught:
        await wired().hosts.list_hosts()

    assert str(caught.value) == "office refused."


def test_the_host_model_has_no_place_for_secrets():
    assert not SECRETS & HostRow.model_fields.keys()
    assert HostProperties.__annotations__.keys() >= SECRETS


async def test_rows_keep_every_member_but_those_that_smell_of_a_secret(wire, wired):
    wire.answers(
        200,
        [
            {
                "id": "77",
                "status": "missed",
                "number_from": "+33612345678",
                "sip_password": "canary",
                "api_token": "canary",
                "surprise": ["kept"],
                "subject": "the new password is canary",
                "from": {"caller_name": "Ada", "pin": "canary"},
            }
        ],
    )

    [row] = await wired().client.list_call_logs()

    assert row.row_id == 77
    assert row.fields["from"] == {"caller_name": "Ada"}
    assert row.fields["surprise"] == ["kept"]
    assert row.fields["subject"] == "(withheld)"
    assert "canary" not in repr([getattr(row, f.name) for f in fields(row)])


async def test_an_audit_keeps_the_names_of_what_changed_and_not_the_values(wire, wired):
    values = {"old_values": {"comment": "canary"}, "new_values": {"web_password": "canary"}}
    wire.answers(200, [{"id": 1, "event": "updated", **values}])

    [row] = await wired().client.list_audits()

    assert row.fields["changed"] == ["comment", "web_password"]
    assert "canary" not in repr(row)


async def test_helper_lists_may_be_names_by_their_codes(wire, wired):
    wire.answers(200, {"FR": "France", "BE": "Belgium"})

    france, belgium = await wired().client.list_countries()

    assert france.fields == {"code": "FR", "name": "France"}
    assert belgium.fields == {"code": "BE", "name": "Belgium"}


async def test_details_may_be_a_list_of_parts(wire, wired):
    wire.answers(200, [{"step": 1, "sip_password": "canary"}, {"step": 2}])

    row = await wired().client.fetch_call_log_details(call_log_id=7)

    assert row.row_id == 7
    assert row.fields == {"details": [{"step": 1}, {"step": 2}]}


async def test_helper_lists_may_hold_bare_names(wire, wired):
    wire.answers(200, ["France", {"code": "BE", "name": "Belgium"}])

    france, belgium = await wired().client.list_countries()

    assert france.fields == {"name": "France"}
    assert belgium.fields == {"code": "BE", "name": "Belgium"}
    assert "authorization" not in wire.requests[0].headers
