"""Bo's pauses in the queues of MiRTA."""

from support.world import World


async def bo(world: World, line: str) -> str:
    """What Bo gets as an answer."""
    return await world.slash("U0BO", "C0SUPPORT", line)


def paused(world: World) -> dict[str, str]:
    """Queue ids in which 104 is paused, with the reasons."""
    queues = world.mirta.pbx.queues.values()
    return {one.queue_id: one.paused["104"] for one in queues if "104" in one.paused}


async def later(world: World, seconds: float) -> None:
    """So much later, with all that was due done."""
    await world.clock.advance(seconds)
    await world.settle()
