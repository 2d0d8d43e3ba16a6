"""The same tests on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import col, select
from support.clocks import START

from storage import outbox
from storage.engine import open_engines
from storage.outbox import Pace
from storage.store import Store
from storage.tables import OutboxRow


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    """A migrated, empty database of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path):
    """A database of each kind that has never been migrated."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return request.getfixturevalue("cluster").copy("template0")


@pytest.fixture
async def store(url):
    made = Store(open_engines(url, serving=False))
    yield made
    await made.close()


@pytest.fixture
async def postgres_store(postgres_url):
    made = Store(open_engines(postgres_url, serving=False))
    yield made
    await made.close()


@pytest.fixture
async def other(url):
    """A second process on the same database, as far as the database can tell."""
    made = Store(open_engines(url, serving=False))
    yield made
    await made.close()


@pytest.fixture
def now():
    return START


@pytest.fixture
def put(store, now):
    """Let a message be sent; returns its id."""

    async def put(key, *, slack_channel="C1", kind="notice", at=None, **values):
        return await store.write(
            outbox.put_message,
            key=key,
            kind=kind,
            slack_channel=slack_channel,
            now=at or now,
            **values,
        )

    return put


@pytest.fixture
def row_of(store):
    """The row of a key as it is now."""

    async def row_of(key):
        wanted = select(OutboxRow).where(col(OutboxRow.key) == key)
        return await store.read(lambda session: session.exec(wanted).one())

    return row_of


@pytest.fixture
def claim(store, now):
    """Take what is due; returns the rows."""

    async def claim(seconds=0.0, **options):
        at = now + timedelta(seconds=seconds)
        return await store.write(outbox.claim_due, at, Pace(), **options)

    return claim


@pytest.fixture
def sent(store, now):
    """Slack took it."""

    async def sent(row, seconds=0.0, ts="1.0", **options):
        at = now + timedelta(seconds=seconds)
        audit_at = at + timedelta(minutes=1)
        await store.write(outbox.mark_sent, row, at, ts, row.slack_channel, audit_at, **options)

    return sent
