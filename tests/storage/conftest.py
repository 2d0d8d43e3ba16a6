"""The same tests on both databases. Without PostgreSQL its half is skipped, and that is said."""

import shutil
from datetime import timedelta

import pytest
from sqlmodel import col, select
from support import postgres
from support.clocks import START

from storage import outbox
from storage.engine import open_engines
from storage.outbox import Pace
from storage.schema import migrate
from storage.store import Store
from storage.tables import OutboxRow


def _migrated(url):
    engines = open_engines(url, serving=False)
    migrate(engines)
    engines.dispose()


def pytest_report_header():
    programs = postgres.find_programs()
    return f"PostgreSQL: {programs}" if programs else f"PostgreSQL: {postgres.ABSENT}"


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", ())
    count = sum(postgres.ABSENT in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"{postgres.ABSENT} ({count} tests skipped)", yellow=True)


@pytest.fixture(scope="session")
def cluster():
    """A running PostgreSQL, or ``None`` where it is not installed."""
    programs = postgres.find_programs()
    if programs is None:
        yield None
        return
    with postgres.running(programs) as running:
        _migrated(running.create("migrated"))
        yield running


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """An SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "ringback.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_cluster(cluster):
    """The running PostgreSQL, for what only it has; skips without one."""
    if cluster is None:
        pytest.skip(postgres.ABSENT)
    return cluster


@pytest.fixture
def sqlite_url(tmp_path, migrated_file):
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'ringback.db')}"


@pytest.fixture
def postgres_url(postgres_cluster):
    return postgres_cluster.copy("migrated")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    """A migrated, empty database of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path):
    """A database of each kind that has never been migrated."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return request.getfixturevalue("postgres_cluster").copy("template0")


@pytest.fixture
async def store(url):
    made = Store(open_engines(url, serving=False))
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
        taken = await store.write(outbox.claim_due, at, Pace(), **options)
        return [row for row, _ in taken]

    return claim


@pytest.fixture
def sent(store, now):
    """Slack took it."""

    async def sent(row, seconds=0.0, ts="1.0", **options):
        at = now + timedelta(seconds=seconds)
        audit_at = at + timedelta(minutes=1)
        await store.write(outbox.mark_sent, row, at, ts, row.slack_channel, audit_at, **options)

    return sent
