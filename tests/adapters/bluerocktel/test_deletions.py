"""Only the documented answer to a DELETE is believed; after any other the thing is looked for."""

import httpx
import pytest
from adapters.bluerocktel.examples import CASES

from bot.adapters.bluerocktel import OPERATIONS
from bot.telephony.errors import OutcomeUnknown, Refused

DELETES = sorted(name for name in OPERATIONS if name.startswith("DELETE"))
NUMBER = {"host_id": 5, "call_id": 1, "audit_id": 1}
DOUBTFUL = [
    *(
        (status, body)
        for status in (200, 201, 202)
        for body in (
            b"false",
            b'{"deleted": false}',
            b'{"status": "error", "message": "in use"}',
            b'{"message": "Cannot delete: host is in use"}',
            b'{"message": "The host was not deleted"}',
            b'{"message": "deleted", "status": "error"}',
            b"0",
            b"null",
            b"[]",
            b"{}",
            b"<html>deleted</html>",
        )
    ),
    (200, b""),
    (200, b'"deleted"'),
    (200, b'{"message": "deleted"}'),
    (204, b'{"message": "Cannot delete"}'),
]


async def run(system, name):
    return await OPERATIONS[name].call(system.client, **CASES[name][0])


def thing(name):
    [number] = CASES[name][0].values()
    return {"id": number, "host_name": "a"}


def answering(wire, deletion, look):
    answers = {"DELETE": deletion, "GET": look}
    wire.answer = lambda request: answers[request.method]


@pytest.mark.parametrize(("status", "body"), DOUBTFUL)
@pytest.mark.parametrize("name", DELETES)
async def test_what_is_gone_after_a_doubtful_answer_was_deleted(name, status, body, wire, wired):
    answering(wire, httpx.Response(status, content=body), httpx.Response(404))

    assert await run(wired(), name) is None
    asked = [(request.method, request.url.path) for request in wire.requests]
    assert asked == [(method, f"/api{CASES[name][1]}") for method in ("DELETE", "GET")]


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("status", "body"), DOUBTFUL)
@pytest.mark.parametrize("name", DELETES)
async def test_what_is_there_after_a_doubtful_answer_was_not(
    name, status, body, wrapped, wire, wired
):
    found = {"data": thing(name)} if wrapped else thing(name)
    answering(wire, httpx.Response(status, content=body), httpx.Response(200, json=found))

    with pytest.raises(Refused, match=r"^office still has that (host|call|audit): it was not"):
        await run(wired(), name)


@pytest.mark.parametrize("look", [b"[]", b"null", b'{"message": "hello"}', b'{"id": 999}', b"x"])
@pytest.mark.parametrize("name", DELETES)
async def test_a_look_that_shows_another_thing_settles_nothing(name, look, wire, wired):
    answering(wire, httpx.Response(200, content=b"false"), httpx.Response(200, content=look))

    with pytest.raises(OutcomeUnknown):
        await run(wired(), name)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "deleted"},
        {"message": "Host deleted successfully."},
        {"success": True, "message": "Host supprimé avec succès"},
        {"status": "success", "message": "The record has been removed."},
        "Success",
    ],
)
@pytest.mark.parametrize("name", DELETES)
async def test_the_documented_answer_is_believed(name, body, wire, wired):
    wire.answers(201, body)

    assert await run(wired(), name) is None
    assert len(wire.requests) == 1
