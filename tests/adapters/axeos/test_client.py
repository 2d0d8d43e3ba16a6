"""Every operation against every way in which an answer can be missing, negative or nonsense."""

import json

import httpx
import pytest
from adapters.axeos.arguments import ARGUMENTS, SOME_ID, run

from bot.adapters.axeos import VENDOR
from bot.adapters.transport import READ_ATTEMPTS
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    Refused,
    UnexpectedReply,
    Unreachable,
)

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
