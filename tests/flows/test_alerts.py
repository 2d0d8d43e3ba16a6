"""Queues in trouble, licences that end, systems that are away: one message each, edited."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from bot.adapters.simulation import Fault

CHANNEL = "C0SUPPORT"


def cards(world, channel=CHANNEL):
    return world.workspace.messages(channel)


def lines(card):
    return [reply.text for reply in card.replies]


async def waits(world, seconds, waiting=1):
    """A quarter of a minute later the oldest caller of Support has waited that long."""
    await world.clock.advance(15)
    world.mirta.pbx.set_queue("281", waiting=waiting, longest_wait_seconds=seconds)
    await world.watch("paris")


async def test_a_queue_in_trouble_is_one_message_from_warning_to_cleared(world):
    await waits(world, 70)
    (card,) = cards(world)
    assert "Queue Support" in card.text
    assert "Warning" in card.all_text
    assert "1 min 10 s" in card.all_text
    await waits(world, 200)
    assert "Critical" in cards(world)[0].all_text
    await waits(world, 50)
    await waits(world, 10)
    (card,) = cards(world)
    assert "Cleared" in card.all_text
    assert "*Worst*\n3 min 20 s" in card.all_text
    assert lines(card) == ["Critical now.", "Cleared after 1 min, at worst 3 min 20 s."]


async def test_a_queue_that_is_well_is_nobodys_business(world):
    await waits(world, 59)
    assert cards(world) == []


async def test_a_system_that_cannot_be_asked_clears_nothing(world):
    await waits(world, 200)
    world.wires["paris"].die()
    await world.clock.advance(60)
    await world.watch("paris")
    (card,) = cards(world)
    assert "Critical" in card.all_text
    assert lines(card) == []


async def test_the_same_look_by_two_replicas_counts_once(world):
    world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=70)
    await world.watch("paris")
    before = len(world.workspace.calls)
    await world.watch("paris")
    assert len(world.workspace.calls) == before


async def nine_in_the_morning(world, day):
    world.clock.set(datetime(2026, 11, day, 8, 0, 30, tzinfo=UTC))


def only_host(world, renews_on):
    host = world.crm.pbx.hosts[5] | {"licence_renewal_date": renews_on}
    world.crm.pbx.hosts.clear()
    world.crm.pbx.hosts[5] = host


@pytest.fixture
async def morning(world):
    """Nine o'clock in Paris; one host whose licence ends in a week."""
    await nine_in_the_morning(world, 23)
    only_host(world, "2026-11-30")
    return world


async def test_a_licence_is_told_once_over_looks_and_restarts(morning):
    for _ in range(2):
        await morning.watch("crm")
        await morning.restart()
    (card,) = cards(morning)
    assert "7 days left" in card.all_text
    assert "Monday 30 November 2026" in card.all_text


async def test_nothing_is_asked_before_the_hour(morning):
    morning.clock.set(datetime(2026, 11, 23, 7, 59, 30, tzinfo=UTC))
    await morning.watch("crm")
    assert cards(morning) == []
    assert morning.wires["crm"].asked == 0


async def test_the_next_step_is_told_on_its_day(morning):
    await morning.watch("crm")
    await nine_in_the_morning(morning, 24)
    await morning.watch("crm")
    assert len(cards(morning)) == 1
    await nine_in_the_morning(morning, 27)
    await morning.watch("crm")
    assert "3 days left" in cards(morning)[1].all_text


async def test_a_renewed_licence_closes_its_message_and_starts_anew(morning):
    await morning.watch("crm")
    morning.crm.pbx.renew(5, date(2026, 12, 24))
    await nine_in_the_morning(morning, 24)
    await morning.watch("crm")
    first, second = cards(morning)
    assert "Renewed" in first.all_text
    assert "30 days left" in second.all_text


async def test_a_host_that_is_gone_is_not_called_renewed(morning):
    await morning.watch("crm")
    morning.crm.pbx.hosts.clear()
    await nine_in_the_morning(morning, 24)
    await morning.watch("crm")
    (card,) = cards(morning)
    assert "Renewed" not in card.all_text
    assert "No longer watched" in card.all_text


async def test_a_host_that_comes_back_unchanged_is_watched_again(morning):
    await morning.watch("crm")
    host = morning.crm.pbx.hosts.pop(5)
    await nine_in_the_morning(morning, 24)
    await morning.watch("crm")
    morning.crm.pbx.hosts[5] = host
    await nine_in_the_morning(morning, 25)
    await morning.watch("crm")
    assert "5 days left" in cards(morning)[-1].all_text


