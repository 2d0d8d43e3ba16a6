"""Phone systems whose clocks are ahead: what they post is dated by its arrival."""

from datetime import timedelta

import pytest
from support.cards import NUMBER, only_card

AHEAD = [timedelta(minutes=2), timedelta(days=1), timedelta(days=40 * 365)]


class Sender:
    """Posts calls of ``NUMBER`` by a clock that is wrong."""

    def __init__(self, world, ahead):
        self.world, self.ahead = world, ahead

    def notice(self, event, call_id, seconds_ago=0, **more):
        facts = {"direction": "inbound", "caller_number": NUMBER, **more}
        return {"event": event, "call_id": call_id, "at": self.at(seconds_ago), **facts}

    def at(self, seconds_ago):
        return (self.world.clock.now() + self.ahead - timedelta(seconds=seconds_ago)).isoformat()

    async def post(self, *notices):
        assert await self.world.post("door", self.world.door.post(*notices)) == [202]


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
async def test_a_missed_call_is_of_when_it_was_told_and_turns_green_as_ever(world, ahead):
    sender = Sender(world, ahead)
    await sender.post(sender.notice("call.started", "1"))
    await world.clock.advance(25)
    await sender.post(sender.notice("call.ended", "1", disposition="no_answer"))
    assert "Fri 20 Nov 14:02 CET" in only_card(world).all_text
    assert "*Waited*\n0:25" in only_card(world).all_text
    await world.clock.advance(300)
    await world.post("door", *world.door.customer_calls_and_is_answered(NUMBER, extension="102"))
    assert "The caller rang again and 102 answered" in only_card(world).all_text


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
async def test_what_one_post_tells_lasts_as_long_as_it_says(world, ahead):
    sender = Sender(world, ahead)
    whole = {"started_at": sender.at(29), "answered": False}
    await sender.post(sender.notice("call.ended", "1", **whole))
    assert "*Waited*\n0:29" in only_card(world).all_text
    assert "Fri 20 Nov 14:01 CET" in only_card(world).all_text


async def test_a_call_that_lasted_longer_than_the_clock_is_ahead_lasts_as_long(world):
    sender = Sender(world, AHEAD[0])
    whole = {"started_at": sender.at(150), "answered": False}
    await sender.post(sender.notice("call.ended", "1", **whole))
    assert "*Waited*\n2:30" in only_card(world).all_text


async def test_one_call_that_is_dated_wrongly_leaves_the_others_of_its_post_alone(world):
    wrong, right = Sender(world, AHEAD[-1]), Sender(world, timedelta())
    ended = {"disposition": "no_answer"}
    await right.post(
        wrong.notice("call.ended", "1", **ended, caller_number="0987654321"),
        right.notice("call.ended", "2", 600, **ended),
    )
    _, other = world.workspace.messages("C0SUPPORT")
    assert "Fri 20 Nov 13:52 CET" in other.all_text


async def test_an_identifier_that_a_wrong_clock_has_used_may_be_given_again(world):
    wrong, right = Sender(world, AHEAD[-1]), Sender(world, timedelta())
    await wrong.post(wrong.notice("call.ended", "1", answered=True))
    await world.clock.advance(3600)
    await right.post(right.notice("call.ended", "1", answered=False))
    only_card(world)


async def test_a_message_in_a_mailbox_came_when_it_was_told(world):
    for new in range(2):
        notice = {"event": "voicemail.changed", "mailbox": "101", "new": new, "old": 0}
        sender = Sender(world, AHEAD[-1])
        await sender.post(notice | {"at": sender.at(0)})
    assert "Fri 20 Nov 14:02 CET" in only_card(world).all_text


async def test_a_clock_that_is_a_little_ahead_is_taken_at_its_word(world):
    sender = Sender(world, timedelta(seconds=50))
    await sender.post(sender.notice("call.ended", "1", answered=False))
    assert "Fri 20 Nov 14:03 CET" in only_card(world).all_text
