"""What no request can hold is refused before anything is sent, and that is said."""

import math

import httpx
import pytest
from adapters.axeos.arguments import ARGUMENTS, SOME_ID, run

from bot.adapters.axeos import VENDOR
from bot.telephony.errors import NotSent, Refused

TOO_LONG = "a value is too long"
BROKEN = "a value holds characters that cannot be written"
VALUES = [("9" * 70_000, TOO_LONG), ("canary\udcff", BROKEN)]
"""The second is what a terminal makes of a byte that is no UTF-8."""

IN_ADDRESSES = [
    (name, given)
    for name, operation in VENDOR.operations.items()
    for given in ("uuid", "unique_id", "appid", "password")
    if given in {parameter.name for parameter in operation.parameters}
]
IN_BODIES = [("POST call", "number"), ("POST call", "user_name"), ("POST switches/{uuid}", "value")]


async def refusal(system, name, **given):
    """Why it was not sent, in an error that drags nothing else along."""
    with pytest.raises(NotSent) as caught:
        await VENDOR.operations[name].call(system.client, **ARGUMENTS[name] | given)
    assert caught.value.__cause__ is caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.parametrize(("value", "reason"), VALUES, ids=["long", "broken"])
@pytest.mark.parametrize(("name", "given"), IN_ADDRESSES)
async def test_a_value_that_no_address_can_hold_is_not_sent(name, given, value, reason, answering):
    system, network = answering(httpx.Response(200, json={}))

    told = await refusal(system, name, **{given: value})

    assert told == f"Nothing was sent to paris: {reason}."
    assert network.requests == []


@pytest.mark.parametrize(("name", "given"), IN_BODIES)
async def test_a_value_that_no_body_can_hold_is_not_sent(name, given, answering):
    system, network = answering(httpx.Response(200, json={}))

    told = await refusal(system, name, **{given: "canary\udcff"})

    assert told == f"Nothing was sent to paris: {BROKEN}."
    assert network.requests == []


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
async def test_a_number_that_json_does_not_have_is_not_sent(number, answering):
    system, network = answering(httpx.Response(200, json={}))

    told = await refusal(system, "POST users/{uuid}", changes={"cw": number})

    assert told == "Nothing was sent to paris: a value is a number that cannot be written."
    assert network.requests == []


async def test_a_long_value_goes_into_a_body(answering):
    system, network = answering(httpx.Response(200, json={"status": "busy"}))

    with pytest.raises(Refused, match="The calling phone is busy"):
        await system.client.originate(user_name="pat", number="9" * 70_000)

    assert len(network.requests) == 1


async def test_an_ordinary_request_is_sent(answering):
    user = {"uuid": SOME_ID, "username": "pat"}
    system, network = answering(httpx.Response(200, json=user))

    await run("POST users/{uuid}", system)

    assert len(network.requests) == 1
