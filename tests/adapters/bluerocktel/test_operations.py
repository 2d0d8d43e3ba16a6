"""Every operation of the document: its wire form, and what each kind of answer becomes."""

import json

import httpx
import pytest
from adapters.bluerocktel.examples import CASES

from bot.adapters.bluerocktel import OPERATIONS
from bot.adapters.simulation import Fault
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    Refused,
    UnexpectedReply,
    Unreachable,
)

OF_ANY_MEMBERS = "GET /v1/pbx3cx-call-log-details/{id}"
WITHOUT_TOKEN = {"GET /v1/helpers/3cxCountries", "GET /v1/helpers/3cxOpenDestinations"}
CHANGES = sorted(name for name, operation in OPERATIONS.items() if operation.changes)
READS = sorted(OPERATIONS.keys() - CHANGES)
DELETES = [name for name in CHANGES if name.startswith("DELETE")]
STORES = [name for name in CHANGES if not name.startswith("DELETE")]
ONE = sorted(name for name in OPERATIONS if name.endswith("}"))


async def run(system, name):
    return await OPERATIONS[name].call(system.client, **CASES[name][0])


@pytest.fixture
def filled(simulator):
    """The simulator with one row of everything."""
    simulator.pbx.customer_calls_and_hangs_up()
    return simulator


def test_every_operation_of_the_document_is_in_the_table():
    assert OPERATIONS.keys() == CASES.keys()
    assert len(OPERATIONS) == 22
    assert all(operation.summary.endswith(".") for operation in OPERATIONS.values())


def test_what_is_not_a_get_changes_something():
    assert {n for n in OPERATIONS if not n.startswith("GET ")} == set(CHANGES)


@pytest.mark.parametrize("name", sorted(CASES))
async def test_operation_is_spelt_as_in_the_document(name, filled, simulated):
    _, target, body = CASES[name]

    await run(simulated(), name)

    [seen] = filled.simulation.requests
    query = f"?{seen.query}" if seen.query else ""
    assert f"{seen.method} {seen.path}{query}" == f"{name.split()[0]} /api{target}"
    assert (json.loads(seen.body) if seen.body else None) == body
    assert seen.headers["accept"] == "application/json"
    assert ("authorization" in seen.headers) == (name not in WITHOUT_TOKEN)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_is_sent_once_whatever_happens(name, fault, filled, simulated):
    filled.simulation.order(fault, times=99)

    with pytest.raises(BadCredentials if fault is Fault.REFUSE_KEY else OutcomeUnknown):
        await run(simulated(), name)

    method = name.split()[0]
    assert [seen.method for seen in filled.simulation.requests if seen.method != "GET"] == [method]


@pytest.mark.parametrize("name", sorted(set(READS) - WITHOUT_TOKEN))
async def test_a_wrong_token_is_bad_credentials(name, filled, simulated):
    with pytest.raises(BadCredentials):
        await run(simulated(token="wrong-token"), name)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_a_log_in_page_is_bad_credentials(name, wire, wired):
    wire.answers(302, b"", headers={"location": "https://acme.bluerocktel.net/login"})

    with pytest.raises(BadCredentials):
        await run(wired(), name)


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.HTML, Fault.GARBAGE, Fault.ERROR, Fault.HANG])
async def test_nonsense_is_an_unexpected_reply(name, fault, filled, simulated):
    filled.simulation.order(fault, times=99)

    with pytest.raises(UnexpectedReply):
        await run(simulated(), name)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        *((name, body) for name in [*READS, *STORES] for body in (7, "ready", [[]])),
        *((name, {"data": 3}) for name in [*READS, *STORES] if name != OF_ANY_MEMBERS),
        *((name, {"weather": "fine"}) for name in STORES),
        *((name, {"weather": 3}) for name in READS if name != OF_ANY_MEMBERS),
    ],
)
async def test_json_of_another_shape_is_not_taken_for_an_answer(name, body, wire, wired):
    wire.answers(200, body)

    with pytest.raises(UnexpectedReply if name in READS else OutcomeUnknown):
        await run(wired(), name)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_no_connection_is_unreachable(name, wire, wired):
    wire.fails(httpx.ConnectTimeout)

    with pytest.raises(Unreachable):
        await run(wired(), name)

    assert len(wire.requests) == (1 if name in CHANGES else 2)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_a_lost_answer_leaves_a_change_unknown(name, wire, wired):
    wire.fails(httpx.ReadTimeout)

    with pytest.raises(OutcomeUnknown if name in CHANGES else Unreachable):
        await run(wired(), name)

    assert len(wire.requests) == (1 if name in CHANGES else 2)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_a_refusal_inside_a_200_is_a_refusal(name, wire, wired):
    wire.answers(200, {"success": False, "message": "The host is locked."})

    with pytest.raises(Refused, match=r"^office refused: The host is locked\.$"):
        await run(wired(), name)


