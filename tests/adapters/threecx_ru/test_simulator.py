"""The simulator is as unpleasant as the real thing, and says so over HTTP."""

import httpx
import pytest

from bot.adapters.threecx_ru.simulator import KEY, READ_ONLY_KEY, ThreeCxRuSimulator

ROOT = f"/webapi/{KEY}"


@pytest.fixture
def http(simulator):
    transport = httpx.ASGITransport(app=simulator.app)
    return httpx.AsyncClient(transport=transport, base_url="https://pbx.example.ru")


async def test_the_bare_address_tells_the_licence_in_the_vendors_way(http):
    document = (await http.get(f"{ROOT}/")).json()

    assert document["licenseExpire"] == "05.12.2026 09:30:00"


@pytest.mark.parametrize("path", ["/webapi/wrong/pbx.calls.get", f"{ROOT}/no.such.command"])
async def test_a_wrong_key_and_a_wrong_command_look_alike(path, http):
    reply = await http.get(path)

    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")


async def test_a_missing_parameter_is_named(http):
    reply = await http.get(f"{ROOT}/ext.state.get")

    assert (reply.status_code, reply.json()) == (400, {"error": "no parameter num"})


@pytest.mark.parametrize("command", ["ext.del?num=101", "makecall?first=101&second=1"])
async def test_the_read_only_key_changes_nothing(command, http, simulator):
    reply = await http.get(f"/webapi/{READ_ONLY_KEY}/{command}")

    assert reply.status_code == 403
    assert "101" in simulator.pbx.extensions
    assert simulator.pbx.placed == []


async def test_the_read_only_key_may_also_be_refused_inside_a_200(http, simulator):
    simulator.pbx.read_only_status = 200

    reply = await http.get(f"/webapi/{READ_ONLY_KEY}/ext.del?num=101")

    assert (reply.status_code, reply.json()) == (200, {"result": False})


async def test_only_the_query_is_a_post(http):
    assert (await http.post(f"{ROOT}/pbx.calls.get")).status_code == 405
    assert (await http.get(f"{ROOT}/query")).status_code == 405


@pytest.mark.parametrize(("count", "rows"), [(None, 100), (0, 100), (3, 3), (130, 120)])
async def test_a_query_is_limited_to_its_count_or_100_rows(count, rows, http):
    body = {"query": "select recording_url from recordings where recording_url like '101%';"}
    if count is not None:
        body["count"] = count

    reply = await http.post(f"{ROOT}/query", json=body)

    assert len(reply.json()) == rows


async def test_a_query_that_writes_changes_a_copy_only(http):
    count = {"query": "select count(*) as n from recordings"}

    await http.post(f"{ROOT}/query", json={"query": "delete from recordings"})

    assert (await http.post(f"{ROOT}/query", json=count)).json() == [{"n": 150}]


async def test_a_wrong_query_is_quoted_back(http):
    reply = await http.post(f"{ROOT}/query", json={"query": "selec canary"})

    assert reply.status_code == 400
    assert "canary" in reply.json()["error"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("num=%2B15550100", ["1"]),
        ("num=5550100", []),
        ("num=5550100&min_len=9", []),
        ("num=5550100&min_len=7", ["1"]),
        ("num=5550100&min_len=0", ["1"]),
        ("num=995550100&min_len=7", ["1"]),
        ("num=995550100&min_len=8", []),
        ("num=995550199&min_len=2", ["2"]),
    ],
)
async def test_contacts_are_found_by_the_rules_of_the_document(asked, ids, http, simulator):
    simulator.pbx.contacts["2"] = {"phone": "+15550199"}

    assert (await http.get(f"{ROOT}/contact.find?{asked}")).json() == {"ids": ids}


async def test_posts_go_out_in_order_and_unsigned(clock):
    seen = []

    def door(request):
        seen.append(request)
        return httpx.Response(202)

    http = httpx.AsyncClient(transport=httpx.MockTransport(door))
    url = "https://ringback.example.org/phone/moscow?token=made-up"
    simulator = ThreeCxRuSimulator(clock, http=http, webhook_url=url)

    told = await simulator.pbx.webhooks.tell(simulator.pbx.customer_calls_and_hangs_up())

    assert told == "202, 202, 202, 202"
    events = [httpx.Response(200, content=request.content).json()["event"] for request in seen]
    assert events == ["ringing", "ringing", "ringing", "incoming"]
    assert not [name for name in seen[0].headers if "signature" in name or "webhook" in name]


def test_two_scenes_are_two_calls(simulator):
    first, second = (simulator.pbx.customer_calls_and_hangs_up() for _ in range(2))

    assert first[0]["id"] != second[0]["id"]


async def test_free_members_of_a_ring_group_do_not_ring(http, simulator):
    simulator.pbx.customer_calls()

    assert (await http.get(f"{ROOT}/group.free.get?num=700")).json() == {"nums": ["100"]}