async def test_an_inventory_that_does_not_answer_is_asked_again_the_same_day(morning):
    morning.wires["crm"].die()
    await morning.watch("crm")
    morning.wires["crm"].mend()
    await morning.watch("crm")
    (card,) = cards(morning)
    assert "7 days left" in card.all_text


async def test_a_system_that_is_away_is_one_notice_from_down_to_back(world):
    poller = next(one for one in world.runtime.pollers if one.system == "paris")
    running = asyncio.ensure_future(poller.run())
    await in_time(world, lambda: poller.told)
    world.wires["paris"].die()
    await in_time(world, lambda: poller.failures == 1)
    assert cards(world) == []
    await in_time(world, lambda: poller.failures == 2)
    (card,) = cards(world)
    assert "paris does not answer" in card.text
    await in_time(world, lambda: poller.failures == 3)
    world.wires["paris"].mend()
    await in_time(world, lambda: poller.failures == 0)
    running.cancel()
    (card,) = cards(world)
    assert "paris is back" in card.text
    assert "Answering again" in card.all_text


async def in_time(world, condition):
    """Let time pass for a poller that runs beside us until it got there, then settle."""
    async with asyncio.timeout(30):
        while not condition():
            await world.clock.advance(1)
            await asyncio.sleep(0.002)
    await world.runtime.store.write(lambda session: None)  # what it began to write is in
    await world.settle()


async def test_two_systems_that_hang_do_not_delay_a_third(world):
    world.mirta.simulation.order(Fault.HANG, times=99)
    world.crm.simulation.order(Fault.HANG, times=99)
    await nine_in_the_morning(world, 23)
    hanging = [
        asyncio.ensure_future(world.runtime.checks.queue_figures("paris")),
        asyncio.ensure_future(world.runtime.checks.licences("crm")),
        asyncio.ensure_future(world.runtime.pollers[0].look()),
    ]
    await world.poll("lyon")
    world.axeos.pbx.customer_calls_and_hangs_up("0123456789", "Pat", rang=("pat",))
    await world.poll("lyon")
    assert [task.done() for task in hanging] == [False] * 3
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    assert "Missed call: Pat" in cards(world)[0].text


async def blind(world, seconds):
    """The phone system gives no figures for so long."""
    world.wires["paris"].die()
    for _ in range(seconds // 15):
        await world.clock.advance(15)
        await world.watch("paris")


async def test_figures_that_nobody_knows_any_more_are_said_to_be_unknown(world):
    await waits(world, 200)
    await blind(world, 30)
    assert "3 min 20 s" in cards(world)[0].text
    await blind(world, 30)
    (card,) = cards(world)
    assert "not known now" in card.text
    assert "Critical" in card.all_text
    world.wires["paris"].mend()
    await waits(world, 70)
    assert "1 min 10 s" in cards(world)[0].text


AGE = """
[[thresholds]]
metric = "data_age"
queues = ["281"]
warn = 45
critical = 120
clear = 1
"""


async def test_figures_that_grow_old_are_an_alert_of_their_own(world_with):
    async with world_with(AGE) as world:
        await waits(world, 0)
        await blind(world, 60)
        assert "the figures are 1 min 00 s old" in support(world).text
        await blind(world, 60)
        assert "Critical" in support(world).all_text
        world.wires["paris"].mend()
        await waits(world, 0)
        assert "the figures are fresh" in support(world).text
        assert "Cleared" in support(world).all_text


def support(world):
    (card,) = [one for one in cards(world) if "Queue Support" in one.text]
    return card


async def test_a_systems_own_licence_is_remembered_once_too(world):
    world.mirta.pbx.licence_days = "14"
    world.clock.set(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    for _ in range(2):
        await world.watch("paris")
    (card,) = cards(world)
    assert "Licence of MiRTA PBX (paris): 14 days left (2026-12-05)" in card.text


@pytest.mark.parametrize("answer", ["", "{}"])
async def test_an_own_licence_that_cannot_be_read_closes_no_reminder(answer, world):
    world.mirta.pbx.licence_days = "14"
    await nine_in_the_morning(world, 21)
    await world.watch("paris")
    world.mirta.pbx.licence_days = answer
    await nine_in_the_morning(world, 22)
    await world.watch("paris")
    (card,) = cards(world)
    assert "14 days left" in card.text
    assert cards(world, "C0OPS") == []  # it may be over tomorrow


async def test_a_system_that_does_not_tell_its_licence_is_asked_once_a_day(world):
    world.mirta.pbx.licence_days = "no such thing"
    world.clock.set(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    for _ in range(3):
        await world.watch("paris")
    assert cards(world) == []
    asked = [one for one in world.mirta.simulation.requests if "LICENSEDAYS" in str(one)]
    assert len(asked) == 1
