"""Identifiers that a phone system gives to another call later on."""

import pytest
from support.cards import NUMBER, lines, only_card
from support.posted_calls import Call

A_DAY = 24 * 60 * 60
OTHER = "0123450000"


def cards(world):
    return world.workspace.messages("C0SUPPORT")


@pytest.mark.parametrize("yesterday", ["answered", "no_answer"])
async def test_a_transfer_to_an_identifier_of_yesterday_is_to_todays_call(world, yesterday):
    before = Call(world, "42", ago=A_DAY)
    ended = before.ended(disposition=yesterday)
    await world.post("door", before.started(caller_number=OTHER), ended)
    told = len(cards(world))
    today = Call(world, "41")
    transferred = today.post("call.transferred", 10, other_call_id="42")
    await world.post("door", today.started(), transferred, today.ended())
    assert len(cards(world)) == told + 1
    assert "01 23 45 67 89" in cards(world)[-1].all_text


async def test_two_callers_who_withhold_their_number_are_two(world):
    for ago in (A_DAY, 0):
        call = Call(world, ago=ago)
        await world.post("door", call.started(caller_number=None), call.ended())
    assert [lines(card) for card in cards(world)] == [[], []]


async def test_a_call_whose_end_was_lost_does_not_hide_one_of_another_day(world):
    before = Call(world, ago=A_DAY)
    await world.post("door", before.started(), before.post("call.answered", 5, extension="104"))
    today = Call(world)
    await world.post("door", today.started(caller_number=OTHER), today.ended())
    assert "01 23 45 00 00" in only_card(world).all_text


async def test_the_end_of_a_very_long_call_is_its_own(world):
    call = Call(world, ago=A_DAY)
    await world.post("door", call.started(), call.post("call.answered", 5, extension="104"))
    await world.post("door", call.post("call.ended", A_DAY, disposition="no_answer"))
    assert cards(world) == []


async def transferred(world, ago):
    """41 was answered, and goes on as 42."""
    call = Call(world, ago=ago)
    answered = call.post("call.answered", 5, extension="104")
    onwards = call.post("call.transferred", 10, other_call_id="42")
    await world.post("door", call.started(), answered, onwards, call.ended(disposition=None))


async def test_a_leg_that_goes_on_long_after_the_other_ended_is_of_the_same_call(world):
    await transferred(world, 3000)
    leg = Call(world, "42", ago=3000)
    rang = leg.post("call.ringing", 2400, direction="inbound", extensions=["105"])
    ended = leg.post("call.ended", 2430, direction="inbound", disposition="no_answer")
    await world.post("door", rang, ended)
    assert cards(world) == []


@pytest.mark.parametrize("last", ["42", "43"])
async def test_so_is_a_leg_that_such_a_leg_is_transferred_to(world, last):
    await transferred(world, 3000)
    third = Call(world, "43", ago=3000)
    onwards = third.post("call.transferred", 2400, direction="inbound", other_call_id="42")
    leg = Call(world, last, ago=3000)
    ended = leg.post("call.ended", 2430, direction="inbound", disposition="no_answer")
    await world.post("door", onwards, ended)
    assert cards(world) == []


A_CALL = ("started", "ended")


@pytest.mark.parametrize("told", [A_CALL, A_CALL[::-1], A_CALL[1:]])
@pytest.mark.parametrize("ago", [2 * 60 * 60, A_DAY])
async def test_an_identifier_of_several_is_given_again_too(world, ago, told):
    await transferred(world, ago)
    again = Call(world, "42")
    facts = {"direction": "inbound", "caller_number": OTHER}
    posts = {"started": again.started(**facts), "ended": again.ended(**facts)}
    await world.post("door", *(posts[event] for event in told))
    assert "01 23 45 00 00" in only_card(world).all_text


async def test_a_transfer_to_one_of_several_that_another_caller_had_is_to_todays_call(world):
    await transferred(world, 2 * 60 * 60)
    today = Call(world, "43")
    onwards = today.post("call.transferred", 10, other_call_id="42")
    await world.post("door", today.started(caller_number=OTHER), onwards, today.ended())
    assert "01 23 45 00 00" in only_card(world).all_text


@pytest.mark.parametrize("event", ["call.started", "call.answered", "call.ended"])
async def test_news_of_yesterdays_call_is_none_of_todays(world, event):
    before, today = Call(world, ago=A_DAY), Call(world)
    answered = before.ended(disposition="answered")
    await world.post("door", before.started(caller_number=OTHER), answered)
    await world.post("door", today.started(), before.post(event, 5), today.ended())
    await world.post("door", before.post(event, 6))
    assert "01 23 45 67 89" in only_card(world).all_text
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_another_caller_is_another_call_though_the_end_of_the_first_was_lost(world):
    before, now = Call(world, ago=60 * 60), Call(world)
    await world.post("door", before.started(), before.post("call.answered", 5, extension="104"))
    await world.post("door", now.started(caller_number=OTHER), now.ended())
    assert "01 23 45 00 00" in only_card(world).all_text


async def test_a_caller_who_is_sent_on_to_another_number_is_the_same_call(world):
    call = Call(world, ago=3000)
    onwards = {"direction": "outbound", "caller_number": "104", "requested": OTHER}
    await world.post("door", call.started(), call.post("call.started", 2400, **onwards))
    await world.post("door", call.post("call.ended", 2430, disposition="no_answer"))
    assert "01 23 45 67 89" in only_card(world).all_text


async def test_a_transfer_of_a_call_of_its_own_is_none_to_an_earlier_call(world):
    await transferred(world, 2 * 60 * 60)
    today = Call(world, "43")
    onwards = today.post("call.transferred", 10, other_call_id="42")
    await world.post("door", today.started(), onwards, today.ended())
    assert "01 23 45 67 89" in only_card(world).all_text


