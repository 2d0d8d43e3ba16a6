"""News that comes late, in pieces or in the wrong order: one card per missed call, and true."""

from itertools import permutations

import pytest
from support.cards import NUMBER, only_card
from support.posted_calls import Call


def cards(world):
    return world.workspace.messages("C0SUPPORT")


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_a_missed_call_told_in_pieces_is_one_card_in_any_order(world, order):
    call = Call(world)
    pieces = [
        call.started(caller_name="Pat", requested="0198765432"),
        call.ringing("104"),
        call.ended(),
    ]
    for index in order:
        await world.post("door", pieces[index])
    card = only_card(world)
    assert "01 23 45 67 89" in card.all_text
    assert "Pat" in card.all_text
    assert "104" in card.all_text


async def test_a_transfer_that_is_told_last_does_not_hide_a_missed_call(world):
    await world.post("door", Call(world, "T1").started(), Call(world, "T2").ended())
    await world.post("door", Call(world, "T1").post("call.transferred", 20, other_call_id="T2"))
    assert "01 23 45 67 89" in only_card(world).all_text


async def test_a_number_that_comes_late_gets_onto_the_card_and_makes_it_the_callers(world):
    call = Call(world)
    await world.post("door", call.ended(direction="inbound"))
    assert "withheld" in only_card(world).all_text
    await world.post("door", call.started(caller_name="Pat"))
    assert "01 23 45 67 89" in only_card(world).all_text
    again = Call(world, "42")
    await world.clock.advance(120)
    await world.post("door", again.started(), again.ended())
    assert [reply.text for reply in only_card(world).replies] == ["Missed again: try 2."]


async def test_a_number_that_turns_out_to_have_a_card_counts_there(world):
    first, second = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", first.started(), first.ended())
    await world.post("door", second.ended(direction="inbound"), second.started())
    one, other = cards(world)
    assert [reply.text for reply in one.replies] == ["Missed again: try 2."]
    assert "has an open card already" in other.all_text


async def test_the_card_that_counts_is_shown_where_the_other_one_was_closed(world_with):
    sales = '[[routes]]\nchannel = "C0SALES"\nqueues = ["Sales"]\n'
    async with world_with(routes=sales) as world:
        first, second = Call(world, "41", ago=300), Call(world, "42")
        await world.post("door", first.started(), first.ended(queue="Sales"))
        await world.post("door", second.ended(direction="inbound", queue="Support"))
        await world.post("door", second.started())
        closed, counts = cards(world)
        assert "has an open card already" in closed.all_text
        assert "*Tries*\n2" in counts.all_text
        assert "*Tries*\n2" in world.workspace.messages("C0SALES")[0].all_text


@pytest.mark.parametrize("together", [True, False])
async def test_two_cards_that_turn_out_to_be_one_call_leave_one_open(world, together):
    one, other = Call(world, "41"), Call(world, "42")
    told = [one.ended(direction="inbound"), other.ended(direction="inbound")]
    told.append(one.post("call.transferred", 20, other_call_id="42"))
    for posts in [told] if together else [told[:2], told[2:]]:
        await world.post("door", *posts)
    assert len(cards(world)) == 2
    closed = [card for card in cards(world) if "has an open card already" in card.all_text]
    assert len(closed) == 1


async def test_of_two_cards_for_one_call_the_one_that_tells_of_another_call_too_stays(world):
    one, other, later = Call(world, "41", ago=600), Call(world, "42", ago=600), Call(world, "43")
    await world.post("door", one.started(), one.ended(), later.started(), later.ended())
    await world.post("door", other.ended(direction="inbound"))
    await world.post("door", one.post("call.transferred", 20, other_call_id="42"))
    counts, closed = cards(world)
    assert "Open: nobody has claimed it" in counts.all_text
    assert "*Tries*\n2" in counts.all_text
    assert "has an open card already" in closed.all_text


@pytest.mark.parametrize("together", [True, False])
async def test_what_a_transfer_leads_to_may_come_with_it(world, together):
    one, other = Call(world, "41"), Call(world, "42")
    told = [one.started(), one.post("call.transferred", 20, other_call_id="42"), other.ended()]
    for posts in [told] if together else [[post] for post in told]:
        await world.post("door", *posts)
    assert "01 23 45 67 89" in only_card(world).all_text


