"""What goes wrong with a vendor call, for every operation: the class says what to do next."""

import httpx
import pytest
from adapters.mirta.examples import CHANGES, EXAMPLES, READS, Example

from bot.adapters.mirta import build
from bot.adapters.mirta.simulator import MISTAKEN, READ_ONLY_KEY, MirtaSimulator
from bot.adapters.simulation import Fault
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    PhoneSystemError,
    Refused,
    UnexpectedReply,
    Unreachable,
)

PAGE = "<html><body><h1>Log in</h1></body></html>"
HALF = '{"half": [1,'
ECHO = "update cu_customs set cu_name='canary' where cu_id='7'"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.parametrize("labelled", ["text/html", "application/json"])
async def test_a_wrong_key_is_told_from_every_other_refusal(example: Example, labelled, wired):
    system, wire = wired(MISTAKEN, labelled=labelled)

    with pytest.raises(BadCredentials, match="key or our tenant code"):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.parametrize("raised", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_connection_nothing_happened(example: Example, raised, wired):
    system, wire = wired(raises=raised)

    with pytest.raises(Unreachable):
        await example.run(system.client)
    assert len(wire.requests) == (1 if example.changes else 2)


@pytest.mark.parametrize("example", CHANGES, ids=str)
@pytest.mark.parametrize("raised", [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError])
async def test_a_lost_answer_to_a_change_is_not_called_a_failure(example: Example, raised, wired):
    system, wire = wired(raises=raised)

    with pytest.raises(OutcomeUnknown):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", READS, ids=str)
async def test_a_question_without_an_answer_is_asked_again_and_then_given_up(
    example: Example, wired
):
    system, wire = wired(raises=httpx.ReadTimeout)

    with pytest.raises(Unreachable):
        await example.run(system.client)
    assert len(wire.requests) == 2


@pytest.mark.parametrize("example", READS, ids=str)
@pytest.mark.parametrize(("body", "status"), [(PAGE, 200), (HALF, 200), (PAGE, 500), (PAGE, 404)])
async def test_nonsense_in_answer_to_a_question_is_said_to_be_nonsense(
    example: Example, body, status, wired
):
    system, wire = wired(body, status)

    with pytest.raises(UnexpectedReply) as caught:
        await example.run(system.client)
    assert "html" not in str(caught.value).lower()
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", CHANGES, ids=str)
@pytest.mark.parametrize(
    ("body", "status"), [("", 200), ("null", 200), (PAGE, 200), (HALF, 200), (PAGE, 500)]
)
async def test_nonsense_in_answer_to_a_change_leaves_the_outcome_open(
    example: Example, body, status, wired
):
    system, wire = wired(body, status)

    with pytest.raises(OutcomeUnknown):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", CHANGES, ids=str)
async def test_another_web_page_at_the_address_points_at_the_settings(example: Example, wired):
    system, wire = wired(PAGE, 404)

    with pytest.raises(Refused, match="url"):
        await example.run(system.client)
    assert len(wire.requests) == 1


SUCCESS = "Success|Originate successfully queued|15a4cfe6429054|"


@pytest.mark.parametrize(
    ("example", "status", "body"),
    [
        *((example, 202, SUCCESS) for example in CHANGES),
        *((example, 302, "") for example in CHANGES),
        *((CHANGES[0], status, SUCCESS) for status in (201, 204, 206, 301, 304, 307)),
    ],
    ids=str,
)
async def test_a_change_answered_with_a_strange_status_may_have_happened(
    example: Example, status, body, wired
):
    system, wire = wired(body, status)

    with pytest.raises(OutcomeUnknown, match=f"HTTP status {status}"):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("example", "status"),
    [
        *((example, 302) for example in READS),
        *((READS[0], status) for status in (201, 204)),
    ],
    ids=str,
)
async def test_a_question_answered_with_a_strange_status_points_at_the_settings(
    example: Example, status, wired
):
    system, _ = wired("", status)

    with pytest.raises(UnexpectedReply, match="url"):
        await example.run(system.client)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_a_sentence_inside_a_200_is_a_refusal_with_its_reason(example: Example, wired):
    system, wire = wired("Wrong or missing tenant")

    with pytest.raises(Refused, match="Wrong or missing tenant"):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("example", "sentence"),
    [
        (example, sentence)
        for example in EXAMPLES
        for sentence in (ECHO, "Error|Key canary-mirta-key is not known|", "a" * 200)
        # The SQL that ran is how this operation says yes.
        if (example.operation, sentence) != ("MANAGEDB CUSTOM update", ECHO)
    ],
    ids=str,
)
async def test_sentences_that_may_hold_secrets_are_not_shown(example: Example, sentence, wired):
    system, _ = wired(sentence)

    with pytest.raises((UnexpectedReply, OutcomeUnknown)) as caught:
        await example.run(system.client)
    assert "canary" not in str(caught.value)
    assert "aaaa" not in str(caught.value)


@pytest.mark.parametrize("example", CHANGES, ids=str)
@pytest.mark.parametrize("value", ["true", "TRUE\n", "|true|", "false", "0"])
async def test_a_bare_value_after_a_change_says_neither_yes_nor_no(example: Example, value, wired):
    system, wire = wired(value)

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        await example.run(system.client)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("example", CHANGES, ids=str)
@pytest.mark.parametrize("fault", list(Fault))
async def test_whatever_rings_or_changes_is_sent_once_under_every_fault(
    example: Example, fault, furnished: MirtaSimulator, client
):
    furnished.simulation.order(fault, times=5)

    with pytest.raises(PhoneSystemError) as caught:
        await example.run(client)
    assert not isinstance(caught.value, Unreachable)
    assert len(furnished.simulation.requests) == 1


@pytest.mark.parametrize("example", READS, ids=str)
@pytest.mark.parametrize("fault", [Fault.HANG, Fault.ERROR, Fault.HTML, Fault.GARBAGE])
async def test_a_broken_system_never_looks_like_a_quiet_one(
    example: Example, fault, furnished: MirtaSimulator, client
):
    furnished.simulation.order(fault, times=5)

    with pytest.raises(PhoneSystemError):
        await example.run(client)


@pytest.mark.parametrize("example", CHANGES, ids=str)
@pytest.mark.parametrize(("empty", "error"), [(False, BadCredentials), (True, OutcomeUnknown)])
async def test_a_key_that_may_only_read_changes_nothing(
    example: Example, empty, error, furnished: MirtaSimulator, clock, settings
):
    furnished.pbx.empty_refusals = empty
    before = (
        furnished.pbx.queues["281"].members.copy(),
        len(furnished.pbx.dialled),
        str(furnished.pbx.custom),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=furnished.app)) as http:
        system = build("paris", settings(key=READ_ONLY_KEY), http, clock)
        with pytest.raises(error, match="only read"):
            await example.run(system.client)
    after = (
        furnished.pbx.queues["281"].members,
        len(furnished.pbx.dialled),
        str(furnished.pbx.custom),
    )
    assert before == after
