"""Databases of both kinds for whoever needs one; without PostgreSQL its half is skipped.

Everything is made in memory where the machine has room: no test here tells of disks, which are
slow. ``make chaos`` has real ones.
"""

import gc
import logging
import os
from functools import partial

import hypothesis
import pytest
from support import databases, postgres
from support.world import open_world

NEED_LOOPBACK = {"open_another", "world", "world_with"}
"""Fixtures with a Slack stand-in on a real port."""


def pytest_configure():
    hypothesis.settings.register_profile("without a clock", deadline=None)
    hypothesis.settings.load_profile("without a clock")
    memory = databases.in_memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_collection_modifyitems(items):
    for item in items:
        if NEED_LOOPBACK & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


def pytest_collection_finish():
    """What was imported and collected stays: it need not be looked through again and again."""
    gc.freeze()


def pytest_report_header():
    programs = postgres.find_programs()
    return f"PostgreSQL: {programs}" if programs else f"PostgreSQL: {postgres.ABSENT}"


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", ())
    count = sum(postgres.ABSENT in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"{postgres.ABSENT} ({count} tests skipped)", yellow=True)


@pytest.fixture(autouse=True)
def _logging_stays_as_it_was():
    """A command sets logging up for good, on a standard error that ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore")}
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture(autouse=True, scope="session")
def _statements_are_compiled_once():
    with databases.compiling_once():
        yield


@pytest.fixture(scope="session")
def cluster():
    """A running PostgreSQL; skips where it is not installed."""
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip(postgres.ABSENT)
    with postgres.running(programs, databases.in_memory()) as running:
        databases.migrated(running.create("migrated"))
        yield running


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{databases.copy_to(tmp_path / 'ringback.db')}"


@pytest.fixture
def postgres_url(cluster):
    return cluster.copy("migrated")


@pytest.fixture
async def world(tmp_path):
    async with open_world(tmp_path) as made:
        yield made


@pytest.fixture
def world_with(tmp_path):
    """A world with more settings: ``async with world_with("[dialling] ...") as world``."""
    return partial(open_world, tmp_path)