@pytest.mark.parametrize("together", [True, False])
async def test_two_calls_that_lead_to_the_same_third_are_one_that_was_answered(world, together):
    one, other = Call(world, "41"), Call(world, "43")
    told = [
        one.started(),
        one.post("call.transferred", 20, other_call_id="42"),
        other.post("call.transferred", 21, other_call_id="42"),
        other.post("call.answered", 25, extension="104"),
        one.ended(),
    ]
    for posts in [told] if together else [[post] for post in told]:
        await world.post("door", *posts)
    assert cards(world) == []


@pytest.mark.parametrize("before", ["no_answer", "answered"])
async def test_an_identifier_that_is_given_again_is_another_call(world, before):
    yesterday = Call(world, ago=24 * 3600)
    await world.post("door", yesterday.started(), yesterday.ended(disposition=before))
    count = len(cards(world))
    today = Call(world)
    await world.post("door", today.started(caller_number="0987654321"), today.ended())
    assert len(cards(world)) == count + 1
    assert "09 87 65 43 21" in cards(world)[-1].all_text


async def test_a_call_that_was_answered_and_no_more_is_known_closes_the_card(world):
    missed = Call(world, ago=300)
    await world.post("door", missed.started(), missed.ended())
    back = Call(world, "42")
    await world.post(
        "door",
        back.ended(direction="outbound", requested=NUMBER, answered=True, disposition="answered"),
    )
    assert "Reached." in only_card(world).all_text


async def test_a_missed_call_that_is_told_after_the_call_back_is_born_green(world):
    missed, back = Call(world, "41", ago=300), Call(world, "42")
    await world.post(
        "door",
        back.ended(direction="outbound", requested=NUMBER, disposition="answered", talk_seconds=80),
    )
    await world.post("door", missed.started(), missed.ended())
    card = only_card(world)
    assert "Reached, talked 1:20." in card.all_text
    assert card.action_ids == ["missed_call.reopen"]


async def test_a_number_that_comes_after_the_news_of_the_call_back_turns_the_card_green(world):
    missed, back = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", missed.ended(direction="inbound"))
    await world.post(
        "door",
        back.ended(direction="outbound", requested=NUMBER, disposition="answered", talk_seconds=80),
    )
    assert "Open: nobody has claimed it" in only_card(world).all_text
    await world.post("door", missed.started())
    assert "Reached, talked 1:20." in only_card(world).all_text


async def test_a_talk_that_was_taken_for_a_missed_call_closes_an_earlier_card(world):
    missed, talk = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", missed.started(), missed.ended())
    await world.post("door", talk.ended(direction="inbound", disposition=None))
    await world.post("door", talk.post("call.answered", 5, extension="104"), talk.started())
    assert ["Open" in card.text for card in cards(world)] == [False, False]


async def test_late_news_of_a_card_that_was_opened_again_leaves_it_open(world):
    missed, back = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", missed.started(), missed.ended())
    await world.post(
        "door",
        back.ended(direction="outbound", requested=NUMBER, disposition="answered", talk_seconds=80),
    )
    await world.click("U0BO", "C0SUPPORT", "Missed call", "missed_call.reopen")
    await world.post("door", missed.ringing("104"))
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_a_leg_inside_the_company_hides_no_missed_call_of_which_the_start_comes_last(world):
    outer, inner = Call(world, "41"), Call(world, "42")
    await world.post(
        "door",
        inner.ended(direction="inbound", caller_number=NUMBER),
        outer.post("call.transferred", 15, other_call_id="42"),
        inner.post("call.started", 15, direction="internal", caller_number=NUMBER),
    )
    await world.post("door", outer.started())
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_each_way_of_being_unreadable_is_told(world):
    posts = [
        world.door.post({"event": "call.ended", "call_id": "41", "at": "today"}),
        world.door.post({"event": "call.ended", "call_id": "41", "at": "2026-11-20T13:02:11"}),
        world.door.post({"event": "call.ended", "at": "2026-11-20T13:02:11Z"}),
    ]
    await world.post("door", *posts)
    told = [message.text for message in world.workspace.messages("C0OPS")]
    assert len(told) == 3
    assert all("'ringback replay list'" in text for text in told)


