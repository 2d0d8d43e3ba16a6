"""Which channel gets what, and when it is left in peace."""

from datetime import UTC, datetime, timedelta

from storage.standing import read_standing

NUMBER = "0123456789"
NIGHT = """
[[routes]]
channel = "C0SALES"
alerts = ["missed_call"]
timezone = "Europe/Paris"
quiet_hours = "20:00-07:00"
continue = true

[[routes]]
channel = "C0OPS"
systems = ["door"]
queues = ["Support"]
numbers = "masked"
timezone = "Asia/Kathmandu"
"""


async def missed(world, queue="Support"):
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, "Pat", queue))


def card(world, channel):
    (only,) = world.workspace.messages(channel)
    return only


async def test_a_route_that_goes_on_gives_each_channel_its_own_card(world_with):
    async with world_with(routes=NIGHT) as world:
        await missed(world)
        assert "01 23 45 67 89" in card(world, "C0SALES").all_text
        masked = card(world, "C0OPS")
        assert "Fri 20 Nov 18:46 +0545 (Asia/Kathmandu)" in masked.all_text
        assert "23 45" not in masked.all_text
        assert "••• 89" in masked.text
        assert world.workspace.messages("C0SUPPORT") == []


async def test_a_route_that_names_queues_lets_others_by(world_with):
    async with world_with(routes=NIGHT) as world:
        await missed(world, queue="Sales")
        assert world.workspace.messages("C0OPS") == []
        card(world, "C0SALES")
        card(world, "C0SUPPORT")


async def test_a_click_in_one_channel_edits_the_cards_in_all(world_with):
    async with world_with(routes=NIGHT) as world:
        await missed(world)
        await world.click("U0BO", "C0OPS", "Missed call: Pat", "missed_call.claim")
        assert "Claimed by <@U0BO>" in card(world, "C0SALES").all_text
        assert "Claimed by <@U0BO>" in card(world, "C0OPS").all_text


async def test_a_caller_who_tries_another_queue_is_told_to_that_team_too(world_with):
    async with world_with(routes=NIGHT) as world:
        await missed(world, queue="Sales")
        await world.clock.advance(60)
        await missed(world)
        await missed(world)
        for channel in ("C0SALES", "C0SUPPORT", "C0OPS"):
            assert "*Tries*\n3" in card(world, channel).all_text
        await world.click("U0BO", "C0OPS", "Missed call: Pat", "missed_call.claim")
        assert "Claimed by <@U0BO>" in card(world, "C0SALES").all_text


async def test_quiet_hours_hold_a_card_until_they_end(world_with):
    async with world_with(routes=NIGHT) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        await missed(world)
        await world.click("U0BO", "C0OPS", "Missed call: Pat", "missed_call.claim")
        assert world.workspace.messages("C0SALES") == []
        world.clock.set(datetime(2026, 11, 21, 5, 59, tzinfo=UTC))
        await world.settle()
        assert world.workspace.messages("C0SALES") == []
        world.clock.set(datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC))
        await world.settle()
        assert "bo" in card(world, "C0SALES").all_text


async def test_what_is_over_before_the_morning_is_never_told(world_with):
    async with world_with(routes=NIGHT) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        await missed(world)
        await world.click("U0BO", "C0OPS", "Missed call: Pat", "missed_call.resolve")
        world.clock.set(datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC))
        await world.settle()
        assert world.workspace.messages("C0SALES") == []
        assert "Resolved" in card(world, "C0OPS").all_text


async def test_what_is_critical_wakes_people_up(world_with):
    quiet = NIGHT.replace('alerts = ["missed_call"]', "")
    async with world_with(routes=quiet) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=200)
        await world.watch("paris")
        assert "Critical" in card(world, "C0SALES").all_text


async def test_a_warning_held_by_quiet_hours_is_let_go_when_it_turns_critical(world_with):
    quiet = NIGHT.replace('alerts = ["missed_call"]', "")
    async with world_with(routes=quiet) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=70)
        await world.watch("paris")
        assert world.workspace.messages("C0SALES") == []
        await world.clock.advance(15)
        world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=200)
        await world.watch("paris")
        assert "Critical" in card(world, "C0SALES").all_text


async def test_what_quiet_hours_let_go_waits_from_then_on(world_with):
    quiet = NIGHT.replace('alerts = ["missed_call"]', "")
    async with world_with(routes=quiet) as world:
        world.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
        world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=70)
        await world.watch("paris")
        await world.clock.advance(15)
        now = world.clock.now()
        world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=200)
        await world.runtime.checks.queue_figures("paris")
        standing = await world.runtime.store.read(read_standing, now + timedelta(minutes=30))
        assert (standing.oldest_message.name, standing.oldest_message.since) == ("C0SALES", now)


async def test_a_channel_that_is_gone_sends_its_alerts_to_the_ops_channel(world_with):
    async with world_with(routes=NIGHT.replace("C0SALES", "C0OLD")) as world:
        await missed(world, queue="Sales")
        said = [message.text for message in world.workspace.messages("C0OPS")]
        assert len(said) == 2
        assert "C0OLD" in said[0]
        assert "cannot be delivered" in said[0]
        assert "Missed call: Pat" in said[1]
