"""The life of a missed call, step by step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.alerts import claims, missed_call
from bot.alerts.missed_call import Claim, MissedCall, State
from bot.telephony.calls import Direction
from bot.telephony.journeys import Fact, Journey, Outcome

ARRIVED = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
LATER = ARRIVED + timedelta(minutes=5)
A_MINUTE, CLAIM = timedelta(minutes=1), timedelta(minutes=30)


def call_back(call, slack_user, name, at, owned_until=None):
    until = at + CLAIM
    press = Claim(slack_user=slack_user, name=name, lapses_at=until, pressed_at=at, press=of(at))
    return claims.calling_back(call, press, owned_until)


def of(at):
    """The name of the press of that moment: it stays, whatever becomes of clocks."""
    return f"{at}"


OPEN = MissedCall(arrived_at=ARRIVED, outcome=Outcome.ABANDONED, number="0123456789")
CLAIMED = claims.claim(OPEN, "U0BO", "bo").call
CALLING = call_back(OPEN, "U0BO", "bo", LATER).call
RESOLVED = missed_call.resolve(OPEN, "bo", LATER).call


def talk(seconds, direction=Direction.OUTBOUND):
    return Journey(
        started_at=LATER,
        direction=Fact(LATER, direction),
        answered_at=LATER,
        answered_by=Fact(LATER, "104"),
        ended_at=LATER + timedelta(seconds=seconds),
    )


def test_the_first_claim_wins_and_the_second_is_told_whose_it_is():
    assert (CLAIMED.state, CLAIMED.owner) == (State.CLAIMED, "U0BO")
    second = claims.claim(CLAIMED, "U0CY", "cy")
    assert second.call == CLAIMED
    assert second.note == "bo has claimed this call."
    assert second.lines == ()


def test_claiming_twice_changes_nothing():
    again = claims.claim(CLAIMED, "U0BO", "bo")
    assert (again.call, again.note) == (CLAIMED, "It is yours already.")


@pytest.mark.parametrize("owned", [CLAIMED, CALLING], ids=str)
def test_a_claim_lapses(owned):
    change = claims.release(owned, 30)
    assert (change.call.state, change.call.owner) == (State.OPEN, None)
    assert "within 30 minutes nobody" in change.lines[0]
    assert "within a minute nobody" in claims.release(owned, 1).lines[0]


@pytest.mark.parametrize("other", [OPEN, RESOLVED], ids=str)
def test_only_what_somebody_holds_lapses(other):
    assert claims.release(other, 30) == missed_call.Change(call=other)


def test_calling_back_makes_an_open_call_ones_own():
    assert (CALLING.state, CALLING.owner) == (State.CALLING, "U0BO")


def test_calling_back_for_somebody_leaves_it_theirs():
    change = call_back(CLAIMED, "U0CY", "cy", LATER)
    assert (change.call.state, change.call.owner) == (State.CALLING, "U0BO")
    assert (change.call.helper, change.lines) == ("U0CY", ("cy is calling back.",))
    at_once = call_back(change.call, "U0BO", "bo", LATER)
    assert at_once.note == "cy is calling back right now."
    later = call_back(change.call, "U0BO", "bo", LATER + A_MINUTE)
    assert later.call.helper is None


def test_a_second_click_rings_nobody_a_second_time():
    soon, late = LATER + timedelta(seconds=3), LATER + A_MINUTE
    again = call_back(CALLING, "U0BO", "bo", soon)
    assert (again.call, again.note) == (CALLING, "bo is calling back right now.")
    assert call_back(CALLING, "U0BO", "bo", late).note == ""


@pytest.mark.parametrize("before", [OPEN, CLAIMED])
def test_a_call_back_that_did_not_begin_is_said_and_makes_nobody_the_owner(before):
    calling = call_back(before, "U0CY", "cy", LATER).call
    change = claims.call_back_failed(calling, "cy", of(LATER), "Extension 104 is busy.")
    assert change.call == before
    assert change.lines == ("cy could not call back: Extension 104 is busy.",)


def test_a_call_back_that_did_not_begin_undoes_nothing_else():
    def failed(call):
        return claims.call_back_failed(call, "bo", of(LATER), "x")

    again = missed_call.tried_again(CALLING, OPEN).call
    assert failed(again).call == replace(OPEN, tries=2)
    later = LATER + A_MINUTE
    others = call_back(CALLING, "U0CY", "cy", later).call
    once_more = call_back(CALLING, "U0BO", "bo", later).call
    assert failed(others).call == call_back(OPEN, "U0CY", "cy", later).call
    assert failed(once_more).call == call_back(OPEN, "U0BO", "bo", later).call
    for call in (OPEN, RESOLVED):
        assert failed(call) == missed_call.Change(call=call, lines=("bo could not call back: x",))


@pytest.mark.parametrize("before", [OPEN, CLAIMED])
def test_who_was_refused_owns_nothing_though_somebody_else_tried_meanwhile(before):
    tried = claims.attempt(call_back(before, "U0CY", "cy", LATER).call, LATER, is_certain=True).call
    change = claims.call_back_failed(tried, "cy", of(LATER), "x")
    assert change.call == replace(before, attempts=1, last_attempt_at=LATER)


def test_of_two_who_called_back_the_one_who_was_not_refused_has_tried():
    both = call_back(CALLING, "U0CY", "cy", LATER + A_MINUTE).call
    tried = claims.attempt(both, LATER + 2 * A_MINUTE, is_certain=True).call
    change = claims.call_back_failed(tried, "bo", of(LATER), "x")
    assert (change.call.state, change.call.owner) == (State.CLAIMED, "U0CY")
    assert change.lapses_at == LATER + A_MINUTE + CLAIM


def test_a_refusal_that_comes_after_a_claim_lapsed_leaves_the_next_ones():
    tried = claims.attempt(CALLING, LATER, is_certain=True).call
    for over in (
        claims.release(tried, 30).call,
        claims.reopen(missed_call.resolve(tried, "bo", LATER).call, "bo").call,
    ):
        claimed = claims.claim(over, "U0CY", "cy").call
        assert claims.call_back_failed(claimed, "bo", of(LATER), "x").call == claimed


@pytest.mark.parametrize("before", [OPEN, CLAIMED])
@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
def test_call_backs_that_did_not_begin_leave_nothing_in_whatever_order(before, order):
    lapses_at = None if before is OPEN else LATER + A_MINUTE
    pressed = [("bo", LATER), ("cy", LATER + A_MINUTE), ("di", LATER + 2 * A_MINUTE)]
    call = before
    for name, at in pressed:
        call = call_back(call, f"U0{name.upper()}", name, at, lapses_at).call
    for number in order:
        name, at = pressed[number]
        change = claims.call_back_failed(call, name, of(at), "x")
        call = change.call
    assert (call, change.lapses_at) == (before, lapses_at)


def test_a_clock_that_was_set_makes_no_refused_call_back_look_begun():
    day = timedelta(days=1)
    moved = claims.moved(call_back(CLAIMED, "U0CY", "cy", LATER, LATER + CLAIM).call, day)
    change = claims.call_back_failed(moved, "cy", of(LATER), "x")
    assert (change.call, change.lapses_at) == (CLAIMED, LATER + CLAIM + day)


def test_an_attempt_counts_once_however_often_it_is_told():
    unsure = claims.attempt(CALLING, LATER, is_certain=False)
    assert (unsure.call.attempts, unsure.call.state) == (0, State.CLAIMED)
    assert unsure.lines[0].endswith("does not tell whether anybody was reached.")
    first = claims.attempt(CALLING, LATER, is_certain=True)
    assert (first.call.state, first.call.attempts) == (State.CLAIMED, 1)
    assert claims.attempt(first.call, LATER, is_certain=True).lines == ()
    second = claims.attempt(first.call, LATER + timedelta(minutes=1), is_certain=True)
    assert second.lines == ("Called back without reaching anybody (2).",)


def test_somebody_else_may_have_tried_an_open_call():
    assert claims.attempt(OPEN, LATER, is_certain=True).call.state is State.OPEN


def test_a_conversation_turns_the_card_green():
    change = missed_call.reached(CALLING, talk(192))
    assert change.call.state is State.REACHED
    assert change.call.how_resolved == "Reached, talked 3:12."
    assert change.call.resolved_at == LATER + timedelta(seconds=192)


def test_the_caller_who_rings_again_is_named_as_such():
    change = missed_call.reached(OPEN, talk(60, Direction.INBOUND))
    assert change.lines == ("The caller rang again and 104 answered, talked 1:00.",)


def test_late_news_says_that_it_is_late():
    change = missed_call.answered_after_all(OPEN, talk(60, Direction.INBOUND), LATER)
    assert change.call.state is State.REACHED
    assert "the news of it came late" in change.lines[0]


def test_another_try_counts_and_tells_of_the_newest():
    again = replace(OPEN, arrived_at=LATER, outcome=Outcome.BUSY, queue="Sales", name="Pat")
    change = missed_call.tried_again(CLAIMED, again)
    assert (change.call.tries, change.call.arrived_at) == (2, LATER)
    assert (change.call.outcome, change.call.queue, change.call.name) == (
        Outcome.BUSY,
        "Sales",
        "Pat",
    )
    assert change.call.owner == "U0BO"


def test_an_older_try_that_is_told_late_only_counts():
    earlier = replace(OPEN, arrived_at=ARRIVED - timedelta(minutes=5), outcome=Outcome.BUSY)
    change = missed_call.tried_again(OPEN, earlier)
    assert (change.call.tries, change.call.arrived_at) == (2, ARRIVED)
    assert change.call.outcome is Outcome.ABANDONED


def test_what_is_over_stays_as_it_is_until_it_is_opened_again():
    note = "This call is settled already."
    assert claims.claim(RESOLVED, "U0CY", "cy").note == note
    assert call_back(RESOLVED, "U0CY", "cy", LATER).note == note
    assert missed_call.resolve(RESOLVED, "cy", LATER).note == note
    unchanged = missed_call.Change(call=RESOLVED)
    assert claims.attempt(RESOLVED, LATER, is_certain=True) == unchanged
    assert missed_call.reached(RESOLVED, talk(60)) == unchanged
    assert missed_call.answered_after_all(RESOLVED, talk(60), LATER) == unchanged


def test_reopening_begins_without_an_owner():
    again = claims.reopen(replace(RESOLVED, owner="U0BO", owner_name="bo"), "cy").call
    assert (again.state, again.owner, again.how_resolved) == (State.OPEN, None, None)
    assert claims.reopen(OPEN, "cy").note == "This call is open already."


def test_a_caller_is_one_over_all_systems_of_a_tenant_and_a_withheld_one_is_nobody():
    same = missed_call.identity("paris", "main", "+33123456789", "1", ARRIVED)
    assert same == missed_call.identity("lyon", "main", "+33123456789", "2", LATER)
    assert same != missed_call.identity("paris", "other", "+33123456789", "1", ARRIVED)
    hidden = missed_call.identity("paris", "main", None, "1", ARRIVED)
    assert hidden != missed_call.identity("paris", "main", None, "2", ARRIVED)
    assert hidden != missed_call.identity("paris", "main", None, "1", LATER)


def test_a_journey_becomes_a_missed_call():
    journey = Journey(
        started_at=ARRIVED,
        direction=Fact(ARRIVED, Direction.INBOUND),
        caller_number=Fact(ARRIVED, "anonymous"),
        caller_name=Fact(ARRIVED, "Pat"),
        rang=frozenset({"102", "101"}),
        ended_at=ARRIVED + timedelta(seconds=29),
        certain_end=True,
    )
    call = missed_call.from_journey(journey, None, "events")
    assert call == MissedCall(
        arrived_at=ARRIVED,
        outcome=Outcome.NO_ANSWER,
        name="Pat",
        rang=("101", "102"),
        waited_seconds=29,
        seen_by="events",
    )
