"""More missed calls at once than a channel takes."""

from collections.abc import Iterable

from support.world import World


async def callers_hang_up(world: World, numbers: Iterable[int]) -> None:
    """Each number is a caller of its own; what may be posted of them is posted."""
    posts = []
    for number in numbers:
        posts += world.door.customer_calls_and_hangs_up(f"+3312345{number:04}", f"Caller {number}")
    await world.post("door", *posts)
    await world.settle(400)
