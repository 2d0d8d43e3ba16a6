"""News of an earlier call that comes late, under an identifier that another call has by now."""

import pytest
from support.cards import NUMBER, only_card
from support.posted_calls import Call

OTHER = "0123450000"


def cards(world):
    return world.workspace.messages("C0SUPPORT")


async def test_an_end_that_is_dated_long_before_its_call_is_told_once_a_day(world):
    call = Call(world)
    await world.post("door", call.started(), call.ringing("104"))
    for seconds in (30, 31):
        await world.post("door", call.post("call.ended", seconds - 13 * 60 * 60))
    (told,) = world.workspace.messages("C0OPS")
    assert "is dated 2026-11-20 00:01 UTC, long before its call began" in told.text
    await world.post("door", call.ended())
    assert "Fri 20 Nov 14:01 CET" in only_card(world).all_text


@pytest.mark.parametrize("first", ["before", "after", "among"])
async def test_late_news_of_another_callers_call_does_not_settle_todays(world, first):
    """An identifier may be given again half an hour after the end."""
    others = {"direction": "inbound", "caller_number": OTHER}
    before, today = Call(world, ago=3600), Call(world)
    began = before.started(caller_number=OTHER)
    ended = before.ended(disposition="answered", **others)
    posts = [today.started(), today.ended(direction="inbound", caller_number=NUMBER)]
    match first:
        case "before":
            posts = [began, ended, *posts, before.post("call.answered", 5, **others)]
        case "after":
            posts = [*posts, began, ended]
        case "among":
            posts = [began, posts[0], ended, posts[1]]
    await world.post("door", *posts)
    assert "Open: nobody" in only_card(world).all_text
    assert "01 23 45 67 89" in only_card(world).all_text


async def test_a_missed_call_that_is_left_out_as_an_earlier_one_is_told(world):
    before, today = Call(world, ago=3600), Call(world)
    missed = before.ended(direction="inbound", caller_number=OTHER)
    await world.post("door", today.started(), today.ended(), missed)
    assert "01 23 45 67 89" in only_card(world).all_text
    (told,) = world.workspace.messages("C0OPS")
    assert "left out, as news of an earlier call" in told.text


async def test_a_calls_own_beginning_that_comes_after_a_leg_with_another_number_counts(world):
    call = Call(world, ago=2400)
    late = call.post("call.ringing", 2100, direction="inbound", caller_number=OTHER)
    answered = call.post("call.answered", 5, extension="104", direction="inbound")
    await world.post("door", late, call.started(), answered)
    await world.post("door", call.post("call.ended", 2400, disposition="no_answer"))
    assert cards(world) == []


async def test_an_earlier_call_that_names_todays_identifier_does_not_settle_it(world):
    before, today = Call(world, "40", ago=3600), Call(world, "41")
    await world.post("door", today.started(), today.ended())
    others = {"direction": "inbound", "caller_number": OTHER}
    await world.post("door", before.started(caller_number=OTHER))
    await world.post("door", before.post("call.transferred", 10, other_call_id="41", **others))
    await world.post("door", before.ended(disposition="answered", **others))
    assert "Open: nobody" in only_card(world).all_text


async def test_an_earlier_call_that_is_left_out_and_says_nothing_of_its_end_is_not_told(world):
    before, today = Call(world, ago=3600), Call(world)
    ended = before.ended(direction="inbound", caller_number=OTHER, disposition=None)
    await world.post("door", today.started(), today.ended(), ended)
    assert world.workspace.messages("C0OPS") == []
