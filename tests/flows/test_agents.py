"""``/agents``: who is in which queue, and what each is doing."""

from support import forging
from support.pressing import say

from bot.adapters.axeos.simulated_office import SUPPORT


async def test_agents_are_told_queue_by_queue(paris):
    paris.mirta.pbx.queues["281"].paused["105"] = "lunch"
    answer = await say(paris, "/agents")
    for line in ("Support: 2 agents", "• 104: free", "• 105: paused", "Sales: nobody"):
        assert line in answer


async def test_agents_of_one_queue_are_only_its_own(moscow):
    call = moscow.moscow.pbx.customer_calls(queue="800")
    moscow.moscow.pbx.agent_answers(call, "101")
    answer = await say(moscow, "/agents 800")
    assert "• 101: talking" in answer
    assert "• 0102: free" in answer
    assert "801" not in answer


async def test_agents_of_a_system_that_names_its_queues_are_told(lyon):
    lyon.axeos.pbx.identifies_queues = True
    lyon.axeos.pbx.queues[SUPPORT].agents[0]["calls_taken"] = 3
    answer = await say(lyon, "/agents support")
    assert "• pat: idle, 3 calls taken" in answer


async def test_a_system_without_queues_says_so(moscow):
    moscow.moscow.pbx.queues.clear()
    assert "moscow has no queues." in await say(moscow, "/agents")


async def test_agents_are_for_people_of_the_system(paris):
    answer = await say(paris, "/agents @paris", "U0CY")
    assert "This is for people with an extension on paris." in answer
    assert paris.wires["paris"].asked == 0


async def test_a_system_without_agents_says_so(paris):
    answer = await say(paris, "/agents @crm")
    assert "crm (BlueRockTEL) cannot list the agents of a queue." in answer


async def test_an_unknown_queue_of_agents_gets_the_known_ones(paris):
    assert "There is no queue Moon. There are: Support, Sales." in await say(paris, "/agents Moon")


async def test_a_person_who_is_called_as_a_system_stands_for_it(paris):
    await forging.command(paris, "/agents", "<@U0PARIS|paris>")
    await paris.settle()
    assert "Agents of paris:" in paris.workspace.dm("U0BO")[-1].text
