"""Flows run against a real loopback port, and against nothing else. Bo may have a line."""

import pytest
import stamina
from support.world_settings import MOSCOW


@pytest.fixture(autouse=True)
def _reads_are_repeated_at_once():
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def paris(world):
    """Bo is 104: the system has queues with members, and recordings."""
    await world.own("U0BO", "104", "paris")
    return world


@pytest.fixture
async def lyon(world):
    """Bo is pat: the system has do-not-disturb, forwarding and switches."""
    await world.own("U0BO", "pat", "lyon")
    return world


@pytest.fixture
async def moscow(world_with):
    """Bo is 0102: the system has profiles, switches of extensions and contacts. It logs agents in
    and out, and cannot pause them."""
    async with world_with(MOSCOW) as world:
        await world.own("U0BO", "0102", "moscow")
        yield world


@pytest.fixture
async def agents(world):
    """Bo's extension 104 is an agent of Support (281) and of Sales (282)."""
    world.mirta.pbx.queues["282"].members.append("104")
    await world.own("U0BO", "104", "paris")
    return world
