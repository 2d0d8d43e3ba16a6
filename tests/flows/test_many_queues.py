"""Agents of many queues: what matters is told first, and fits."""

import pytest
from support.pressing import actions, say

from bot.adapters.mirta.simulated_pbx import SimulatedQueue
from bot.adapters.simulation import Fault
from bot.adapters.threecx_ru.simulated_pbx import SimulatedQueue as MoscowQueue


def with_queues(world, *names):
    """Bo's 104 is an agent of as many more queues of paris."""
    for number, name in enumerate(names, 1000):
        world.mirta.pbx.queues[str(number)] = SimulatedQueue(
            str(number), str(number), name, ["104"]
        )


@pytest.fixture
def desks(agents):
    """Bo's 104 is an agent of 92 queues: Support, Sales and 90 desks."""
    with_queues(agents, *(f"Customer service desk, region {number:02}" for number in range(90)))
    return agents


def shown(world):
    """What Bo sees of the newest answer, line by line."""
    blocks = world.workspace.ephemerals("U0BO")[-1].blocks
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    return "\n".join(texts).splitlines()


async def test_the_end_of_a_pause_in_many_queues_is_told(desks):
    await say(desks, "/pause-agent all lunch for 15m")
    assert shown(desks) == [
        "Paused in 92 queues (lunch) until 14:17 CET; you will take calls again automatically."
    ]
    await say(desks, "/resume-agent")
    assert shown(desks) == ["You take calls again in 92 queues."]


async def test_where_it_failed_in_many_queues_is_told(desks):
    desks.wires["paris"].lose_answer("action=PAUSE&queue=1005")
    desks.mirta.simulation.order(Fault.REFUSE_KEY, containing="action=PAUSE&queue=1007")
    await say(desks, "/pause-agent all for 15m")
    done, perhaps, refused = shown(desks)
    assert done.startswith("Paused in 90 queues until 14:17 CET; you will take calls again")
    assert perhaps == (
        "Perhaps in Customer service desk, region 05: no answer came, so look there."
    )
    assert refused.startswith("Not in Customer service desk, region 07: paris ")


async def test_more_failures_than_fit_are_counted(desks):
    desks.mirta.simulation.order(Fault.REFUSE_KEY, times=89, containing="action=PAUSE&queue=10")
    desks.mirta.pbx.queues["1000"].name = "x" * 2000
    desks.mirta.pbx.queues["1001"].name = "y" * 2000
    desks.mirta.pbx.queues["1002"].name = "z" * 2900
    await say(desks, "/pause-agent all for 15m")
    done, *refusals, more = shown(desks)
    assert done.startswith("Paused in Support, Sales and Customer service desk, region 89 until")
    assert all(line.startswith("Not in ") for line in refusals)
    assert more == f"… and {89 - len(refusals)} more lines"


async def test_some_queues_are_told_by_their_names(agents):
    with_queues(agents, "Billing")
    agents.wires["paris"].lose_answer("action=PAUSE&queue=282")
    await say(agents, "/pause-agent all for 15m")
    assert shown(agents) == [
        "Paused in Support and Billing until 14:17 CET; you will take calls again automatically.",
        "Perhaps in Sales: no answer came, so look there.",
    ]
    await say(agents, "/resume-agent all")
    assert shown(agents) == ["You take calls again in Support, Sales and Billing."]


@pytest.fixture
def crowd(moscow):
    """Bo's 0102 is an agent of 103 queues of moscow, and logged in to each."""
    queues = moscow.moscow.pbx.queues
    queues |= {f"{number}": MoscowQueue(["0102"]) for number in range(2000, 2102)}
    moscow.moscow.pbx.extensions["0102"].logged_in |= set(queues)
    return moscow


async def test_the_way_back_from_many_queues_is_told(crowd):
    await say(crowd, "/queue-logout")
    (told,) = shown(crowd)
    assert told == "You are logged out of 103 queues. `/queue-login &lt;queue&gt;` brings you back."


async def test_more_queues_than_a_menu_holds_are_joined_by_command(crowd):
    """Slack refuses a menu of more than a hundred, and with it the whole answer."""
    crowd.moscow.pbx.queues["801"].agents.append("0102")
    await say(crowd, "/resume-agent")
    (told,) = shown(crowd)
    assert told.endswith(
        "If you have left a queue, you can log in to it again: `/queue-login &lt;queue&gt;`."
    )
    assert actions(crowd) == []


async def test_as_many_queues_as_a_menu_holds_are_offered_in_one(crowd):
    for number in range(2099, 2102):
        del crowd.moscow.pbx.queues[f"{number}"]
    await say(crowd, "/resume-agent")
    assert actions(crowd) == ["queue.log_in"]
