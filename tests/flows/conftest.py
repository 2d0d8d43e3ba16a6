"""Flows run against a real loopback port, and against nothing else."""

import os
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import stamina
from support.world import open_world

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of random name is made in it


def pytest_collection_modifyitems(items):
    for item in items:
        if {"world", "world_with"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(autouse=True)
def _reads_are_repeated_at_once():
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@pytest.fixture
def folder(tmp_path):
    """In memory where the machine has that: these stories do not tell of disks, which are slow."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture
async def world(folder):
    async with open_world(folder) as made:
        yield made


@pytest.fixture
def world_with(folder):
    """A world with more settings: ``async with world_with("[dialling] ...") as world``."""
    return partial(open_world, folder)
