"""A channel that shows no full number shows none anywhere: cards, threads, lists, answers."""

import re

import pytest

FIRST = "+33123450000"
MASKED = """
[[routes]]
channel = "C0SALES"
numbers = "masked"
timezone = "Europe/Paris"
"""
FULL_NUMBER = re.compile(r"(?:\d[ .()/+-]*){7,}")


def told(world, channel):
    """Everything that stands in a channel and its threads, without ids of people and times."""
    said = [
        text
        for message in world.workspace.messages(channel)
        for text in (message.all_text, *(reply.all_text for reply in message.replies))
    ]
    return re.sub(r"<[@!][^>]*>", "", "\n".join(said))


async def calls(world, *names):
    posts = []
    for place, name in enumerate(names):
        number = f"+{int(FIRST[1:]) + place}"
        posts += world.door.customer_calls_and_hangs_up(number, name)
    await world.post("door", *posts)
    await world.settle(400)


@pytest.fixture
async def masked(world_with):
    async with world_with(routes=MASKED) as world:
        yield world


async def test_who_answered_outside_is_masked_in_the_card_and_in_its_thread(masked):
    await calls(masked, FIRST)
    await masked.clock.advance(300)
    await masked.post(
        "door", *masked.door.customer_calls_and_is_answered(FIRST, extension="+447911123456")
    )
    shown = told(masked, "C0SALES")
    assert shown.count("rang again and +44 ••• 56 answered") == 3
    assert FULL_NUMBER.findall(shown) == []


async def test_other_channels_are_told_who_answered(world):
    await calls(world, "Pat")
    await world.clock.advance(300)
    await world.post(
        "door", *world.door.customer_calls_and_is_answered(FIRST, extension="+447911123456")
    )
    assert told(world, "C0SUPPORT").count("rang again and +447911123456 answered") == 3


async def test_a_list_of_many_and_its_answer_show_no_full_number(masked):
    await calls(masked, *(f"0{place} 23 45 00 00" for place in range(8)), "M8")
    await masked.click("U0BO", "C0SALES", "at once", "storm.claim")
    answer = masked.workspace.ephemerals("U0BO")[-1].all_text
    assert "Yours: the missed call from ••• 00 (+33 ••• 05)" in answer
    assert FULL_NUMBER.findall(answer + told(masked, "C0SALES")) == []


async def test_the_answer_shows_the_number_where_the_list_does(world):
    await calls(world, *(f"M{place}" for place in range(8)))
    await world.click("U0BO", "C0SUPPORT", "at once", "storm.claim")
    answer = world.workspace.ephemerals("U0BO")[-1].all_text
    assert "Yours: the missed call from M5 (01 23 45 00 05)" in answer


@pytest.mark.parametrize("count", [1, 8])
async def test_what_was_meant_for_a_masked_channel_is_masked_in_the_ops_channel(masked, count):
    masked.workspace.archive("C0SALES")
    await calls(masked, *(f"M{place}" for place in range(count)))
    shown = told(masked, "C0OPS")
    assert f"+33 ••• 0{count - 1}" in shown
    assert FULL_NUMBER.findall(shown) == []


OPS = """
[[routes]]
channel = "C0OPS"
"""


@pytest.mark.parametrize("ops", [OPS, OPS + 'alerts = ["system_down"]'])
@pytest.mark.parametrize("count", [1, 8])
async def test_a_route_of_the_ops_channel_unmasks_nothing_that_was_meant_elsewhere(
    ops, count, world_with
):
    async with world_with(routes=MASKED + ops) as world:
        world.workspace.archive("C0SALES")
        await calls(world, *(f"M{place}" for place in range(count)))
        shown = told(world, "C0OPS")
        assert f"+33 ••• 0{count - 1}" in shown
        assert FULL_NUMBER.findall(shown) == []


@pytest.mark.parametrize("count", [1, 8])
async def test_what_goes_to_both_is_full_in_the_ops_channel_by_its_own_route(count, world_with):
    async with world_with(routes=MASKED + "continue = true\n" + OPS) as world:
        await calls(world, *(f"M{place}" for place in range(count)))
        for place in range(count):
            assert f"01 23 45 00 0{place}" in told(world, "C0OPS")
        assert FULL_NUMBER.findall(told(world, "C0SALES")) == []


async def test_what_was_meant_for_a_full_channel_is_full_in_the_ops_channel(world_with):
    elsewhere = MASKED.replace("timezone", 'queues = ["Sales"]\ntimezone')
    async with world_with(routes=elsewhere) as world:
        world.workspace.archive("C0SUPPORT")
        await calls(world, "Pat")
        assert "01 23 45 00 00" in told(world, "C0OPS")


FIRST_OPS = """
[[routes]]
channel = "C0OPS"
queues = ["Support"]
"""


async def missed_in(world, queue):
    await world.post("door", *world.door.customer_calls_and_hangs_up(FIRST, "Pat", queue))
    await world.clock.advance(60)


async def test_a_caller_who_tries_another_queue_hides_nothing_that_a_route_has_shown(world_with):
    async with world_with(routes=FIRST_OPS + MASKED) as world:
        await missed_in(world, "Support")
        await missed_in(world, "Sales")
        assert "*Tries*\n2" in told(world, "C0OPS")
        assert "01 23 45 00 00" in told(world, "C0OPS")
        assert FULL_NUMBER.findall(told(world, "C0SALES")) == []


async def test_a_caller_who_tries_another_queue_unmasks_nothing_that_was_meant_elsewhere(
    world_with,
):
    async with world_with(routes=FIRST_OPS + MASKED) as world:
        world.workspace.archive("C0SALES")
        await missed_in(world, "Sales")
        await missed_in(world, "Support")
        shown = told(world, "C0OPS")
        assert "*Tries*\n2" in shown
        assert FULL_NUMBER.findall(shown) == []
