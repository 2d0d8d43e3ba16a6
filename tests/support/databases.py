"""Databases that have all their tables: copied, since making one takes longer than a test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from storage import engine
from storage.engine import open_engines
from storage.schema import migrate

MEMORY = Path("/dev/shm")  # noqa: S108 - folders of random names are made in it
ROOM = 2 * 1024**3
"""Bytes that have to be free in memory for tests to live there."""


def in_memory() -> Path | None:
    """Where files cost no disk; ``None`` where the machine has no such place, or a small one."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


def migrated(url: str) -> None:
    """Give a database all its tables."""
    engines = open_engines(url, serving=False)
    migrate(engines)
    engines.dispose()


def copy_to(path: Path) -> Path:
    """An SQLite file with all tables and nothing in them."""
    path.write_bytes(_template())
    return path


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ringback.db"
        migrated(f"sqlite:///{path}")
        return path.read_bytes()


@contextmanager
def compiling_once() -> Iterator[None]:
    """All engines of a driver share what SQLAlchemy has compiled.

    A test has an engine of its own, and would compile every statement anew: a sixth of all time.
    A dialect learns what its server can at its own engine's first connection: not before that is it
    shared.
    """
    first: dict[str, Engine] = {}
    create = engine.create_engine

    def create_sharing(*args: Any, **options: Any) -> Engine:
        made = create(*args, **options)
        known = first.get(made.dialect.driver, made)
        if known.dialect.server_version_info is None:
            known = first[made.dialect.driver] = made
        made.dialect = made.pool._dialect = known.dialect
        made._compiled_cache = known._compiled_cache
        return made

    engine.create_engine = create_sharing
    try:
        yield
    finally:
        engine.create_engine = create
