"""The simulator keeps to the document, also where that is unpleasant."""

from datetime import date, timedelta

import httpx
import pytest

SECRETS = ("web_password", "ssh_password", "ssh_key", "licence_key")
TOKEN = {"Authorization": "Bearer canary-api-token", "Accept": "application/json"}


@pytest.fixture
def http(simulator):
    transport = httpx.ASGITransport(app=simulator.app)
    return httpx.AsyncClient(transport=transport, base_url="http://sim/api/v1", headers=TOKEN)


async def test_hosts_come_as_a_bare_array_with_their_secrets(http):
    hosts = (await http.get("/pbx3cx-hosts")).json()

    assert isinstance(hosts, list)
    assert all(host[name] for host in hosts for name in SECRETS)


async def test_renewal_dates_cover_every_case_in_both_spellings(http, clock):
    hosts = (await http.get("/pbx3cx-hosts")).json()

    spelt = [host["licence_renewal_date"] for host in hosts]
    days = {
        None if text is None else (date.fromisoformat(text[:10]) - clock.now().date()).days
        for text in spelt
    }
    assert days >= {None, -12, 0, 1, 7, 30}
    assert {len(text) for text in spelt if text} == {10, 27}
    assert {host["active"] for host in hosts} == {True, False}


async def test_lists_can_be_wrapped_into_pages(http, simulator):
    simulator.pbx.paginated, simulator.pbx.per_page = True, 4

    page = (await http.get("/pbx3cx_hosts?page=2")).json()

    assert (page["current_page"], page["last_page"], page["total"]) == (2, 2, 7)
    assert len(page["data"]) == 3


async def test_changing_and_deleting_answer_201(http, simulator):
    changed = await http.put("/pbx3cx-hosts/5", json={"comment": "x"})
    deleted = await http.delete("/pbx3cx_hosts/6")

    assert (changed.status_code, deleted.status_code) == (201, 201)
    assert simulator.pbx.hosts[5]["comment"] == "x"
    assert 6 not in simulator.pbx.hosts


@pytest.mark.parametrize(
    "path",
    [
        "pbx3cx-hosts/999",
        "pbx3cx_calls/999",
        "pbx3cx-audits/x",
        "pbx3cx/999/origins",
        "pbx3cx-call-logs/999",
        "pbx3cx-call-log-details/999",
    ],
)
async def test_unknown_ids_are_404_in_json(path, http):
    reply = await http.get(f"/{path}")

    assert (reply.status_code, reply.json()) == (404, {"message": "Not found"})


async def test_without_a_token_json_gets_401_and_browsers_a_log_in_page(http):
    json_reply = await http.get("/pbx3cx-hosts", headers={"Authorization": ""})
    browser = await http.get("/pbx3cx-hosts", headers={"Authorization": "", "Accept": "*/*"})

    assert (json_reply.status_code, json_reply.json()) == (401, {"message": "Unauthenticated."})
    assert (browser.status_code, browser.headers["location"]) == (302, "/login")


@pytest.mark.parametrize("helper", ["3cxCountries", "3cxOpenDestinations"])
async def test_helpers_answer_without_a_token(helper, http):
    reply = await http.get(f"/helpers/{helper}", headers={"Authorization": ""})

    assert reply.status_code == 200
    assert reply.json()


async def test_a_host_without_a_name_is_not_accepted(http, simulator):
    before = dict(simulator.pbx.hosts)

    replies = [
        await http.post("/pbx3cx-hosts", json={"code": "X"}),
        await http.put("/pbx3cx-hosts/5", json={"host_name": None}),
    ]

    assert [reply.status_code for reply in replies] == [422, 422]
    assert simulator.pbx.hosts == before


async def test_a_new_host_gets_a_number_and_a_code(http):
    reply = await http.post("/pbx3cx-hosts", json={"host_name": "pbx-new.example.net"})

    assert reply.status_code == 201
    assert (reply.json()["id"], reply.json()["code"]) == (12, "PBX0012")


async def test_creating_a_call_log_refreshes_the_call_logs(http, simulator):
    await http.post("/pbx3cx-call-logs", json={"status": "missed"})

    assert simulator.pbx.call_log_refreshes == 1


async def test_a_missed_call_appears_in_calls_and_call_logs(http, simulator, clock):
    number = simulator.pbx.customer_calls_and_hangs_up("+33611111111", rang_seconds=9)

    log = (await http.get(f"/pbx3cx-call-logs/{number}")).json()
    assert (log["status"], log["number_from"]) == ("missed", "+33611111111")
    assert len((await http.get("/pbx3cx_calls")).json()) == 1
    assert log["started_at"] == f"{clock.now() - timedelta(seconds=9):%Y-%m-%dT%H:%M:%S}.000000Z"


async def test_a_renewed_licence_shows(http, simulator):
    simulator.pbx.renew(7, date(2027, 11, 20))

    host = (await http.get("/pbx3cx-hosts/7")).json()

    assert host["licence_renewal_date"] == "2027-11-20"


async def test_odd_members_can_be_switched_on(http, simulator):
    simulator.pbx.extra_fields = True

    assert "tenant_uuid" in (await http.get("/pbx3cx-hosts/5")).json()
