"""What no request can hold is refused before anything is sent, and that is said."""

import pytest

from bot.telephony.errors import NotSent

LONG = "9" * 70_000
BROKEN = "canary\udcff"
"""What a terminal makes of a byte that is no UTF-8."""


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("makecall", lambda value: ("101", value)),
        ("edit_contact", lambda value: ("1", {"firstname": value})),
        ("add_contact", lambda value: ({"firstname": value},)),
        ("edit_extension", lambda value: ("101", {"authpass": value})),
        ("find_contacts", lambda value: (value,)),
        ("fetch_contact", lambda value: (value,)),
    ],
)
@pytest.mark.parametrize(
    ("value", "reason"),
    [(LONG, "a value is too long"), (BROKEN, "a value holds characters that cannot be written")],
    ids=["long", "broken"],
)
async def test_a_value_that_no_address_can_hold_is_not_sent(
    method, arguments, value, reason, client, simulator
):
    with pytest.raises(NotSent) as caught:
        await getattr(client, method)(*arguments(value))

    assert str(caught.value) == f"Nothing was sent to moscow: {reason}."
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert simulator.simulation.requests == []


async def test_a_statement_that_cannot_be_written_is_not_sent(client, simulator):
    with pytest.raises(NotSent, match="Nothing was sent to moscow: a value holds characters"):
        await client.query(f"select '{BROKEN}'")

    assert simulator.simulation.requests == []


async def test_a_long_statement_goes_into_the_body(client, simulator):
    await client.query(f"select '{LONG}' as long")

    assert len(simulator.simulation.requests) == 1