async def test_a_leg_that_shows_another_number_is_of_the_same_call(world):
    await transferred(world, 3000)
    leg = Call(world, "42", ago=3000)
    facts = {"direction": "inbound", "caller_number": OTHER, "disposition": "no_answer"}
    await world.post("door", leg.post("call.ended", 2430, **facts))
    assert cards(world) == []


async def test_another_leg_in_a_long_talk_is_of_the_same_call(world):
    call = Call(world, ago=2400)
    await world.post("door", call.started(), call.post("call.answered", 5, extension="104"))
    leg = {"direction": "inbound", "caller_number": OTHER}
    await world.post("door", call.post("call.started", 2300, **leg))
    await world.post("door", call.post("call.ended", 2400, disposition=None))
    assert cards(world) == []


async def test_a_call_of_our_own_whose_end_was_lost_does_not_hide_a_missed_one(world):
    ours, missed = Call(world, ago=2 * 60 * 60), Call(world)
    rings_out = ours.started("outbound", caller_number="104", requested=OTHER)
    await world.post("door", rings_out, ours.post("call.answered", 5, extension="104"))
    await world.post("door", missed.started(), missed.ended())
    assert "01 23 45 67 89" in only_card(world).all_text


async def test_a_transfer_to_an_identifier_whose_end_was_lost_yesterday_is_to_todays_call(world):
    before, today = Call(world, "42", ago=A_DAY), Call(world, "43")
    answered = before.post("call.answered", 5, extension="104")
    await world.post("door", before.started(caller_number=OTHER), answered)
    onwards = today.post("call.transferred", 10, other_call_id="42")
    await world.post("door", today.started(), onwards, today.ended())
    assert "01 23 45 67 89" in only_card(world).all_text


@pytest.mark.parametrize("ago", [2_000, 2 * 60 * 60, 40_000, A_DAY])
async def test_a_withheld_caller_transferred_to_an_identifier_given_again_is_one_of_today(
    world, ago
):
    before, leg, today = Call(world, "41", ago=ago), Call(world, "42", ago=ago), Call(world, "43")
    onwards = before.post("call.transferred", 10, other_call_id="42")
    answered = before.post("call.answered", 5, extension="104")
    ended = leg.post("call.ended", 20, disposition=None)
    await world.post("door", before.started(caller_number=OTHER), answered, onwards, ended)
    withheld = today.started(caller_number=None), today.ringing("104")
    onwards = today.post("call.transferred", 20, other_call_id="42")
    await world.post("door", *withheld, onwards, today.ended())
    assert len(cards(world)) == 1


async def test_a_leg_that_rings_before_it_is_transferred_to_such_a_leg_is_of_the_same_call(world):
    await transferred(world, 3000)
    third, leg = Call(world, "43", ago=3000), Call(world, "42", ago=3000)
    await world.post("door", third.post("call.ringing", 2390, extensions=["105"]))
    await world.post("door", third.post("call.transferred", 2400, other_call_id="42"))
    ended = leg.post("call.ended", 2430, direction="inbound", disposition="no_answer")
    await world.post("door", ended)
    assert cards(world) == []


async def test_news_of_an_earlier_call_is_nothing_to_tell_where_todays_is_over(world):
    before, today = Call(world, ago=A_DAY), Call(world)
    await world.post("door", today.started(), today.ended(), before.ended())
    assert world.workspace.messages("C0OPS") == []


@pytest.mark.parametrize("starts", [True, False])
async def test_an_end_that_comes_first_is_not_that_of_yesterdays_call_of_another(world, starts):
    before, today = Call(world, ago=A_DAY), Call(world)
    await world.post("door", before.started(), before.post("call.answered", 5, extension="104"))
    facts = {"direction": "inbound", "caller_number": OTHER}
    await world.post("door", today.ended(**facts), *([today.started(**facts)] if starts else []))
    assert "01 23 45 00 00" in only_card(world).all_text


async def test_a_withheld_call_whose_end_was_lost_does_not_hide_one_that_shows_its_number(world):
    before, today = Call(world, ago=2 * 60 * 60), Call(world)
    await world.post("door", before.started(caller_number=None), before.ringing("104"))
    await world.post("door", today.started(), today.ended())
    assert "01 23 45 67 89" in only_card(world).all_text


@pytest.mark.parametrize("beginning", ["lost", "last"])
async def test_a_transfer_to_an_identifier_given_again_counts_without_its_beginning(
    world, beginning
):
    await transferred(world, 3000)
    today, facts = Call(world, "43"), {"direction": "inbound", "caller_number": NUMBER}
    ringing = today.post("call.ringing", 2, extensions=["104"], **facts)
    onwards = today.post("call.transferred", 10, other_call_id="42")
    late = [today.started()] if beginning == "last" else []
    await world.post("door", ringing, onwards, today.ended(**facts), *late)
    assert len(cards(world)) == 1


async def test_a_leg_that_shows_a_number_in_a_long_talk_of_a_withheld_caller_is_none_of_its_own(
    world,
):
    call = Call(world, ago=2 * 60 * 60)
    answered = call.post("call.answered", 5, extension="104")
    await world.post("door", call.started(caller_number=None), answered)
    facts = {"direction": "inbound", "caller_number": NUMBER}
    await world.post("door", call.post("call.started", 2 * 60 * 60, **facts))
    await world.post("door", call.post("call.ended", 2 * 60 * 60 + 30, disposition="no_answer"))
    assert cards(world) == []
