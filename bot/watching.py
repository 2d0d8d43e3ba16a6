"""Ringback looks at itself: what is wrong, in words, and the figures behind it.

The same look answers ``/readyz``, ``/metrics`` and ``/pbx status``, and decides about the ping.
"""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.clock import Clock
from bot.leaseholder import MOST_SKEW_SECONDS, Leases
from bot.settings import Settings
from bot.telephony.system import PhoneSystem
from storage import standing
from storage.clock_steps import ALONE
from storage.engine import WAL, DatabaseUnusable, part_of
from storage.retention import WRITTEN
from storage.standing import Heard, Standing, Waiting
from storage.store import Backlog, Store
from storage.watches import put_watch

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
FRESH_SECONDS: Final = 1.0
DATABASE_SECONDS: Final = 2.0
LEAST_FREE: Final = 0.05
READ, WRITE = "read", "write"

Problems = dict[str, str]
"""What is wrong, a sentence each, by a name that stays while it lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look saw. ``standing`` is ``None`` where the database did not tell."""

    looked_at_seconds: float
    problems: tuple[str, ...]
    standing: Standing | None
    heard: Mapping[str, datetime]
    write_seconds: float | None
    free_ratio: float | None
    wal_bytes: int | None


@dataclass
class Watch:
    """Looks for as long as ``run`` runs, and whenever it is asked. ``stopped`` names loops that
    have ended. ``pushing`` are the systems that post what happens to us."""

    store: Store
    clock: Clock
    settings: Settings
    leases: Leases
    stopped: Callable[[], list[str]]
    pushing: frozenset[str]
    _last: Look | None = None
    _heard: Heard | None = None
    _heard_seconds: dict[str, float] = field(default_factory=dict)
    _waiting_since: datetime | None = None
    _told: Problems = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _asked: dict[str, "asyncio.Task[float]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began_seconds = self.clock.monotonic()

    async def run(self) -> None:
        """Look until cancelled; what becomes wrong and right again is logged once each."""
        while True:
            try:
                await self.look()
            except Exception:  # whoever watches goes on, whatever is broken
                log.exception("Ringback could not look at itself; trying again")
            await self.clock.sleep(LOOK_SECONDS)

    async def problems(self) -> tuple[str, ...]:
        """What is wrong now, a sentence each; empty when all is well."""
        return (await self.look()).problems

    async def look(self) -> Look:
        """Look now, unless somebody has just looked."""
        async with self._looking:
            now = self.clock.monotonic()
            if self._last is None or now - self._last.looked_at_seconds >= FRESH_SECONDS:
                self._last = await self._look(now)
            return self._last

    async def _look(self, steady: float) -> Look:
        (write_seconds, unwritten), (standing, unread) = await asyncio.gather(
            self._write(), self._read()
        )
        free_ratio, wal_bytes = await asyncio.to_thread(_disk, self._file())
        found = unwritten | unread
        if standing is not None:
            standing = self._without_what_was_put_back(standing)
            found |= self._ages(standing)
        if self.leases.skew_seconds > MOST_SKEW_SECONDS:
            found["clock"] = (
                f"this machine's clock is {self.leases.skew_seconds:.0f} s off the database's: "
                "nothing is done by the clock here"
            )
        if free_ratio is not None and free_ratio < LEAST_FREE:
            found["disk"] = f"only {free_ratio:.1%} of the disk with the database is free"
        found |= {f"loop {name}": f"{name} has stopped" for name in self.stopped()}
        self._tell(found)
        return Look(
            looked_at_seconds=steady,
            problems=tuple(found.values()),
            standing=standing,
            heard=self._heard.at if self._heard else {},
            write_seconds=write_seconds,
            free_ratio=free_ratio,
            wal_bytes=wal_bytes,
        )

    async def _write(self) -> tuple[float | None, Problems]:
        """Write a row through the writer: an empty transaction would not reach the disk."""
        key = f"{WRITTEN}{self.leases.process}" if self.leases.shared else ALONE
        at = self.clock.now().isoformat()
        try:
            seconds = await self._ask(WRITE, lambda: self.store.write(put_watch, key, {"at": at}))
        except TimeoutError:
            stuck = f"the writer is stuck, and {self.store.backlog} writes wait for it"
            return None, {WRITE: stuck}
        except (DatabaseUnusable, Backlog):
            return None, {WRITE: "the database cannot be written to"}
        if self.store.is_failing:
            return seconds, {WRITE: "the database does not take all that is to be written"}
        return seconds, {}

    async def _read(self) -> tuple[Standing | None, Problems]:
        found: list[Standing] = []

        async def read() -> None:
            found.append(await self.store.read(standing.read_standing, self.clock.now()))
            self._hear(await self.store.read(standing.listen, self._heard))

        try:
            await self._ask(READ, read)
        except (TimeoutError, DatabaseUnusable):
            found.clear()
        if not found:  # or it answered what an earlier look had asked, which is late as well
            return None, {READ: "the database does not answer"}
        return found[0], {}

    def _without_what_was_put_back(self, figures: Standing) -> Standing:
        """An event that is older than all that waited before was put back in line since then
        (``replay retry``): it has not waited for longer."""
        oldest, now = figures.oldest_receipt, self.clock.now()
        if oldest is None:
            self._waiting_since = now
            return figures
        before = self._waiting_since or oldest.since
        self._waiting_since = max(oldest.since, min(before, now))  # the clock may be set back
        return replace(figures, oldest_receipt=replace(oldest, since=self._waiting_since))

    def _hear(self, heard: Heard) -> None:
        """Note by the steady clock when news came: no step of the other makes a silence longer."""
        now, steady = self.clock.now(), self.clock.monotonic()
        before = self._heard.at if self._heard else {}
        for key, at in heard.at.items():
            if at != before.get(key):
                heard_seconds = steady - max(0.0, (now - at).total_seconds())
                self._heard_seconds[key] = max(heard_seconds, self._last_news(key))
        self._heard = heard

    def _last_news(self, key: str) -> float:
        return self._heard_seconds.get(key, self._began_seconds)

    async def _ask(self, what: str, question: Callable[[], Awaitable[None]]) -> float:
        """Seconds that the answer took. A question that is not answered yet is not asked again."""
        task = self._asked.get(what)
        if task is None:
            task = self._asked[what] = asyncio.ensure_future(self._timed(question))
            task.add_done_callback(_retrieved)  # nobody may be left to hear the answer
        await asyncio.wait({task}, timeout=DATABASE_SECONDS)
        if not task.done():
            raise TimeoutError
        del self._asked[what]
        return task.result()

    async def _timed(self, question: Callable[[], Awaitable[None]]) -> float:
        began = self.clock.monotonic()
        await question()
        return self.clock.monotonic() - began

    def _ages(self, figures: Standing) -> Problems:
        """What waits for too long, and who is silent for too long."""
        limits, now = self.settings.watching, self.clock.now()
        found: Problems = {}
        if event := _late(figures.oldest_receipt, limits.event_seconds, now):
            waited = _span(now - event.since)
            found["event"] = f"an event from {event.name} has waited {waited} to be taken up"
        if message := _late(figures.oldest_message, limits.message_seconds, now):
            waited = f"{_span(now - message.since)} to be sent"
            why = f": {message.problem}" if message.problem else ""
            found["message"] = f"a message for {message.name} has waited {waited}{why}"
        if figures.token_refused:
            found["token"] = f"{figures.token_refused}: messages wait for a good one"
        if figures.unseen:
            alerts = (
                "1 open alert is" if figures.unseen == 1 else f"{figures.unseen} open alerts are"
            )
            found["unseen"] = f"{alerts} shown in no channel"
        for key in sorted(self.pushing):
            minutes = self.settings.systems[key].silent_minutes
            quiet = timedelta(seconds=self.clock.monotonic() - self._last_news(key))
            if minutes and quiet > timedelta(minutes=minutes):
                found[f"silence {key}"] = f"nothing has come from {key} for {_span(quiet)}"
        return found

    def _file(self) -> Path | None:
        url = self.store.engines.writer.url
        shared = url.get_backend_name() != "sqlite"
        return None if shared or url.database is None else Path(url.database)

    def _tell(self, found: Problems) -> None:
        for name in found.keys() - self._told.keys():
            log.error("Not ready: %s", found[name])
        for name in self._told.keys() - found.keys():
            log.info("No longer so: %s", self._told[name])
        self._told = found


def is_looked_at(settings: Settings, system: PhoneSystem) -> bool:
    """Whether anybody would notice that the system does not answer."""
    asked = any(part is not None for part in (system.feed, system.hosts, system.licence))
    return asked or (system.queues is not None and watches_queues(settings, system.key))


def watches_queues(settings: Settings, key: str) -> bool:
    """Whether any threshold is about the queues of that system."""
    return any({"*", key} & set(limits.systems) for limits in settings.thresholds)


def _late(oldest: Waiting | None, limit_seconds: float, now: datetime) -> Waiting | None:
    """What has waited longer than it may."""
    if oldest is None or (now - oldest.since).total_seconds() <= limit_seconds:
        return None
    return oldest


def _span(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _disk(file: Path | None) -> tuple[float | None, int | None]:
    """The free part of the disk under an SQLite file, and the size of its write-ahead log."""
    if file is None:
        return None, None
    wal = part_of(file, WAL)
    try:
        usage = shutil.disk_usage(file.parent)
        wal_bytes = wal.stat().st_size if wal.exists() else 0
    except OSError:
        return None, None
    return usage.free / usage.total, wal_bytes


def _retrieved(task: "asyncio.Task[float]") -> None:
    """An answer that came after the watch gave up waiting is no error of its own."""
    if not task.cancelled():
        task.exception()
