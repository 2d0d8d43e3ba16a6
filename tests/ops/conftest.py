"""Databases of both kinds, and stores on them as several processes would have them."""

import shutil
from contextlib import AsyncExitStack

import pytest
from support import postgres
from support.world import open_world

from storage.engine import open_engines
from storage.schema import migrate
from storage.store import Store


def pytest_collection_modifyitems(items):
    for item in items:
        if {"world", "open_another"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


def _migrated(url):
    engines = open_engines(url, serving=False)
    migrate(engines)
    engines.dispose()


@pytest.fixture(scope="session")
def cluster():
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip(postgres.ABSENT)
    with postgres.running(programs) as running:
        _migrated(running.create("migrated"))
        yield running


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "ringback.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path, migrated_file):
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'ringback.db')}"


@pytest.fixture
def postgres_url(cluster):
    return cluster.copy("migrated")


@pytest.fixture
async def sqlite_store(sqlite_url):
    store = Store(open_engines(sqlite_url, serving=False))
    yield store
    await store.close()


@pytest.fixture
async def stores(postgres_url):
    """Three processes on one PostgreSQL, as far as it can tell."""
    async with AsyncExitStack() as stack:
        made = [Store(open_engines(postgres_url, serving=False)) for _ in range(3)]
        for store in made:
            stack.push_async_callback(store.close)
        yield made


@pytest.fixture
async def world(tmp_path):
    async with open_world(tmp_path) as made:
        yield made
