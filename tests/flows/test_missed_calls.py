"""A missed call, from the phone system to the team: one card, and true."""

from datetime import timedelta

from support.cards import NUMBER, lines, only_card
from support.world_settings import FULL

from bot.adapters.mirta.simulated_calls import CsvColumns


async def test_a_signed_webhook_gives_one_card_stamped_with_the_arrival(world):
    posts = world.door.customer_calls_and_hangs_up(NUMBER, "Acme Ltd", "Support")
    assert await world.post("door", *posts) == [202, 202, 202]
    card = only_card(world)
    assert "Missed call: Acme Ltd" in card.text
    assert "hung up while waiting" in card.all_text
    assert "Fri 20 Nov 14:01 CET (Europe/Paris)" in card.all_text
    assert card.action_ids == ["missed_call.call_back", "missed_call.claim", "missed_call.resolve"]


async def test_the_same_posts_again_change_nothing(world):
    posts = world.door.customer_calls_and_hangs_up(NUMBER)
    await world.post("door", *posts)
    before = len(world.workspace.calls)
    assert await world.post("door", *posts) == [202, 202, 202]
    assert len(world.workspace.calls) == before
    only_card(world)


async def test_an_answered_call_is_nobodys_business(world):
    await world.post("door", *world.door.customer_calls_and_is_answered(NUMBER))
    assert world.workspace.messages("C0SUPPORT") == []


async def test_posts_in_the_wrong_order_give_the_same_verdict(world):
    posts = world.door.customer_calls_and_is_answered(NUMBER)
    await world.post("door", posts[2], posts[0], posts[1])
    await world.post("door", posts[3])
    assert world.workspace.messages("C0SUPPORT") == []


async def test_news_that_comes_late_corrects_the_card(world):
    blind_end = world.door.post(
        {
            "event": "call.ended",
            "call_id": "late-1",
            "at": world.clock.now().isoformat(),
            "direction": "inbound",
            "caller_number": NUMBER,
        }
    )
    await world.post("door", blind_end)
    assert "Open" in only_card(world).all_text
    late = world.door.post(
        {
            "event": "call.answered",
            "call_id": "late-1",
            "at": world.clock.now().isoformat(),
            "extension": "101",
        }
    )
    await world.post("door", late)
    assert "answered after all" in only_card(world).all_text


async def test_axeos_events_give_one_card_per_call_whoever_rang(world):
    await world.poll("lyon")
    world.axeos.pbx.customer_calls_and_hangs_up(NUMBER, "Pat", rang=("pat",), waited_seconds=29)
    await world.poll("lyon")
    card = only_card(world)
    assert "Missed call: Pat" in card.text
    assert "0:29" in card.all_text


async def test_mirta_call_records_give_one_card_per_call(world):
    await world.poll("paris")
    await world.clock.advance(60)
    world.mirta.pbx.customer_calls_and_hangs_up(NUMBER, "Pat", "0987654321", 29)
    await world.poll("paris")
    await world.poll("paris")
    card = only_card(world)
    assert "Missed call: Pat" in card.text
    assert "seen by polling, up to 15 s late" in card.all_text


async def test_the_same_caller_again_counts_on_the_open_card(world):
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER))
    await world.clock.advance(120)
    await world.post("door", *world.door.customer_calls_and_hangs_up("+33 1 23 45 67 89"))
    card = only_card(world)
    assert "*Tries*\n2" in card.all_text
    assert lines(card) == ["Missed again: try 2."]


async def test_a_withheld_caller_cannot_be_called_back_and_matches_nobody(world):
    for _ in range(2):
        await world.post("door", *world.door.customer_calls_and_hangs_up("anonymous", "Hidden"))
    first, second = world.workspace.messages("C0SUPPORT")
    assert "withheld" in first.all_text
    assert "missed_call.call_back" not in second.action_ids


async def test_late_news_of_an_older_call_leaves_the_newer_card_alone(world):
    await world.post("door", _ended(world, "old", NUMBER))
    await world.click("U0BO", "C0SUPPORT", "Missed call", "missed_call.resolve")
    await world.clock.advance(600)
    await world.post("door", _ended(world, "new", NUMBER))
    await world.post("door", _late_answer(world, "old", seconds_ago=601))
    _, newer = world.workspace.messages("C0SUPPORT")
    assert "Open: nobody has claimed it" in newer.all_text


