"""Looks at the call history again and again: MiRTA itself tells nobody anything."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.mirta.client import MirtaClient
from bot.adapters.mirta.local_times import utc_time
from bot.adapters.mirta.models import Cdr, SimpleCdr
from bot.adapters.mirta.records import strange_word, untold_column, was_answered
from bot.adapters.mirta.zone_errors import time_off
from bot.clock import Clock
from bot.telephony.errors import UnexpectedReply
from bot.telephony.events import FeedBatch, FeedItem

log = logging.getLogger(__name__)

OVERLAP: Final = timedelta(hours=6)
"""A row appears when its call is over, with the time at which it began."""

FIRST_LOOK: Final = timedelta(minutes=15)
"""How far back the first look ever reaches: calls that go on while we start are not lost."""

DAY: Final = timedelta(days=1)
LONGEST_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Cursor:
    """``since`` is when calls began to matter, ``looked`` the latest look that was kept."""

    since: datetime
    looked: datetime

    def as_text(self) -> str:
        return json.dumps({"since": self.since.isoformat(), "looked": self.looked.isoformat()})

    @classmethod
    def from_text(cls, text: str | None, now: datetime) -> "Cursor":
        """The cursor in ``text``; a new one, from shortly ago, if there is none to read."""
        if text is None:
            return cls(now - FIRST_LOOK, now)
        try:
            stored = json.loads(text)
            since, looked = (datetime.fromisoformat(stored[name]) for name in ("since", "looked"))
            return cls(since.astimezone(UTC), looked.astimezone(UTC))
        except (ValueError, TypeError, KeyError):
            log.warning("unreadable cursor, looking from now on")
            return cls(now - FIRST_LOOK, now)


class CallFeed:
    """The rows of whole local days, again at each look: rows may come late and may change.

    A look covers every day from six hours before the last one, yesterday included shortly after
    midnight. Each row has a key of its identifier and of how the call went, so the store drops
    what it has seen and takes a row anew when it has changed. Calls that began long before the
    first look ever are left out: nobody wants alerts about the past.
    """

    holds: bool = False

    def __init__(self, client: MirtaClient, zone: ZoneInfo, clock: Clock) -> None:
        self.name: str = client.settings.events
        self._client = client
        self._zone = zone
        self._clock = clock

    async def fetch(self, cursor: str | None) -> FeedBatch:
        """Every call of the days in question. Raises as reads do.

        ``UnexpectedReply``, too, where none of them tells what a missed call is known by.
        """
        now = self._clock.now()
        known = Cursor.from_text(cursor, now)
        first, last = self._days(known.looked, now)
        rows = await self._rows(first, last)
        if column := untold_column(rows):
            raise UnexpectedReply(
                f"{self._client.system} does not tell the {column} of its calls, so missed ones "
                f"cannot be seen: in its {self.name} the column {column} is missing or says "
                "nothing that is known."
            )
        items = (self._item(row) for row in rows if self._is_ours(row, known.since))
        return FeedBatch(
            items=tuple(items),
            cursor=Cursor(known.since, now).as_text(),
            off=time_off(rows, self._zone, now),
            doubt=self._doubt(rows),
        )

    def _doubt(self, rows: list[SimpleCdr] | list[Cdr]) -> str | None:
        strange = strange_word(rows)
        if strange is None:
            return None
        column, word = strange
        return (
            f"{self._client.system} says {word[:LONGEST_WORD]!r} in the column {column} of its "
            f"{self.name}, which is not known here: whether such calls were missed is not certain."
        )

    def _days(self, looked: datetime, now: datetime) -> tuple[date, date]:
        """From the day of the overlap to tomorrow, lest ``end`` does not belong to the span."""
        first = (min(looked, now) - OVERLAP).astimezone(self._zone).date()
        return first, now.astimezone(self._zone).date() + DAY

    async def _rows(self, first: date, last: date) -> list[SimpleCdr] | list[Cdr]:
        if self.name == "cdrs":
            return await self._client.list_cdrs(first, last)
        return await self._client.list_simple_cdrs(first, last)

    def _is_ours(self, row: SimpleCdr | Cdr, since: datetime) -> bool:
        """Rows with an unreadable start pass: they are to be seen as failures, not to vanish."""
        try:
            return utc_time(row.start, self._zone, row.uniqueid) >= since.replace(microsecond=0)
        except ValueError:
            return True

    def _item(self, row: SimpleCdr | Cdr) -> FeedItem:
        body = row.model_dump_json().encode()
        parts = [row.start, row.disposition or ("ANSWERED" if was_answered(row) else "")]
        if isinstance(row, SimpleCdr):
            parts.append(row.who_answered)
        else:
            parts += [row.answer, row.dialled, row.last_destination]
        seen = body if not row.uniqueid else "\x1f".join(parts).encode()
        digest = hashlib.sha256(seen).hexdigest()[:16]
        return FeedItem(dedupe_key=f"{self.name}:{row.uniqueid}:{digest}", body=body)
