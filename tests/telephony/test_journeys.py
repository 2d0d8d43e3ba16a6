"""However news of a call comes in, the verdict is the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telephony.calls import Direction, Disposition
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallRinging,
    CallStarted,
    CallTransferred,
)
from bot.telephony.journeys import Outcome, join, journey_of, linked_call

START = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
MOMENTS = st.integers(0, 900).map(lambda seconds: START + timedelta(seconds=seconds))
MAYBE = st.none() | st.sampled_from(["0123456789", "+33123456789", "Pat"])
FACTS = {
    "call_id": st.just("1"),
    "at": MOMENTS,
    "direction": st.none() | st.sampled_from(list(Direction)),
    "caller_number": MAYBE,
    "caller_name": MAYBE,
    "requested": MAYBE,
    "queue": st.none() | st.just("Support"),
}
EXTENSIONS = st.sampled_from(["101", "0102", "103"])
EVENTS = st.one_of(
    st.builds(CallStarted, **FACTS),
    st.builds(CallRinging, **FACTS, targets=st.lists(EXTENSIONS, max_size=3).map(tuple)),
    st.builds(CallAnswered, **FACTS, answered_by=st.none() | EXTENSIONS),
    st.builds(CallTransferred, **FACTS, other_call_id=st.just("2")),
    st.builds(
        CallEnded,
        **FACTS,
        disposition=st.none() | st.sampled_from(list(Disposition)),
        answered_by=st.none() | EXTENSIONS,
        talk_seconds=st.none() | st.integers(0, 600),
        certain=st.booleans(),
    ),
)
JOURNEYS = EVENTS.map(journey_of)


def at(seconds):
    return START + timedelta(seconds=seconds)


def folded(*events):
    return reduce(join, map(journey_of, events))


def inbound(kind, seconds, **facts):
    return kind(call_id="1", at=at(seconds), direction=Direction.INBOUND, **facts)


@given(JOURNEYS, JOURNEYS, JOURNEYS)
def test_joining_is_associative(one, two, three):
    assert join(join(one, two), three) == join(one, join(two, three))


@given(JOURNEYS, JOURNEYS)
def test_joining_is_commutative(one, two):
    assert join(one, two) == join(two, one)


@given(JOURNEYS, JOURNEYS)
def test_joining_is_idempotent(one, two):
    joined = join(one, two)
    assert join(one, one) == one
    assert join(joined, one) == joined


@given(
    st.lists(EVENTS, min_size=1, max_size=8).flatmap(
        lambda events: st.tuples(
            st.just(events), st.permutations(events), st.lists(st.sampled_from(events), max_size=4)
        )
    )
)
def test_neither_order_nor_repetition_changes_the_journey(told):
    events, shuffled, again = told
    one, other = folded(*events), folded(*shuffled, *again)
    assert one == other
    assert (one.outcome, one.missed, one.waited_seconds, one.talked_seconds) == (
        other.outcome,
        other.missed,
        other.waited_seconds,
        other.talked_seconds,
    )


def ring_group():
    """Ten phones ring, and each of them gives up on its own."""
    phones = [str(100 + number) for number in range(10)]
    rings = [inbound(CallRinging, 1, targets=(phone,)) for phone in phones]
    silent = [
        inbound(CallEnded, 20, disposition=Disposition.NO_ANSWER) for _ in range(len(phones) - 1)
    ]
    return [inbound(CallStarted, 0), *rings, *silent]


def test_one_answer_outweighs_nine_silent_phones():
    end = inbound(CallEnded, 60, disposition=Disposition.ANSWERED, answered_by="104")
    journey = folded(*ring_group(), end)
    assert journey.outcome is Outcome.ANSWERED
    assert not journey.missed
    assert len(journey.rang) == 10


def test_a_group_that_nobody_answers_is_missed_once_at_its_arrival():
    journey = folded(*ring_group(), inbound(CallEnded, 20, disposition=Disposition.NO_ANSWER))
    assert journey.missed
    assert journey.outcome is Outcome.NO_ANSWER
    assert journey.started_at == START
    assert journey.waited_seconds == 20


def test_a_transfer_names_the_call_that_it_goes_on_as():
    moved = inbound(CallTransferred, 5, other_call_id="2")
    assert linked_call(moved) == "2"
    assert linked_call(inbound(CallStarted, 0)) is None


def test_an_answer_after_a_transfer_is_an_answer():
    first = folded(inbound(CallStarted, 0), inbound(CallTransferred, 5, other_call_id="2"))
    second = folded(CallAnswered(call_id="2", at=at(9), answered_by="105"))
    journey = join(first, join(second, folded(CallEnded(call_id="2", at=at(69)))))
    assert journey.outcome is Outcome.ANSWERED
    assert (journey.waited_seconds, journey.talked_seconds) == (9, 60)


@pytest.mark.parametrize("disposition", [None, *Disposition])
def test_a_call_that_was_merely_lost_sight_of_is_never_missed(disposition):
    lost = inbound(CallEnded, 20, certain=False)
    journey = folded(inbound(CallStarted, 0), lost)
    assert journey.outcome is Outcome.LOST_SIGHT
    assert not journey.missed
    told = folded(lost, inbound(CallEnded, 21, disposition=disposition))
    assert told.missed is (disposition is not Disposition.ANSWERED)


@pytest.mark.parametrize(
    ("queue", "outcome"), [("Support", Outcome.ABANDONED), (None, Outcome.NO_ANSWER)]
)
def test_an_end_without_a_cause_was_abandoned_in_a_queue_and_unanswered_elsewhere(queue, outcome):
    journey = folded(inbound(CallStarted, 0, queue=queue), inbound(CallEnded, 20))
    assert journey.outcome is outcome


def test_voicemail_is_the_verdict_even_where_phones_were_busy():
    ends = [Disposition.BUSY, Disposition.NO_ANSWER, Disposition.VOICEMAIL]
    journey = folded(*(inbound(CallEnded, 20, disposition=each) for each in ends))
    assert journey.outcome is Outcome.VOICEMAIL
    assert journey.missed


@pytest.mark.parametrize("direction", [Direction.OUTBOUND, Direction.INTERNAL, None])
def test_only_a_call_from_outside_can_be_missed(direction):
    event = CallEnded(call_id="1", at=START, direction=direction)
    assert not folded(event).missed


def test_a_call_that_goes_on_has_no_verdict():
    journey = folded(inbound(CallStarted, 0), inbound(CallAnswered, 5))
    assert journey.outcome is None
    assert not journey.missed
    assert (journey.waited_seconds, journey.talked_seconds) == (5, 0)


def test_what_the_system_says_of_the_talk_holds():
    journey = folded(
        inbound(CallAnswered, 5), inbound(CallEnded, 65, talk_seconds=42, answered_by="104")
    )
    assert journey.talked_seconds == 42
    assert replace(journey, talk_seconds=None).talked_seconds == 60


def test_an_end_that_is_told_once_more_moves_no_end():
    told = (inbound(CallAnswered, 5), inbound(CallEnded, 65))
    again = inbound(CallEnded, 300, repeats=True)
    for events in ((*told, again), (again, *told)):
        journey = folded(*events)
        assert journey.over_at == at(65)
        assert journey.talked_seconds == 60


def test_an_end_of_which_only_the_repetition_came_is_an_end_of_unknown_length():
    journey = folded(inbound(CallAnswered, 5), inbound(CallEnded, 300, repeats=True))
    assert journey.outcome is Outcome.ANSWERED
    assert not journey.talk_is_known


def test_nobody_talked_when_nobody_answered():
    ended = inbound(CallEnded, 65, disposition=Disposition.NO_ANSWER, talk_seconds=42)
    assert folded(ended).talked_seconds == 0


def test_what_was_said_first_of_a_call_holds():
    first = CallEvent(call_id="1", at=at(0), requested="9200")
    later = CallEvent(call_id="1", at=at(9), requested="104")
    journey = folded(later, first)
    assert journey.requested is not None
    assert journey.requested.value == "9200"
