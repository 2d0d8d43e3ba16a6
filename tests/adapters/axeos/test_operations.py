"""What goes over the wire, compared with the document's own paths and parameters."""

import base64
import json

import pytest

from bot.adapters.axeos import VENDOR
from bot.adapters.axeos.simulated_pbx import (
    KIM_BOX,
    NIGHT,
    PAT,
    PAT_PHONE,
    SUPPORT,
    SimulatedCall,
)

CALL = "1763647331.48"

WIRE = {
    "GET system_information": ({}, "/system_information", "", None),
    "GET users": ({"status": True, "appid": "wall"}, "/users", "status=1&appid=wall", None),
    "GET users/{uuid}": ({"uuid": PAT}, f"/users/{PAT}", "", None),
    "POST users/{uuid}": (
        {"uuid": PAT, "changes": {"call_forward": None, "cw": False, "dnd": True}},
        f"/users/{PAT}",
        "",
        {"call_forward": None, "cw": False, "dnd": True},
    ),
    "GET phones": ({"status": True}, "/phones", "status=1", None),
    "GET phones/{uuid}": ({"uuid": PAT_PHONE}, f"/phones/{PAT_PHONE}", "", None),
    "GET voicemail": ({"status": True}, "/voicemail", "status=1", None),
    "GET voicemail/{uuid}": (
        {"uuid": KIM_BOX, "password": "2222"},
        f"/voicemail/{KIM_BOX}",
        "password=2222",
        None,
    ),
    "GET events": (
        {"last": 511, "hold_seconds": 0, "limit": 100},
        "/events",
        "last=511&timeout=0&limit=100",
        None,
    ),
    "POST call": (
        {"user_name": "pat", "number": "+15550123", "phone_uuid": PAT_PHONE, "auto_answer": True},
        "/call",
        "",
        {"user_name": "pat", "number": "+15550123", "phone_uuid": PAT_PHONE, "auto_answer": True},
    ),
    "GET call/{unique_id}": ({"unique_id": CALL}, f"/call/{CALL}", "", None),
    "DELETE call/{unique_id}": ({"unique_id": CALL}, f"/call/{CALL}", "", None),
    "GET switches": ({"status": True}, "/switches", "status=1", None),
    "GET switches/{uuid}": ({"uuid": NIGHT}, f"/switches/{NIGHT}", "", None),
    "POST switches/{uuid}": (
        {"uuid": NIGHT, "value": "on"},
        f"/switches/{NIGHT}",
        "",
        {"value": "on"},
    ),
    "GET acd/stats": (
        {"agents": True, "calls": True, "relative": True},
        "/acd/stats",
        "agents=1&calls=1&relative=1",
        None,
    ),
    "POST acd/stats": ({"reset": True}, "/acd/stats", "", {"reset": True}),
    "GET acd/{uuid}/stats": ({"uuid": SUPPORT}, f"/acd/{SUPPORT}/stats", "", None),
    "POST acd/{uuid}/stats": (
        {"uuid": SUPPORT, "agents": True, "reset": True},
        f"/acd/{SUPPORT}/stats",
        "",
        {"agents": True, "reset": True},
    ),
}


@pytest.fixture
def office(simulator, clock):
    """The simulator with a call going on under the identifier that the table asks for."""
    members = simulator.calls.members(caller={"user_uuid": PAT}) | {"unique_id": CALL}
    simulator.calls.start(SimulatedCall(CALL, PAT, "+15550123", clock.now(), members))
    return simulator


def test_every_operation_is_in_the_table():
    assert VENDOR.operations.keys() == WIRE.keys()


def test_whatever_is_not_a_question_counts_as_a_change():
    for name, operation in VENDOR.operations.items():
        assert operation.changes is not name.startswith("GET "), name


def test_every_operation_says_what_it_does():
    for name, operation in VENDOR.operations.items():
        assert operation.summary.endswith("."), name


@pytest.mark.parametrize("name", WIRE)
async def test_an_operation_is_spelt_as_documented(name, office, client):
    arguments, path, query, body = WIRE[name]

    await VENDOR.operations[name].call(client, **arguments)

    [request] = office.simulation.requests
    method, _, _ = name.partition(" ")
    assert (request.method, request.path, request.query) == (method, f"/apis/pbx{path}", query)
    assert (json.loads(request.body) if request.body else None) == body
    assert request.headers["accept"] == "application/json"
    assert request.headers.get("content-type") == ("application/json" if body else None)


async def test_the_key_travels_as_a_basic_password_and_never_in_the_address(simulator, client):
    await client.list_users()

    [request] = simulator.simulation.requests
    expected = base64.b64encode(f"apiKey:{simulator.api.api_key}".encode()).decode()
    assert request.headers["authorization"] == f"Basic {expected}"
    assert request.query == ""


async def test_what_is_not_given_is_not_sent(simulator, client):
    await client.originate(user_name="pat", number="102")

    [request] = simulator.simulation.requests
    assert json.loads(request.body) == {"user_name": "pat", "number": "102"}
