"""Many missed calls at once: one message to read instead of a hundred."""

import itertools
from datetime import UTC, datetime

import pytest
from support.storms import callers_hang_up

from bot.alerts import mailboxes, queue_watch
from bot.alerts.new_voicemail import NewVoicemail
from bot.alerts.publishing import NewAlert, raise_alert
from bot.demo.workspace import Fault
from bot.telephony.queues import QueueFigures

CALLS = 40


ALL = frozenset(range(CALLS))


def listed(world, channel):
    shown = "\n".join(message.all_text for message in world.workspace.messages(channel))
    return {number for number in ALL if f"Caller {number} " in shown}


async def storm(world, first=0):
    await callers_hang_up(world, range(first, first + CALLS))
    return world.workspace.messages("C0SUPPORT")


async def test_every_call_is_listed_and_few_messages_are_posted(world):
    messages = await storm(world)
    shown = "\n".join(message.all_text for message in messages)
    assert [n for n in range(CALLS) if f"Caller {n} " not in shown] == []
    assert len(messages) <= 8
    assert world.workspace.too_fast == []


async def test_alike_names_are_told_apart_by_their_numbers(world):
    posts = []
    for number in range(12):
        name = "Northwind & Sons Trading Company <Overseas>"
        posts += world.door.customer_calls_and_hangs_up(f"+3312345{number:04}", name)
    await world.post("door", *posts)
    await world.settle(400)
    list_of_many = world.workspace.find("C0SUPPORT", "alerts at once").all_text
    shown = "\n".join(one.all_text for one in world.workspace.messages("C0SUPPORT"))
    assert [n for n in range(12) if f"45 00 {n:02}" not in shown] == []
    assert "Northwind &amp; Sons Tr" in list_of_many


@pytest.mark.parametrize("lesser", [4, 8])
@pytest.mark.parametrize("grows", [[700], [70, 700]])
async def test_nothing_critical_waits_behind_lesser_alerts_or_in_their_list(world, lesser, grows):
    store, now = world.runtime.store, world.clock.now()

    def raise_many(session):
        for number in range(lesser):
            box = NewVoicemail(mailbox=str(number), new=1, old=0, since=now)
            new = NewAlert(
                kind="voicemail",
                dedup_key=str(number),
                system="paris",
                tenant="main",
                state="new",
                facts=mailboxes.NEW_VOICEMAIL.dump_python(box, mode="json"),
            )
            raise_alert(session, world.settings, new, now)

    def waits(session, seconds):
        figures = QueueFigures(queue_id="281", name="Support", longest_wait_seconds=seconds)
        queue_watch.on_figures(session, world.settings, "paris", figures, now)

    await store.write(raise_many)
    for seconds in grows:
        await store.write(waits, seconds)
    await world.settle(200)
    order = [message.all_text for message in world.workspace.messages("C0SUPPORT")]
    assert ["Support" in text for text in order].index(True) <= 1


async def test_calls_are_handed_out_one_by_one(world):
    await storm(world)
    await world.link("U0BO", "104", "paris")
    before = len(world.workspace.ephemerals("U0BO"))
    await world.click("U0BO", "C0SUPPORT", "alerts at once", "storm.claim")
    await world.click("U0BO", "C0SUPPORT", "alerts at once", "storm.claim")
    first, second = (one.all_text for one in world.workspace.ephemerals("U0BO")[before:])
    assert "Yours: the missed call from Caller" in first
    assert first != second
    assert "✋ <@U0BO> " in world.workspace.find("C0SUPPORT", "alerts at once").all_text


async def test_who_has_lost_sight_of_their_calls_gets_them_again(world):
    await callers_hang_up(world, range(8))
    for _ in range(4):
        await world.click("U0BO", "C0SUPPORT", "3 alerts at once", "storm.claim")
    first, *_, again = (one.all_text for one in world.workspace.ephemerals("U0BO"))
    assert "Yours: the missed call from Caller 5" in again
    assert first == again
    await world.click("U0CY", "C0SUPPORT", "3 alerts at once", "storm.claim")
    assert world.workspace.ephemerals("U0CY")[-1].text.startswith("Every call of this list has an")


