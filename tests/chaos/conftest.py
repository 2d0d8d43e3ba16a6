"""The harness' own tests, and those that planted bugs need and nobody else has."""

import pytest
from support.world import open_world


def pytest_collection_modifyitems(items):
    for item in items:
        if "world" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture
async def world(tmp_path):
    async with open_world(tmp_path) as made:
        yield made
