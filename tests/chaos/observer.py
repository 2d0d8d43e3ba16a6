"""Looks into the database from outside: who holds which lease, who keeps whom waiting, what waits
still, what is stored."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from typing import Any

import psycopg
from chaos.ledger import Ledger

LOOK_SECONDS = 0.2
LEASES = """
SELECT name, owner, fence FROM leases WHERE until > clock_timestamp() AND name NOT LIKE 'process:%'
"""
KEPT = """
SELECT count(*) FROM pg_stat_activity AS waiting
JOIN pg_stat_activity AS keeping ON keeping.pid = ANY (pg_blocking_pids(waiting.pid))
WHERE keeping.state = 'idle in transaction'
AND keeping.state_change < clock_timestamp() - interval '0.5 s'
"""
"""Who waits for a row of somebody who is in a transaction and has said nothing for a while."""
WAITING = """
SELECT (SELECT count(*) FROM receipts WHERE state = 'new')
+ (SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'dead') OR audit_at IS NOT NULL)
+ (SELECT count(*) FROM invocations WHERE state <> 'done')
"""
RECEIPTS = "SELECT dedupe_key, count(*) FROM receipts WHERE system = 'door' GROUP BY dedupe_key"
DEAD = "SELECT key, problem FROM outbox WHERE state = 'dead'"


class Observer:
    """Reads only, on connections of its own. ``url`` is the one that the replicas have."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        self._ledger = ledger
        self._url = url

    @property
    def shared(self) -> bool:
        """Whether there are leases to look at."""
        return self._url.startswith("postgresql")

    async def run(self) -> None:
        """Note whoever gets a lease, and when rows are kept, until cancelled."""
        holders: dict[str, tuple[str, int]] = {}
        while self.shared:
            with suppress(psycopg.Error, OSError):
                for name, owner, fence in await self._ask(LEASES):
                    if holders.get(name) != (owner, fence):
                        holders[name] = (owner, fence)
                        self._ledger.note("lease", name=name, owner=owner, fence=fence)
                ((waiting,),) = await self._ask(KEPT)
                if waiting:
                    self._ledger.note("kept", waiting=waiting)
            await asyncio.sleep(LOOK_SECONDS)

    async def count_waiting(self) -> int:
        """How much is not over and done with, audits included; -1 where nobody can tell now."""
        try:
            return int((await self._ask(WAITING))[0][0])
        except (psycopg.Error, sqlite3.Error, OSError):
            return -1

    async def note_stored(self) -> None:
        """Every post that is stored goes into the ledger, and every message that was given up."""
        for key, count in await self._ask(RECEIPTS):
            self._ledger.note("stored", key=key, count=count)
        for key, problem in await self._ask(DEAD):
            self._ledger.note("dead", key=key, problem=problem)

    async def _ask(self, statement: str) -> list[Any]:
        return await asyncio.to_thread(self._asked, statement)

    def _asked(self, statement: str) -> list[Any]:
        if self.shared:
            with psycopg.connect(self._url, connect_timeout=3, autocommit=True) as connection:
                return connection.execute(statement).fetchall()
        file = self._url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as opened:
            return opened.execute(statement).fetchall()
