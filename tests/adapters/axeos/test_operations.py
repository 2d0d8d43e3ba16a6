"""What goes over the wire, compared with the document's own paths and parameters."""

import base64
import json

import pytest
from adapters.axeos.examples import WIRE, furnish

from bot.adapters.axeos import VENDOR
from bot.adapters.axeos.simulator import API_KEY


@pytest.fixture
def office(simulator):
    """The simulator with a call going on under the identifier that the table asks for."""
    furnish(simulator.pbx)
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
    expected = base64.b64encode(f"apiKey:{API_KEY}".encode()).decode()
    assert request.headers["authorization"] == f"Basic {expected}"
    assert request.query == ""


async def test_what_is_not_given_is_not_sent(simulator, client):
    await client.originate(user_name="pat", number="102")

    [request] = simulator.simulation.requests
    assert json.loads(request.body) == {"user_name": "pat", "number": "102"}
