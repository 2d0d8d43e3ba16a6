"""One set of expectations over every vendor and every part that it has.

A part is a field of ``PhoneSystem``; what it is asked and what must come back stands in
``exercises``, what there is to ask about in ``stages``, who is asked in ``cases``.
"""

import contextlib
import inspect
import itertools
import re
from typing import get_args, get_type_hints

import httpx
import pytest
from contract.cases import (
    CASES,
    CHANGES,
    NOTHING,
    ONE_OF_EACH,
    PARSING,
    PARTS,
    PURE,
    READS,
    Case,
    Scene,
    parts_of,
)
from contract.exercises import EXERCISES
from contract.stages import CALLER, STAGES, SYSTEM, Network, Stage
from support.clocks import FixedClock

from bot.adapters import VENDORS
from bot.adapters.simulation import Fault
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    PhoneSystemError,
    Refused,
    UnexpectedReply,
    UnknownEvent,
    UnparsableEvent,
    Unreachable,
)
from bot.telephony.events import RawEvent
from bot.telephony.system import PhoneSystem

ANY_ANSWER_WILL_DO = {"threecx_legacy-probe-probe"}
"""It asks for the bare page, and no document shows what that looks like."""
NOTHING_TO_TELL = ("mirta", Fault.EMPTY)
"""MiRTA says nothing to a question where there is nothing to tell."""
ALL_IS_WELL = ("threecx_legacy", Fault.EMPTY)
"""3CX V9 says nothing to an order that it carries out."""


def over(cases):
    return pytest.mark.parametrize("case", cases, ids=str)


async def error_of(case: Case, awaitable, stage: Stage) -> PhoneSystemError:
    """What it raised, which must be fit to be shown to people."""
    with pytest.raises(PhoneSystemError) as raised:
        await awaitable
    text = str(raised.value)
    assert SYSTEM in text or "calling phone" in text.lower(), text
    assert re.fullmatch(r"[^\n]+[.?]", text), text
    assert "://" not in text
    assert "<" not in text
    assert not [
        secret for secret in stage.secrets if secret in text or secret in repr(raised.value)
    ]
    return raised.value


def test_every_vendor_has_a_stage():
    assert set(STAGES) == set(VENDORS)


def test_every_part_has_exercises():
    assert set(EXERCISES) == PARTS


def test_every_part_is_built_by_some_vendor():
    assert set().union(*map(parts_of, STAGES)) == PARTS | PURE


@pytest.mark.parametrize("part", sorted(PARTS))
def test_every_method_of_a_part_has_an_exercise(part):
    (protocol,) = (
        kind for kind in get_args(get_type_hints(PhoneSystem)[part]) if kind is not type(None)
    )
    methods = {
        name
        for name, member in vars(protocol).items()
        if inspect.iscoroutinefunction(member) and not name.startswith("_")
    }

    assert {exercise.method for exercise in EXERCISES[part]} == methods


@over(CASES)
async def test_it_works_and_answers_in_the_trades_words(case):
    scene = Scene(case)

    result = await scene.run()

    assert case.exercise.sane(result, scene.stage.facts), result
    shown = repr(result)
    assert not [secret for secret in scene.stage.secrets if secret in shown]


@over(CASES)
async def test_a_wrong_key_is_bad_credentials(case):
    scene = Scene(case)
    scene.simulation.order(Fault.REFUSE_KEY, times=99)

    error = await error_of(case, scene.run(), scene.stage)

    assert type(error) is BadCredentials
    assert len(scene.network.targets) <= 2


@pytest.mark.parametrize(
    ("case", "raised"),
    [
        *((case, httpx.ConnectError) for case in CASES),
        *((case, httpx.ConnectTimeout) for case in ONE_OF_EACH),
        *((case, httpx.PoolTimeout) for case in ONE_OF_EACH),
    ],
    ids=str,
)
async def test_no_connection_is_unreachable(case, raised):
    stage = STAGES[case.vendor](clock := FixedClock())

    def answer(request):
        raise raised(f"no way to {request.url}", request=request)

    system = stage.build(httpx.MockTransport(answer), clock)

    assert type(await error_of(case, case.run(system, stage), stage)) is Unreachable


