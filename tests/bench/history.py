"""Databases with a long past, made with plain statements."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.engine import open_engines
from storage.schema import migrate

CHUNK = 50_000
PARTIES = 5_000
LASTED = timedelta(days=12)
"""Since the first call, and then one a second: of a million nothing is old enough to be removed."""


def make(path: Path, *, receipts: int = 0, calls: int = 0) -> None:
    """Add settled receipts and finished calls: a fifth of these missed, each with its card."""
    engines = open_engines(f"sqlite:///{path}", serving=False)
    migrate(engines)
    engines.dispose()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    past = _Past(connection, datetime.now(UTC) - LASTED)
    for first in range(1, receipts + 1, CHUNK):
        past.add_receipts(range(first, min(first + CHUNK, receipts + 1)))
    for first in range(1, calls + 1, CHUNK):
        past.add_calls(range(first, min(first + CHUNK, calls + 1)))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def party_of(number: int) -> str:
    """Whose call that was."""
    return f"+3362{number * 7919 % PARTIES:07}"


def call_id(number: int) -> str:
    """A call's identifier: they come in no order, as with most phone systems."""
    return f"past-{number * 2654435761 % 2**32:08x}-{number}"


@dataclass(frozen=True)
class _Past:
    connection: sqlite3.Connection
    began: datetime

    def _at(self, number: int) -> str:
        moment = self.began + timedelta(seconds=number)
        return moment.strftime("%Y-%m-%d %H:%M:%S.000000")

    def add_receipts(self, numbers: range) -> None:
        with self.connection:
            self.connection.executemany(
                "INSERT INTO receipts (system, dedupe_key, road, content_type, body, received_at,"
                " state) VALUES ('door', ?, 'push', 'application/json', ?, ?, 'done')",
                ((f"msg_{call_id(n)}", b"x" * 700, self._at(n)) for n in numbers),
            )

    def add_calls(self, numbers: range) -> None:
        self.add_receipts(numbers)
        with self.connection:
            self.connection.executemany(
                "INSERT INTO journeys (id, system, tenant, party, started_at, outcome, facts)"
                " VALUES (?, 'door', 'main', ?, ?, 'answered', ?)",
                ((n, party_of(n), self._at(n), '{"legs": "' + "x" * 400 + '"}') for n in numbers),
            )
            self.connection.executemany(
                "INSERT INTO legs (system, call_id, journey_id) VALUES ('door', ?, ?)",
                ((call_id(n), n) for n in numbers),
            )
            missed = [n for n in numbers if n % 5 == 0]
            self.connection.executemany(
                "INSERT INTO alerts (id, kind, dedup_key, system, tenant, state, is_open, severity,"
                " opened_at, changed_at, facts) VALUES"
                " (?, 'missed_call', ?, 'door', 'main', 'reached', 0, 2, ?, ?, '{}')",
                ((n, f"missed_call:main:{party_of(n)}", self._at(n), self._at(n)) for n in missed),
            )
            self.connection.executemany(
                "INSERT INTO outbox (key, token, kind, slack_channel, alert_id, body, priority,"
                " revision, sent_revision, state, attempt, uncertain, looks, ts, created_at,"
                " next_at)"
                " VALUES (?, ?, 'card', 'C000', ?, '{}', 2, 1, 1, 'sent', 1, 0, 0, '1', ?, ?)",
                ((f"card:{n}:C000", f"t{n}", n, self._at(n), self._at(n)) for n in missed),
            )
