"""Every command of the vendor's document, on the wire and under every fault."""

import re

import httpx
import pytest
from adapters.threecx_ru.examples import ARGUMENTS, DOCUMENTED, STATEMENT

from bot.adapters.simulation import Fault
from bot.adapters.threecx_ru import VENDOR
from bot.adapters.threecx_ru.simulator import KEY
from bot.adapters.threecx_ru.subjects import SUBJECTS
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    PhoneSystemError,
    Refused,
    UnexpectedReply,
    Unreachable,
)

OPERATIONS = VENDOR.operations
CHANGES = sorted(name for name, operation in OPERATIONS.items() if operation.changes)
READS = sorted(name for name, operation in OPERATIONS.items() if not operation.changes)
ONE_OF_EACH = (CHANGES[0], READS[0])


async def call(client, name):
    return await OPERATIONS[name].call(client, **ARGUMENTS.get(name, {}))


def test_all_37_commands_of_the_document_and_the_licence_are_there():
    documented = [line.partition("?")[0] for line in DOCUMENTED]

    assert len(documented) == 37
    assert sorted([*documented, "licence"]) == list(OPERATIONS)


def test_what_rings_sets_adds_or_deletes_is_marked():
    verbs = (".set", ".new", ".update", ".del")

    assert (
        sorted([name for name in OPERATIONS if name.endswith(verbs)] + ["makecall", "query"])
        == CHANGES
    )


@pytest.mark.parametrize("line", DOCUMENTED)
async def test_the_wire_is_spelt_as_the_document_prints_it(line, client, simulator):
    name = line.partition("?")[0]

    await call(client, name)

    [seen] = simulator.simulation.requests
    assert seen.method == ("POST" if name == "query" else "GET")
    assert seen.path == f"/webapi/{KEY}/{name}"
    assert seen.query == line.partition("?")[2]


async def test_the_licence_is_asked_at_the_bare_address(client, simulator):
    await client.licence()

    assert [seen.path for seen in simulator.simulation.requests] == [f"/webapi/{KEY}/"]


async def test_the_query_is_posted_as_json(client, simulator):
    rows = await call(client, "query")

    [seen] = simulator.simulation.requests
    assert httpx.Response(200, content=seen.body).json() == {"query": STATEMENT, "count": 3}
    assert len(rows) == 3


@pytest.mark.parametrize("name", OPERATIONS)
async def test_nothing_but_one_request_is_sent(name, client, simulator):
    await call(client, name)

    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_is_sent_once_whatever_happens(name, fault, client, simulator, network):
    simulator.simulation.order(fault, times=9)
    network.impatient = fault in (Fault.HANG, Fault.HANG_AFTER)

    with pytest.raises(BadCredentials if fault is Fault.REFUSE_KEY else OutcomeUnknown):
        await call(client, name)

    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", READS)
async def test_a_question_is_asked_again_only_when_no_answer_came(
    name, fault, client, simulator, network
):
    simulator.simulation.order(fault, times=9)
    network.impatient = fault in (Fault.HANG, Fault.HANG_AFTER)
    error = {
        Fault.HANG: Unreachable,
        Fault.HANG_AFTER: Unreachable,
        Fault.REFUSE_KEY: BadCredentials,
    }.get(fault, UnexpectedReply)

    with pytest.raises(error):
        await call(client, name)

    assert len(simulator.simulation.requests) == (2 if error is Unreachable else 1)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("raised", [httpx.ConnectError, httpx.ConnectTimeout])
async def test_no_connection_means_that_nothing_happened(name, raised, build):
    def refuse(request):
        raise raised("no")

    with pytest.raises(Unreachable):
        await call(build(httpx.MockTransport(refuse)).client, name)


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_likely_answers_to_a_wrong_key_are_bad_credentials(name, status, answered):
    system, requests = answered("<h1>no</h1>", status)

    with pytest.raises(BadCredentials):
        await call(system.client, name)

    assert len(requests) == 1


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        *((name, 429, "<h1>Slow down</h1>") for name in OPERATIONS),
        *((name, 408, {"message": "Slow down"}) for name in ONE_OF_EACH),
    ],
)
async def test_a_busy_system_wants_to_be_asked_later(name, status, body, answered):
    system, requests = answered(body, status)

    with pytest.raises(Refused if name in CHANGES else Unreachable, match="moscow is too busy"):
        await call(system.client, name)

    assert len(requests) == 1


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        *((name, 405, "<h1>No</h1>") for name in OPERATIONS),
        *((name, status, {}) for name in ONE_OF_EACH for status in (400, 410, 422)),
        *((name, 400, body) for name in ONE_OF_EACH for body in ("", {"code": 7})),
    ],
)
async def test_a_refusal_without_a_reason_is_told_by_its_status(name, status, body, answered):
    system, requests = answered(body, status)

    with pytest.raises(Refused, match=f"^moscow refused: status {status}\\.$"):
        await call(system.client, name)

    assert len(requests) == 1


def test_every_command_has_plain_words_for_what_it_is_about():
    assert sorted(SUBJECTS) == sorted([*OPERATIONS.keys() - {"licence"}, ""])
    assert [words for words in SUBJECTS.values() if "." in words] == []


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"query", "queue.isfree.get"}))
async def test_no_sentence_for_people_names_a_command(name, answered):
    bodies = ["", "{", {}, {"result": False}, {"error": "no"}]
    replies = [(body, 200) for body in bodies]
    replies += [("no", status) for status in (403, 404, 405, 429, 500, 503)]
    replies += [({}, 404), ({"error": f"unknown command {name}"}, 400)]
    for body, status in replies:
        system, _ = answered(body, status)

        with pytest.raises(PhoneSystemError) as caught:
            await call(system.client, name)

        assert not re.search(r"[a-z]\.[a-z]|makecall", str(caught.value)), (body, status)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_error_inside_a_200_is_a_refusal_with_its_reason(name, answered):
    system, requests = answered({"error": "Not licensed."})

    with pytest.raises(Refused) as caught:
        await call(system.client, name)

    assert ("(Not licensed)." in str(caught.value)) is (name != "query")
    assert len(requests) == 1


@pytest.mark.parametrize("body", [{}, "", "\ufeff", "null", {"result": "perhaps"}])
@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"query", "contact.new"}))
async def test_an_answer_that_says_neither_yes_nor_no_is_not_a_success(name, body, answered):
    system, requests = answered(body)

    with pytest.raises((UnexpectedReply, OutcomeUnknown, Refused)):
        await call(system.client, name)

    assert len(requests) == 1
