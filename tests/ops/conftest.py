"""Stores as several processes would have them."""

from contextlib import AsyncExitStack

import pytest

from storage.engine import open_engines
from storage.store import Store


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