async def test_a_storm_that_calms_down_slowly_goes_on_in_one_message(world):
    calls = [
        world.door.customer_calls_and_hangs_up(f"+3312345{number:04}", f"Caller {number}")
        for number in range(CALLS)
    ]
    await world.post("door", *itertools.chain(*calls[:20]))
    for call in calls[20:]:
        await world.clock.advance(3)
        await world.post("door", *call)
    await world.settle(400)
    assert len(world.workspace.messages("C0SUPPORT")) == 6
    assert listed(world, "C0SUPPORT") == ALL


async def test_a_calm_channel_gets_cards_again(world):
    count = len(await storm(world))
    await world.clock.advance(60)
    await world.post("door", *world.door.customer_calls_and_hangs_up("+33987654321", "Late One"))
    messages = world.workspace.messages("C0SUPPORT")
    assert len(messages) == count + 1
    assert messages[-1].text.startswith("Missed call: Late One")


async def test_a_storm_long_past_takes_in_nothing_more(world):
    before = len(await storm(world))
    await world.clock.advance(7 * 24 * 3600)
    messages = await storm(world, first=CALLS)
    assert len(messages) == 2 * before


async def test_a_storm_of_a_channel_that_is_gone_comes_to_the_ops_channel(world):
    world.workspace.archive("C0SUPPORT")
    await storm(world)
    assert listed(world, "C0OPS") == ALL
    assert len(world.workspace.messages("C0OPS")) < CALLS / 2


async def test_a_second_burst_gets_a_message_of_its_own(world):
    await storm(world)
    await world.clock.advance(300)
    before = len(world.workspace.messages("C0SUPPORT"))
    await callers_hang_up(world, range(100, 120))
    new = world.workspace.messages("C0SUPPORT")[before:]
    shown = "\n".join(message.all_text for message in new)
    assert [n for n in range(100, 120) if f"Caller {n} " not in shown] == []
    assert len(new) <= 7


async def test_a_list_that_slack_has_not_taken_yet_takes_in_what_comes_late(world):
    world.workspace.order(method="*", fault=Fault.FAIL_BEFORE, times=10_000)
    for number in range(20):
        await world.post(
            "door",
            *world.door.customer_calls_and_hangs_up(f"+3312345{number:04}", f"Caller {number}"),
        )
        await world.clock.advance(90)
    world.workspace.behave()
    await world.settle(400)
    messages = world.workspace.messages("C0SUPPORT")
    shown = "\n".join(message.all_text for message in messages)
    assert [n for n in range(20) if f"Caller {n} " not in shown] == []
    assert len(messages) <= 9


NIGHT = """
[[routes]]
channel = "C0SALES"
timezone = "UTC"
quiet_hours = "20:00-07:00"
"""


async def test_a_storm_in_quiet_hours_waits_for_the_morning(world_with):
    async with world_with(routes=NIGHT) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        await storm(world)
        assert world.workspace.messages("C0SALES") == []
        world.clock.set(datetime(2026, 11, 21, 7, 0, 1, tzinfo=UTC))
        await world.settle(400)
        assert listed(world, "C0SALES") == ALL
        assert len(world.workspace.messages("C0SALES")) <= 8


async def test_a_night_of_long_names_is_listed_in_full(world_with):
    numbers = [f"+3312345{number:04}" for number in range(220)]
    async with world_with(routes=NIGHT) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        posts = []
        for number in numbers:
            called = {"queue": "Support for customers in Lyon", "disposition": "abandoned"}
            caller = {"caller_number": number, "caller_name": "Northwind & Sons Trading"}
            facts = {"event": "call.ended", "at": world.clock.now().isoformat(), "call_id": number}
            posts.append(world.door.post(facts | caller | called | {"direction": "inbound"}))
        await world.post("door", *posts)
        world.clock.set(datetime(2026, 11, 21, 7, 0, 1, tzinfo=UTC))
        await world.settle(400)
        shown = "\n".join(one.all_text for one in world.workspace.messages("C0SALES"))
        assert [
            number for number in numbers if f"45 {number[-4:-2]} {number[-2:]}" not in shown
        ] == []
        assert world.workspace.messages("C0OPS") == []


async def test_what_is_held_back_makes_no_storm_of_what_is_critical(world_with):
    async with world_with(routes=NIGHT) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        await storm(world)
        world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=200)
        await world.watch("paris")
        (only,) = world.workspace.messages("C0SALES")
        assert "Critical" in only.all_text