POSTING = """
[systems.moscow]
vendor = "threecx_ru"
url = "https://moscow.example"
key = "env:MOSCOW_KEY"
webhook_secret = "canary-moscow-token"
region = "RU"
"""


async def test_an_end_that_is_told_again_with_the_recording_turns_no_card_green(world_with):
    """The caller was missed, then had a talk too short to count; its recording came later."""
    async with world_with(POSTING) as world:

        async def post(*bodies):
            for body in bodies:
                where = "/phone/moscow?token=canary-moscow-token"
                assert (await world.app.post(where, json=body)).status_code == 202
            await world.settle()

        await post(*world.moscow.pbx.customer_calls_and_hangs_up())
        await world.clock.advance(60)
        *ringing, picked_up, hung_up, end, again = world.moscow.pbx.customer_calls_and_is_answered()
        await post(*ringing, picked_up)
        await world.clock.advance(3)
        await post(hung_up, end)
        await world.clock.advance(90)
        await post(again)
        card = only_card(world)
        assert "Open: nobody has claimed it" in card.text
        await world.clock.advance(3600)
        await post(again | {"title": "late"})
        assert len(cards(world)) == 1
        assert "try 2" not in only_card(world).all_text


async def test_a_queue_that_comes_late_brings_the_card_to_its_channel(world_with):
    sales = '[[routes]]\nchannel = "C0SALES"\nqueues = ["Sales"]\n'
    async with world_with(routes=sales) as world:
        call = Call(world)
        await world.post("door", call.ended(direction="inbound"), call.started(queue="Sales"))
        for channel in ("C0SALES", "C0SUPPORT"):
            (card,) = world.workspace.messages(channel)
            assert "for Sales" in card.all_text


@pytest.mark.parametrize(
    ("event", "seconds", "late"),
    [
        ("call.ended", 31, {"talk_seconds": 25, "disposition": "answered"}),
        ("call.ended", 31, {"extension": "104", "disposition": "answered"}),
        ("call.started", -5, {"direction": "inbound", "caller_number": NUMBER}),
    ],
)
async def test_late_news_of_a_talk_that_did_not_settle_it_leaves_a_card_open(
    world, event, seconds, late
):
    await world.post("door", Call(world, ago=300).started(), Call(world, ago=300).ended())
    talk = Call(world, "42")
    answered = talk.post("call.answered", 5, extension="105")
    ended = {"disposition": "answered"}
    await world.post("door", talk.started(), answered, talk.ended(**ended))
    assert "answered" in only_card(world).all_text
    await world.click("U0BO", "C0SUPPORT", "Missed call", "missed_call.reopen")
    await world.post("door", talk.post(event, seconds, **late))
    assert "Open: nobody has claimed it" in only_card(world).all_text
    third = Call(world, "43", ago=-60)
    answered = third.post("call.answered", 5, extension="105")
    await world.post("door", third.started(), answered, third.ended(**ended))
    assert "Open: nobody has claimed it" not in only_card(world).all_text


@pytest.mark.parametrize("reached", [False, True])
async def test_call_backs_that_are_told_before_the_missed_call_count_in_their_order(world, reached):
    missed = Call(world, ago=300)
    facts = {"caller_number": "104", "requested": NUMBER}
    for number, ago in (("42", 200), ("43", 100)):
        back = Call(world, number, ago=ago)
        answered = back.post("call.answered", 5, extension="104")
        is_last = reached and number == "43"
        end = back.ended(disposition="answered" if is_last else "no_answer")
        posts = [back.started("outbound", **facts), *([answered] if is_last else []), end]
        await world.post("door", *posts)
    await world.post("door", missed.started(), missed.ended())
    first, second = [reply.text for reply in only_card(world).replies]
    assert first == "Called back without reaching anybody (1)."
    assert second.startswith("Reached" if reached else "Called back without reaching anybody (2)")