async def test_late_news_that_the_newest_try_was_answered_closes_the_card(world):
    await world.post("door", _ended(world, "first", NUMBER))
    await world.clock.advance(60)
    await world.post("door", _ended(world, "second", NUMBER))
    await world.post("door", _late_answer(world, "second"))
    assert "answered after all" in only_card(world).all_text


async def test_a_transfer_that_is_told_late_corrects_the_card(world):
    await world.post("door", _ended(world, "a", NUMBER))
    await world.post("door", _late_answer(world, "b"), _ended(world, "b", NUMBER))
    await world.post(
        "door",
        world.door.post(
            {
                "event": "call.transferred",
                "at": world.clock.now().isoformat(),
                "call_id": "a",
                "other_call_id": "b",
            }
        ),
    )
    assert "answered after all" in only_card(world).all_text


def _ended(world, call_id, number):
    facts = {"direction": "inbound", "caller_number": number}
    return _event(world, "call.ended", call_id, **facts)


def _late_answer(world, call_id, seconds_ago=0):
    at = (world.clock.now() - timedelta(seconds=seconds_ago)).isoformat()
    return _event(world, "call.answered", call_id, at=at, extension="101")


def _event(world, kind, call_id, **more):
    facts = {"event": kind, "call_id": call_id, "at": world.clock.now().isoformat()}
    return world.door.post(facts | more)


HOSTILE = "<!channel> *x* _y_ `z` & <http://a|b> <@U0ANA>"


async def test_a_hostile_caller_name_is_inert_everywhere(world):
    await world.own("U0BO", "104", "paris")
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, HOSTILE, HOSTILE))
    await world.clock.advance(60)
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, HOSTILE, HOSTILE))
    world.mirta.pbx.leave_voicemail("104", NUMBER, HOSTILE.replace('"', ""))
    await world.slash("U0BO", "C0SUPPORT", "/vm")
    world.mirta.pbx.queues["281"].name = HOSTILE
    await world.slash("U0BO", "C0SUPPORT", "/queue @paris")
    await world.slash("U0BO", "C0SUPPORT", "/agents @nowhere <!channel>")
    await world.watch("paris")
    seen = [only_card(world), *only_card(world).replies, *world.workspace.ephemerals("U0BO")]
    assert len(seen) == 5
    found = {
        live
        for message in seen
        for live in ("<!channel", "<http", "<@U0ANA", "*x*", "_y_", "`z`", "& <")
        if live in _marked_up(message)
    }
    assert found == set()


def _marked_up(message):
    """Everything in which Slack reads markup: plain-text headers and names on buttons apart."""
    header = "\n".join(
        block["text"]["text"] for block in message.blocks if block["type"] == "header"
    )
    return message.all_text.replace(header, _entities_only(header)) if header else message.all_text


def _entities_only(text):
    return "".join(mark for mark in text if mark in "<>")


async def test_a_history_without_directions_is_told_once_and_read_when_it_is_mended(world_with):
    async with world_with(FULL) as world:
        world.mirta.pbx.csv_columns = CsvColumns.SEEN
        world.mirta.pbx.customer_calls_and_hangs_up(NUMBER, "Acme Ltd", "15550123", 20)
        poller = next(one for one in world.runtime.pollers if one.system == "full")
        for _ in range(4):
            assert not await poller._try()
            await world.settle()
        (notice,) = world.workspace.messages("C0SUPPORT")
        assert "does not tell the direction of its calls" in notice.all_text
        assert "the column direction is missing" in notice.all_text

        world.mirta.pbx.csv_columns = CsvColumns.USUAL
        await world.poll("full")
        notice, missed = world.workspace.messages("C0SUPPORT")
        assert "full is back" in notice.text
        assert "Missed call: Acme Ltd" in missed.text


async def test_an_answered_call_without_a_disposition_is_nobodys_business(world_with):
    async with world_with(FULL) as world:
        world.mirta.pbx.csv_columns = CsvColumns.NO_DISPOSITION
        world.mirta.pbx.customer_is_answered(NUMBER, "Acme Ltd", "15550123", "104")
        await world.poll("full")
        assert world.workspace.messages("C0SUPPORT") == []
        world.mirta.pbx.customer_calls_and_hangs_up(NUMBER, "Acme Ltd", "15550123", 20)
        await world.poll("full")
        only_card(world)
