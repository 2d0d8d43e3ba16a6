"""An error in place of what was asked for is never read as a queue, an agent or a mailbox."""

import json
from contextlib import suppress
from datetime import date

import pytest
from adapters.mirta.examples import CHANGES, READS, Example

from bot.adapters.mirta.simulator import KEY
from bot.telephony.errors import OutcomeUnknown, Refused, UnexpectedReply

DEEP = "[" * 100_000
WITH_ROWS = [
    "INFO agents",
    "INFO extensions",
    "INFO extstate",
    "INFO queue",
    "INFO queues",
    "INFO simplecdrs",
    "MANAGEDB CUSTOM get",
    "MANAGEDB CUSTOM list",
    "MANAGEDB CUSTOMTYPES list",
    "QUEUE list",
    "VOICEMAIL list",
    "VOICEMAIL messages",
]
ROWS = [example for example in READS if example.operation in WITH_ROWS]


@pytest.mark.parametrize("example", ROWS, ids=str)
async def test_an_error_in_json_is_a_refusal_with_its_reason(example: Example, wired):
    system, wire = wired('{"error":"not allowed"}', labelled="application/json")

    with pytest.raises(Refused, match=r"^paris refused: not allowed\.$"):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", CHANGES, ids=str)
async def test_an_error_in_json_refuses_a_change(example: Example, wired):
    system, wire = wired('{"Error":"not allowed","id":0}', labelled="application/json")

    with pytest.raises(Refused, match=r"^paris refused the .*: not allowed\.$"):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", [*ROWS, *CHANGES], ids=str)
@pytest.mark.parametrize(
    "error", [f"Key {KEY} is unknown", "select canary from x", {"code": "canary"}, True, ["canary"]]
)
async def test_an_error_in_json_that_is_not_fit_to_be_shown_is_not_shown(
    example: Example, error, wired
):
    system, _ = wired(json.dumps({"error": error}))

    with pytest.raises((UnexpectedReply, OutcomeUnknown)) as caught:
        await example.run(system.client)
    assert "canary" not in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("example", ROWS, ids=str)
@pytest.mark.parametrize(
    "body", ['{"message":"not allowed"}', '[{"error":"not allowed"}]', '{"status":"KO"}']
)
async def test_json_that_names_nothing_we_know_is_no_answer(example: Example, body, wired):
    system, _ = wired(body)

    with pytest.raises(UnexpectedReply):
        await example.run(system.client)


@pytest.mark.parametrize("names", [("number", "name"), ("ex_number", "ex_name")])
async def test_extensions_in_json_are_read_with_and_without_the_prefix(names, wired):
    system, _ = wired(json.dumps([dict(zip(names, ("104", "Ana"), strict=True))]))

    (extension,) = await system.client.list_extensions()

    assert (extension.number, extension.name) == ("104", "Ana")


@pytest.mark.parametrize("body", ["error: not allowed|", "Note: busy|104-DEMO:available|"])
async def test_a_word_before_a_colon_is_no_agent(body, wired):
    system, _ = wired(body)

    with pytest.raises((Refused, UnexpectedReply)):
        await system.client.list_agents("281")


@pytest.mark.parametrize("example", READS, ids=str)
@pytest.mark.parametrize("body", [DEEP, '{"1":' * 100_000, "[" * 990 + "]" * 990])
async def test_a_reply_nested_without_end_cannot_be_read(example: Example, body, wired):
    system, _ = wired(body)

    with pytest.raises(UnexpectedReply):
        await example.run(system.client)


@pytest.mark.parametrize("depth", range(880, 1000, 4))
async def test_a_value_nested_almost_without_end_is_no_traceback(depth, wired):
    nested = "[" * depth + "]" * depth
    system, _ = wired(f'[{{"sc_uniqueid":"1","sc_start":"","sc_duration":{nested}}}]')

    with suppress(UnexpectedReply):
        await system.client.list_simple_cdrs(date(2025, 11, 20), date(2025, 11, 20))


@pytest.mark.parametrize("example", CHANGES, ids=str)
async def test_a_change_answered_without_end_may_have_happened(example: Example, wired):
    system, _ = wired(DEEP)

    with pytest.raises(OutcomeUnknown):
        await example.run(system.client)
