"""People who are mentioned in the reason of a pause, and where nobody may be."""

import pytest
from support import forging
from support.pressing import say
from support.world_settings import MOSCOW

NOBODY_ELSE = "Nothing was done: a person cannot be mentioned here."


@pytest.fixture
async def agent(world):
    """Bo's extension 104 is an agent of Support (281)."""
    await world.own("U0BO", "104", "paris")
    return world


def reason(world):
    return world.mirta.pbx.queues["281"].paused.get("104")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/pause-agent lunch with @ana", "lunch with @ana"),
        ("/pause-agent Support cover for @ana until 15:00", "cover for @ana"),
        ("/pause-agent all lunch with @ana and @bo for 15m", "lunch with @ana and @bo"),
        ("/pause-agent lunch with @ana @paris", "lunch with @ana"),
        ("/pbx pause-agent lunch with @ana", "lunch with @ana"),
    ],
)
async def test_people_may_be_mentioned_in_a_reason(line, told, agent):
    answer = await say(agent, line)
    assert f"Paused in Support ({told})" in answer
    assert reason(agent) == told


async def test_a_mention_without_a_name_is_shown_by_its_id(agent):
    await forging.command(agent, "/pause-agent", "lunch with <@U0ANA>")
    await agent.settle()
    assert reason(agent) == "lunch with @U0ANA"


@pytest.mark.parametrize(
    "line",
    [
        "/pause-agent @ana",
        "/pause-agent @ana lunch",
        "/pause-agent @ana Support",
        "/pause-agent Support @ana",
        "/pause-agent all @ana for 15m",
        "/pause-agent Support for 15m @ana",
        "/resume-agent Support @ana",
        "/queue-logout Support @ana",
    ],
)
async def test_nobody_may_be_mentioned_where_something_is_expected(line, agent):
    assert NOBODY_ELSE in await say(agent, line)
    assert reason(agent) is None


@pytest.mark.parametrize("line", ["/pause-agent @ana", "/pause-agent 800 @ana"])
async def test_where_nobody_can_be_paused_others_are_not_logged_out_either(line, world_with):
    async with world_with(MOSCOW) as world:
        await world.own("U0BO", "0102", "moscow")
        assert NOBODY_ELSE in await say(world, line)