@pytest.mark.parametrize(
    ("case", "raised"),
    [
        *((case, httpx.ReadTimeout) for case in READS),
        *((READS[0], raised) for raised in (httpx.RemoteProtocolError, httpx.ReadError)),
    ],
    ids=str,
)
async def test_a_question_without_an_answer_is_unreachable(case, raised):
    stage = STAGES[case.vendor](clock := FixedClock())

    def answer(request):
        raise raised(f"silence from {request.url}", request=request)

    system = stage.build(httpx.MockTransport(answer), clock)

    assert type(await error_of(case, case.run(system, stage), stage)) is Unreachable


@over(CHANGES)
@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HANG_AFTER, Fault.ERROR, Fault.ERROR_AFTER])
async def test_a_change_without_an_answer_may_have_happened_and_is_sent_once(case, fault):
    scene = Scene(case)
    usual = await scene.spoil_the_change(fault)

    error = await error_of(case, scene.run(), scene.stage)

    assert type(error) is OutcomeUnknown
    assert scene.network.targets == usual
    assert len(scene.simulation.requests) == len(usual)


@over([case for case in READS if str(case) not in ANY_ANSWER_WILL_DO])
@pytest.mark.parametrize("fault", [Fault.HTML, Fault.GARBAGE, Fault.ERROR, Fault.EMPTY])
async def test_an_unreadable_answer_to_a_question_is_told(case, fault):
    scene = Scene(case)
    scene.simulation.order(fault, times=99)

    if (case.vendor, fault) == NOTHING_TO_TELL:
        with contextlib.suppress(UnexpectedReply, Refused):
            await scene.run()
        return
    error = await error_of(case, scene.run(), scene.stage)

    assert type(error) in (UnexpectedReply, Refused, Unreachable)


@over(CHANGES)
@pytest.mark.parametrize("fault", [Fault.HTML, Fault.GARBAGE, Fault.EMPTY])
async def test_an_unreadable_answer_to_a_change_is_told_and_nothing_is_sent_again(case, fault):
    scene = Scene(case)
    usual = await scene.spoil_the_change(fault)
    scene.network.loses = None

    if (case.vendor, fault) == ALL_IS_WELL:
        await scene.run()
    else:
        error = await error_of(case, scene.run(), scene.stage)
        assert type(error) in (UnexpectedReply, Refused, OutcomeUnknown)

    # Some look at the thing afterwards; that changes nothing.
    assert scene.network.targets[: len(usual)] == usual
    assert scene.network.targets.count(usual[-1]) == 1


@pytest.mark.parametrize("vendor", [v for v in sorted(STAGES) if "feed" in parts_of(v)])
async def test_what_a_feed_brings_can_be_parsed(vendor):
    stage = STAGES[vendor](clock := FixedClock())
    system = stage.build(Network(stage.simulator.app), clock)
    begun = await system.feed.fetch(None)
    stage.customer_calls()

    batch = await system.feed.fetch(begun.cursor)

    assert batch.items
    events = [event for item in batch.items for event in parsed(system, item, clock)]
    assert CALLER in {getattr(event, "caller_number", None) for event in events}
    assert all(event.at.utcoffset() is not None for event in events)


def parsed(system, item, clock):
    raw = RawEvent(
        road=system.feed.name,
        body=item.body,
        content_type=item.content_type,
        received_at=clock.now(),
    )
    try:
        return system.parse(raw)
    except UnknownEvent:
        return []


@pytest.mark.parametrize("vendor", PARSING)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{}", b"[{}]", b"7", b'"text"', b"<html>", b'{"half": [1,',
        b"\xff\x00", b"[" * 3000, b'{"seq": 1}', b'{"event_type": "call answered", "seq": "x"}',
        b"a=b&a=b", b'{"event": "call.ended", "at": "never"}',
    ],
)  # fmt: skip
def test_bytes_that_nobody_understands_are_unknown_or_unparsable(vendor, body):
    clock = FixedClock()
    system = STAGES[vendor](clock).build(NOTHING, clock)
    roads = {"push"} | ({system.feed.name} if system.feed else set())

    kinds = ("application/json", "text/plain", "")
    for road, kind in itertools.product(roads, kinds):
        raw = RawEvent(road=road, body=body, content_type=kind, received_at=clock.now())
        try:
            events = system.parse(raw)
        except (UnknownEvent, UnparsableEvent):
            continue
        assert events == []