@pytest.mark.parametrize("name", ONE)
async def test_an_unknown_id_is_refused_by_its_name(name, simulated):
    operation = OPERATIONS[name]
    arguments = {key: 999 if key.endswith("_id") else v for key, v in CASES[name][0].items()}

    with pytest.raises(Refused, match=r"^office has no such (host|call|call log|audit)\.$"):
        await operation.call(simulated().client, **arguments)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (403, Refused, "office does not allow our account to do that."),
        (409, Refused, "office refused: status 409."),
        (422, Refused, "office does not accept what it was sent."),
        (429, Unreachable, "office wants fewer requests: try again in 17 s."),
    ],
)
async def test_each_refusing_status_has_its_sentence(name, status, error, text, wire, wired):
    wire.answers(status, b"<html>SELECT * FROM hosts</html>", headers={"retry-after": "17"})

    with pytest.raises(error) as caught:
        await run(wired(), name)

    assert str(caught.value) == text
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(201, b""), (204, b""), (201, {"message": "deleted"}), (201, "deleted")]
)
@pytest.mark.parametrize("name", DELETES)
async def test_deleting_succeeds_with_any_customary_answer(name, status, body, wire, wired):
    wire.answers(status, body)

    assert await run(wired(), name) is None
    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("name", DELETES)
async def test_after_an_empty_answer_to_a_deletion_the_thing_is_looked_for(
    name, status, wire, wired
):
    answers = {"DELETE": httpx.Response(status), "GET": httpx.Response(404)}
    wire.answer = lambda request: answers[request.method]

    assert await run(wired(), name) is None
    asked = [(request.method, request.url.path) for request in wire.requests]
    assert asked == [(method, f"/api{CASES[name][1]}") for method in ("DELETE", "GET")]


@pytest.mark.parametrize("name", DELETES)
async def test_what_is_still_there_was_not_deleted(name, filled, simulated):
    filled.simulation.order(Fault.EMPTY)

    with pytest.raises(Refused, match=r"^office still has that (host|call|audit): it was not"):
        await run(simulated(), name)


@pytest.mark.parametrize("answer", [(403, {}), (500, {}), (200, b""), (302, b"")])
@pytest.mark.parametrize("name", DELETES)
async def test_a_deletion_that_cannot_be_looked_after_may_have_happened(name, answer, wire, wired):
    status, body = answer
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    answers = {"DELETE": httpx.Response(200), "GET": httpx.Response(status, **content)}
    wire.answer = lambda request: answers[request.method]

    with pytest.raises(OutcomeUnknown):
        await run(wired(), name)


@pytest.mark.parametrize("name", STORES)
async def test_a_change_without_an_answer_body_is_a_success_that_tells_nothing(name, wire, wired):
    wire.answers(204, b"")

    assert await run(wired(), name) is None


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("status", [200, 201])
async def test_a_stored_row_comes_back(name, status, wire, wired):
    wire.answers(status, {"id": 31, "host_name": "pbx-new.example.net"})

    row = await run(wired(), name)

    assert 31 in (getattr(row, "id", None), getattr(row, "row_id", None))
