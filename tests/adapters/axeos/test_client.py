"""Every operation against every way in which an answer can be missing, negative or nonsense."""

import json

import httpx
import pytest

from bot.adapters.axeos import VENDOR
from bot.adapters.transport import READ_ATTEMPTS
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    Refused,
    UnexpectedReply,
    Unreachable,
)

SOME_ID = "11111111-0000-4000-8000-000000000001"

ARGUMENTS = {
    "DELETE call/{unique_id}": {"unique_id": "1763647331.48"},
    "GET acd/stats": {},
    "GET acd/{uuid}/stats": {"uuid": SOME_ID},
    "GET call/{unique_id}": {"unique_id": "1763647331.48"},
    "GET events": {},
    "GET phones": {},
    "GET phones/{uuid}": {"uuid": SOME_ID},
    "GET switches": {},
    "GET switches/{uuid}": {"uuid": SOME_ID},
    "GET system_information": {},
    "GET users": {},
    "GET users/{uuid}": {"uuid": SOME_ID},
    "GET voicemail": {},
    "GET voicemail/{uuid}": {"uuid": SOME_ID},
    "POST acd/stats": {"reset": True},
    "POST acd/{uuid}/stats": {"uuid": SOME_ID, "reset": True},
    "POST call": {"user_name": "pat", "number": "+15550123"},
    "POST switches/{uuid}": {"uuid": SOME_ID, "value": "on"},
    "POST users/{uuid}": {"uuid": SOME_ID, "changes": {"dnd": True}},
}
QUESTIONS = [name for name, operation in VENDOR.operations.items() if not operation.changes]
CHANGES = [name for name, operation in VENDOR.operations.items() if operation.changes]
EVERYTHING = [*QUESTIONS, *CHANGES]
ONE_THING = [name for name in EVERYTHING if "{" in name]

NONSENSE = [
    b"<html><body><h1>Log in</h1></body></html>",
    b'{"half": [1,',
    b'"a word"',
    b"17",
    b"null",
    b'{"unknown": true}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
]


async def run(name, system):
    return await VENDOR.operations[name].call(system.client, **ARGUMENTS[name])


def test_every_operation_is_tried():
    assert ARGUMENTS.keys() == VENDOR.operations.keys()


@pytest.mark.parametrize("name", EVERYTHING)
async def test_bad_credentials_are_reported_as_such(name, answering):
    system, network = answering(httpx.Response(401))

    with pytest.raises(BadCredentials):
        await run(name, system)

    assert len(network.requests) == 1


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
async def test_a_refusal_is_reported_as_such(name, status, answering):
    system, network = answering(httpx.Response(status))

    with pytest.raises(Refused, match="paris"):
        await run(name, system)

    assert len(network.requests) == 1


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_no_connection_means_that_nothing_happened(name, failure, answering):
    def fail(request):
        raise failure("nobody there")

    system, network = answering(fail)

    with pytest.raises(Unreachable):
        await run(name, system)

    assert len(network.requests) == (READ_ATTEMPTS if name in QUESTIONS else 1)


LOST = [
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
]


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("failure", LOST)
async def test_a_question_without_an_answer_is_asked_again(name, failure, answering):
    def fail(request):
        raise failure("lost")

    system, network = answering(fail)

    with pytest.raises(Unreachable):
        await run(name, system)

    assert len(network.requests) == READ_ATTEMPTS


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("failure", LOST)
async def test_a_change_without_an_answer_may_have_happened_and_is_not_repeated(
    name, failure, answering
):
    def fail(request):
        raise failure("lost")

    system, network = answering(fail)

    with pytest.raises(OutcomeUnknown):
        await run(name, system)

    assert len(network.requests) == 1


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("body", [*NONSENSE, b""])
async def test_a_nonsense_answer_to_a_question_is_not_believed(name, body, answering):
    system, _ = answering(httpx.Response(200, content=body))

    with pytest.raises(UnexpectedReply):
        await run(name, system)


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name in ONE_THING])
async def test_an_empty_list_is_no_answer_about_one_thing(name, answering):
    system, _ = answering(httpx.Response(200, json=[]))

    with pytest.raises(UnexpectedReply):
        await run(name, system)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("body", NONSENSE)
async def test_a_nonsense_answer_to_a_change_leaves_the_outcome_open(name, status, body, answering):
    system, network = answering(httpx.Response(status, content=body))

    with pytest.raises(OutcomeUnknown, match="may have happened"):
        await run(name, system)

    assert len(network.requests) == 1


@pytest.mark.parametrize("name", CHANGES)
async def test_an_empty_answer_to_a_change_leaves_the_outcome_open(name, answering):
    system, _ = answering(httpx.Response(200))

    with pytest.raises(OutcomeUnknown):
        await run(name, system)


async def test_a_switch_that_is_set_without_a_word_is_asked_for(answering):
    switch = {"uuid": SOME_ID, "name": "Night", "value": "on"}
    bodies = {"POST": b"", "GET": json.dumps(switch).encode()}
    system, network = answering(lambda sent: httpx.Response(200, content=bodies[sent.method]))

    assert (await run("POST switches/{uuid}", system)).value == "on"
    assert [request.method for request in network.requests] == ["POST", "GET"]


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_question_that_comes_at_a_bad_time_may_be_asked_later(name, status, answering):
    system, _ = answering(httpx.Response(status, text="<h1>Server Error</h1>"))

    with pytest.raises(Unreachable, match=r"just now|at the moment"):
        await run(name, system)


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_met_by_an_internal_error_may_have_happened(name, answering):
    system, network = answering(httpx.Response(500))

    with pytest.raises(OutcomeUnknown):
        await run(name, system)

    assert len(network.requests) == 1


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_that_comes_too_soon_is_refused(name, answering):
    system, network = answering(httpx.Response(429))

    with pytest.raises(Refused, match="try again"):
        await run(name, system)

    assert len(network.requests) == 1


@pytest.mark.parametrize("name", EVERYTHING)
async def test_a_redirection_is_not_followed(name, answering):
    system, network = answering(
        httpx.Response(302, headers={"Location": "https://elsewhere.example/login"})
    )

    with pytest.raises((UnexpectedReply, OutcomeUnknown)):
        await run(name, system)

    assert {request.url.host for request in network.requests} == {"pbx.example.org"}


@pytest.mark.parametrize("name", ONE_THING)
@pytest.mark.parametrize("identifier", ["", ".", "..", " "])
async def test_no_identifier_means_no_request(name, identifier, answering):
    system, network = answering(httpx.Response(200, json=[]))
    identified_by = "unique_id" if "{unique_id}" in name else "uuid"
    arguments = ARGUMENTS[name] | {identified_by: identifier}

    with pytest.raises(Refused, match="identifier"):
        await VENDOR.operations[name].call(system.client, **arguments)

    assert network.requests == []


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
