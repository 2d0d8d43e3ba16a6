"""``help`` is a call for help, also where something is called so: that is asked for otherwise."""

import pytest
from support.pressing import say

from bot.adapters.axeos.simulated_office import NIGHT

COMMANDS = ("agents", "pause-agent", "queue", "queue-login", "queue-logout", "resume-agent")


@pytest.fixture
async def called_help(world):
    """A queue and a switch that are called Help. Bo is an agent of the queue."""
    world.mirta.pbx.queues["281"].name = "Help"
    world.axeos.pbx.switches[NIGHT].name = "Help"
    await world.own("U0BO", "104", "paris")
    return world


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("word", ["help", "Help", "HELP"])
async def test_help_is_help_and_tells_how_to_ask_for_the_queue(word, command, called_help):
    answer = await say(called_help, f"/{command} {word}")
    assert f"/{command} help @system (the queue called help)" in answer
    assert called_help.wires["paris"].asked == 0


async def test_help_with_a_switch_tells_how_to_ask_for_it(called_help):
    answer = await say(called_help, "/switch help")
    assert "/switch help @system (the switch called help)" in answer


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/agents help @paris", "Help: 2 agents"),
        ("/queue help @paris", "Help: "),
        ("/queue @paris help", "Help: "),
        ("/pbx queue help @paris", "Help: "),
        ("/pause-agent help @paris", "Paused in Help."),
        ("/queue-login help @paris", "Agent already in the queue."),
        ("/queue-logout help @paris", "You are logged out of Help."),
        ("/resume-agent help @paris", "You take calls again in Help."),
    ],
)
async def test_a_queue_called_help_is_asked_for_with_its_system(line, told, called_help):
    assert told in await say(called_help, line)


async def test_a_switch_called_help_is_asked_for_with_its_system(called_help):
    assert "Help: not set" in await say(called_help, "/switch help @lyon", "U0ANA")
