"""``/agents``: who is in which queue, and how they stand."""

from bot.commands.access import some_system, split_system
from bot.commands.queue_choice import find_only_queue
from bot.commands.request import Reply, Request
from bot.commands.roles import require_line
from bot.telephony.queues import Agent


async def run(request: Request) -> Reply:
    """The agents of one queue, or of each."""
    named, request = split_system(request)
    system = await some_system(request, named, "agents")
    board = system.need(system.agents, "list the agents of a queue")
    await require_line(request, system)
    every = await system.need(system.queues, "list its queues").list_queues()
    if not every:
        return Reply(text=f"{system.key} has no queues.")
    queue = find_only_queue(every, request.text)
    rows: list[str] = []
    for chosen in [queue] if queue else every:
        agents = await board.list_agents(chosen.queue_id)
        rows.append(f"{chosen.name}: {_count(agents)}")
        rows += [f"• {describe(agent)}" for agent in agents]
    return Reply(text=f"Agents of {system.key}:", rows=tuple((row, ()) for row in rows))


def describe(agent: Agent) -> str:
    """One line about an agent; what the system does not tell is left out."""
    name = f" {agent.name}" if agent.name and agent.name != agent.number else ""
    taken = agent.calls_taken
    calls = "" if taken is None else f", {taken} call{'' if taken == 1 else 's'} taken"
    return f"{agent.number}{name}: {_standing(agent)}{calls}"


def _standing(agent: Agent) -> str:
    if agent.paused:
        return "paused"
    if agent.available:
        return "free"
    if agent.logged_in is False:
        return "logged out"
    if agent.state:
        return agent.state.lower()
    return "not free, or not logged in" if agent.available is False else "in the queue"


def _count(agents: list[Agent]) -> str:
    if not agents:
        return "nobody"
    return "1 agent" if len(agents) == 1 else f"{len(agents)} agents"
