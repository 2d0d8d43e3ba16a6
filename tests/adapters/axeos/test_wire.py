"""What is asked and how long it is waited for, and how answers are spelt."""

from codecs import BOM_UTF8

import httpx
import pytest
from adapters.axeos.arguments import SOME_ID, run

from bot.telephony.errors import (
    Refused,
)


async def test_an_identifier_cannot_leave_its_place_in_the_path(answering):
    system, network = answering(httpx.Response(404))

    with pytest.raises(Refused):
        await system.client.fetch_user(uuid="../events?last=1#")

    [request] = network.requests
    assert request.url.raw_path == b"/apis/pbx/users/..%2Fevents%3Flast%3D1%23"


async def test_a_base_address_below_a_folder_is_kept(answering):
    system, network = answering(httpx.Response(200, json=[]), url="https://gate.example/paris/")

    await system.client.list_users()

    assert str(network.requests[0].url) == "https://gate.example/paris/apis/pbx/users"


@pytest.mark.parametrize("changes", [{}, {"password": "x"}, {"dnd": True, "uuid": "x"}])
async def test_only_documented_user_settings_are_sent(changes, answering):
    system, network = answering(httpx.Response(200, json={}))

    with pytest.raises(Refused, match="call_forward, cw, dnd, hot_desk"):
        await system.client.update_user(uuid=SOME_ID, changes=changes)

    assert network.requests == []


@pytest.mark.parametrize("hold_seconds", [None, 7])
async def test_an_event_request_is_waited_for_longer_than_the_pbx_holds_it(hold_seconds, answering):
    system, network = answering(
        httpx.Response(200, json=[]), event_timeout_seconds=45, timeout_seconds=5
    )

    await system.client.list_events(hold_seconds=hold_seconds)

    held = hold_seconds or 45
    [request] = network.requests
    assert request.url.params["timeout"] == str(held)
    assert request.extensions["timeout"] == {"connect": 5, "read": held + 5, "write": 5, "pool": 5}


async def test_a_call_is_waited_for_as_long_as_a_phone_may_ring(answering):
    system, network = answering(httpx.Response(503), call_timeout_seconds=90)

    with pytest.raises(Refused):
        await run("POST call", system)

    assert network.requests[0].extensions["timeout"]["read"] == 90


async def test_one_queue_may_come_alone_or_as_a_list_of_one(answering, sample):
    [queue] = sample("acd_stats")["response"]["body_json"]
    for form in (queue, [queue]):
        system, _ = answering(httpx.Response(200, json=form))

        found = await run("GET acd/{uuid}/stats", system)

        assert (found.calls_waiting, found.service_level) == (6, 74.5)


async def test_the_documented_lists_are_read_whole(answering, sample):
    for name, operation in (("users_status", "GET users"), ("phones_status", "GET phones")):
        [thing] = sample(name)["response"]["body_json"]
        system, _ = answering(httpx.Response(200, json=[thing]))

        [found] = await run(operation, system)

        told = found.model_dump(mode="json", exclude_unset=True)
        assert told["uuid"] == thing["uuid"]
        assert told.keys() == thing.keys()


async def test_both_spellings_of_a_switch_value_are_read(answering, sample):
    values = []
    for case in sample("switches")["cases"]:
        system, _ = answering(httpx.Response(200, json=case["body_json"]))
        [found] = await run("GET switches", system)
        values.append(found.value)

    assert values == [None, True]


async def test_a_name_in_a_broken_encoding_does_not_hide_its_owner(answering):
    body = b'[{"uuid": "u1", "username": "jos\xe9", "full_name": "Jos\\udce9 \\u0000"}]'
    system, _ = answering(httpx.Response(200, content=body))

    [user] = await run("GET users", system)

    assert user.username.startswith("jos")
    assert user.full_name == "Jos "


async def test_a_byte_order_mark_before_an_answer_says_nothing(answering):
    body = BOM_UTF8 + b'[{"uuid": "u1", "username": "pat"}]'
    system, _ = answering(httpx.Response(200, content=body))

    [user] = await run("GET users", system)

    assert user.username == "pat"
