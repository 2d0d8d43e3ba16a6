"""Stores as several processes would have them, and the command line on a file of its own."""

import logging
from contextlib import AsyncExitStack

import pytest
from support.replicas import settings_of
from typer.testing import CliRunner

from bot.cli.program import app
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


@pytest.fixture
def settings(postgres_url):
    return settings_of(postgres_url)


@pytest.fixture
def run(tmp_path, sqlite_url, monkeypatch):
    """Runs the command line on a settings file of its own."""
    config = tmp_path / "ringback.toml"

    def write(url):
        config.write_text(
            f'database.url = "{url}"\n'
            'slack = {bot_token = "xoxb-made-up", signing_secret = "made-up", ops_channel = "C0"}\n'
            '[systems.door]\nvendor = "generic"\nwebhook_signature = "shared_secret"\n'
            'webhook_secret = "made-up-secret"\n'
        )

    write(sqlite_url)
    monkeypatch.setenv("RINGBACK_CONFIG", str(config))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    run.use = write
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
