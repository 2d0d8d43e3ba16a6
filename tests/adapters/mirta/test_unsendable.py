"""What cannot be sent is refused as not sent, and never told as "it may have happened"."""

import pytest

from bot.adapters.mirta.operations import OPERATIONS
from bot.telephony.errors import NotSent

UNSENDABLE = ["1\udcff", "1" * 70_000]

VALUES = [
    ("DIAL", {"source": "402", "dest": "VALUE"}),
    ("DIAL", {"source": "VALUE", "dest": "15550123"}),
    ("AGENT PAUSE", {"queue": "281", "extension": "104", "pausereason": "VALUE"}),
    ("AGENT PAUSE", {"queue": "VALUE", "extension": "104"}),
    ("QUEUE list", {"queue": "VALUE"}),
    ("VOICEMAIL message", {"mailbox": "102", "msgid": "VALUE"}),
]

RECORDS = [
    ("MANAGEDB CUSTOM add", {}),
    ("MANAGEDB CUSTOM update", {"objectid": 286}),
]


def deep() -> list[object]:
    value: list[object] = []
    for _ in range(5000):
        value = [value]
    return value


@pytest.mark.parametrize("unsendable", UNSENDABLE, ids=len)
@pytest.mark.parametrize(("operation", "arguments"), VALUES)
async def test_a_value_that_fits_into_no_address_is_refused(
    operation, arguments, unsendable, wired
):
    system, wire = wired("Success|")
    named = {name: unsendable if value == "VALUE" else value for name, value in arguments.items()}

    with pytest.raises(NotSent, match="Nothing was sent"):
        await OPERATIONS[operation].call(system.client, **named)
    assert wire.requests == []


@pytest.mark.parametrize(("operation", "arguments"), RECORDS)
@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), float("-inf"), "1\udcff", deep()],
    ids=["nan", "inf", "-inf", "surrogate", "deep"],
)
async def test_a_column_that_json_cannot_hold_is_refused(operation, arguments, value, wired):
    system, wire = wired("OK")

    with pytest.raises(NotSent, match="Nothing was sent"):
        await OPERATIONS[operation].call(system.client, **arguments, values={"cu_x": value})
    assert wire.requests == []


async def test_letters_of_every_alphabet_can_be_sent(wired):
    system, wire = wired('{"cu_id":"68"}')

    await system.client.add_custom_destination({"cu_name": "Zoë \N{BELL}"})

    assert len(wire.requests) == 1
