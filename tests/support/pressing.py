"""What somebody types and presses in Slack, and what they alone are answered."""

from itertools import count

from support import forging
from support.world import World

from bot.adapters.simulation import Simulation

TRIGGERS = count(1)


async def say(world: World, line: str, user: str = "U0BO") -> str:
    """Type a command in the support channel."""
    return await world.slash(user, "C0SUPPORT", line)


async def press(world: World, user: str, action: str, choice: str | None = None) -> str:
    """Use a button or menu of the newest private answer."""
    message = world.workspace.ephemerals(user)[-1]
    reply = await world.workspace.click(user, message, action, choice)
    assert reply.status_code == 200, reply.text
    await world.settle()
    return world.workspace.ephemerals(user)[-1].all_text


async def forge(world: World, action: str, value: str, user: str = "U0BO") -> str:
    """Press what we never offered; the answer comes as a direct message."""
    before = len(world.workspace.dm(user))
    await forging.press(world, user, action, value, trigger=f"3.{next(TRIGGERS)}.forged")
    await world.settle()
    assert len(world.workspace.dm(user)) > before, f"{value} was not answered"
    return world.workspace.dm(user)[-1].text


def asked(simulation: Simulation, *words: str) -> int:
    """How many requests hold all the words in their method, path and query."""
    seen = [f"{one.method} {one.path}?{one.query}" for one in simulation.requests]
    return sum(all(word in line for word in words) for line in seen)


def actions(world: World, user: str = "U0BO") -> list[str]:
    """What can be used in the newest private answer."""
    return world.workspace.ephemerals(user)[-1].action_ids
