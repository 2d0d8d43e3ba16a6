"""A queue that is no longer listed, or no longer watched, has no critical card for ever."""

from support.cards import lines

LIMIT = """
[[thresholds]]
metric = "waiting"
queues = ["Support"]
warn = 5
critical = 10
clear = 2
"""


def card(world):
    (message,) = world.workspace.messages("C0SUPPORT")
    return message


async def look(world, seconds=60):
    await world.clock.advance(seconds)
    await world.watch("paris")


async def waits(world, seconds, waiting=1):
    world.mirta.pbx.set_queue("281", waiting=waiting, longest_wait_seconds=seconds)
    await look(world)


async def test_a_queue_that_is_not_listed_is_unknown_and_after_an_hour_over(world):
    await waits(world, 200)
    gone = world.mirta.pbx.queues.pop("281")
    await look(world)
    assert "*Critical* · not known now: the phone system does not tell" in card(world).all_text
    await look(world, 59 * 60)
    assert "not known now" in card(world).all_text
    await look(world)
    assert "*Over* · this queue is not watched any more" in card(world).all_text
    assert lines(card(world))[-1] == "This queue is not watched any more."
    world.mirta.pbx.queues["281"] = gone
    await look(world)
    first, second = world.workspace.messages("C0SUPPORT")
    assert ("Over" in first.all_text, "Critical" in second.all_text) == (True, True)


async def test_a_queue_that_is_listed_again_is_the_same_trouble(world):
    await waits(world, 200)
    gone = world.mirta.pbx.queues.pop("281")
    await look(world)
    world.mirta.pbx.queues["281"] = gone
    await look(world)
    assert "the oldest caller waits 3 min 20 s" in card(world).all_text


async def test_a_queue_that_has_no_limit_any_more_is_over(world_with):
    async with world_with(LIMIT) as world:
        await waits(world, 10, waiting=12)
        assert "Critical" in card(world).all_text
        world.mirta.pbx.queues["281"].name = "Hotline"
        await look(world)
        assert "*Over* · this queue is not watched any more" in card(world).all_text


async def test_a_queue_of_a_system_that_has_no_limits_any_more_is_over(world):
    await waits(world, 200)
    world.process.settings = world.settings.model_copy(update={"thresholds": ()})
    await world.restart()
    await look(world)
    assert "*Over* · this queue is not watched any more" in card(world).all_text
    asked = _asked_for_queues(world)
    await look(world)
    assert _asked_for_queues(world) == asked > 0


HELD = LIMIT.replace("clear = 2", "clear = 2\nhold_seconds = 300")


async def test_what_was_only_held_is_held_anew_when_the_queue_comes_back(world_with):
    async with world_with(HELD) as world:
        await waits(world, 10, waiting=12)
        gone = world.mirta.pbx.queues.pop("281")
        for _ in range(2):
            await look(world, 3600)
        world.mirta.pbx.queues["281"] = gone
        await look(world)
        assert world.workspace.messages("C0SUPPORT") == []


async def test_what_was_only_held_is_held_anew_when_the_limits_come_back(world_with):
    async with world_with(HELD) as world:
        await waits(world, 10, waiting=12)
        for thresholds in ((), world.settings.thresholds):
            world.process.settings = world.settings.model_copy(update={"thresholds": thresholds})
            await world.restart()
            await look(world, 86400)
        assert world.workspace.messages("C0SUPPORT") == []


async def test_a_queue_that_gets_another_name_is_shown_by_that(world):
    await waits(world, 200)
    queue = world.mirta.pbx.queues["281"]
    queue.name = "Hotline"
    await look(world)
    assert "Queue Hotline" in card(world).all_text
    world.mirta.pbx.queues.pop("281")
    await look(world)
    assert "Queue Hotline" in card(world).all_text


def _asked_for_queues(world):
    return sum("info=queues" in one.query for one in world.mirta.simulation.requests)
