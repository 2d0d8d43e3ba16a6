"""A feed for installations without the webhook module: the calls going on now, compared.

What begins and ends between two looks is never seen. A call that was answered and over between
two looks cannot be told from one that nobody took.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.adapters.threecx_ru import calling
from bot.adapters.threecx_ru.client import ThreeCxRuClient
from bot.adapters.threecx_ru.models import CallInfo
from bot.adapters.threecx_ru.settings import ThreeCxRuSettings
from bot.clock import Clock
from bot.telephony.calls import Direction
from bot.telephony.events import FeedBatch, FeedItem

log = logging.getLogger(__name__)

NAME: Final = "callsinfo"
MISSED_LOOKS: Final = 4
"""After so many intervals without a look nobody can say how the calls of then ended."""


class _Kept(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True
    )


class Sighting(_Kept):
    """How one call stood at the last look."""

    call_id: str
    started_at: datetime | None = None
    direction: Direction | None = None
    caller_number: str | None = None
    requested: str | None = None
    queue: str | None = None
    targets: tuple[str, ...] = ()
    answered_by: str | None = None
    answered_at: datetime | None = None
    answered: bool = False


class Change(_Kept):
    """One item of the feed: what became of ``call`` at ``at``. ``certain`` belongs to ended."""

    kind: str
    at: datetime
    call: Sighting
    certain: bool = True


class Looked(_Kept):
    """The cursor: the calls seen at the last look."""

    at: datetime
    calls: dict[str, Sighting]


class CallsFeed:
    """Compares ``pbx.callsinfo.get`` with what it was last time."""

    name: str = NAME
    holds: bool = False

    def __init__(self, client: ThreeCxRuClient, settings: ThreeCxRuSettings, clock: Clock) -> None:
        self._client = client
        self._zone = settings.zone
        self._longest_gap = timedelta(seconds=settings.poll_seconds * MISSED_LOOKS)
        self._clock = clock

    async def fetch(self, cursor: str | None) -> FeedBatch:
        """Look once. On the first look calls that are under way count as just seen."""
        before = _read(cursor)
        seen = [self._sighting(call) for call in await self._client.list_calls()]
        now = self._clock.now()
        calls = {call.call_id: _joined(before.calls.get(call.call_id), call) for call in seen}
        certain = now - before.at <= self._longest_gap
        changes = [
            *_ends(before.calls, calls, now, certain),
            *(change for call in calls.values() for change in _news(before.calls, call, now)),
        ]
        after = Looked(at=now, calls=calls)
        return FeedBatch(items=tuple(map(_item, changes)), cursor=after.model_dump_json())

    def _sighting(self, call: CallInfo) -> Sighting:
        active = calling.active_call(call, self._zone)
        return Sighting(
            call_id=active.call_id,
            started_at=active.started_at,
            direction=active.direction,
            caller_number=active.caller_number,
            requested=active.requested,
            queue=calling.queue_of(call),
            targets=calling.ringing(call),
            answered_by=active.answered_by,
            answered_at=active.answered_at,
            answered=calling.is_spoken_to(call),
        )


def _read(cursor: str | None) -> Looked:
    nothing = Looked(at=datetime.fromisoformat("2000-01-01T00:00:00Z"), calls={})
    if cursor is None:
        return nothing
    try:
        return Looked.model_validate_json(cursor)
    except ValidationError:
        log.warning("the cursor of the calls feed cannot be read, looking afresh")
        return nothing


def _joined(before: Sighting | None, now: Sighting) -> Sighting:
    """Keep what was once known: a call that reached an agent no longer names its queue."""
    if before is None:
        return now
    return now.model_copy(
        update={
            "direction": now.direction or before.direction,
            "requested": before.requested or now.requested,
            "queue": now.queue or before.queue,
            "answered_by": now.answered_by or before.answered_by,
            "answered_at": now.answered_at or before.answered_at,
            "answered": now.answered or before.answered,
        }
    )


def _news(before: dict[str, Sighting], call: Sighting, now: datetime) -> Iterator[Change]:
    old = before.get(call.call_id)
    if old is None:
        yield Change(kind="started", at=call.started_at or now, call=call)
    if call.targets and not call.answered and (old is None or old.targets != call.targets):
        yield Change(kind="ringing", at=now, call=call)
    if call.answered and (old is None or not old.answered):
        yield Change(kind="answered", at=call.answered_at or now, call=call)


def _ends(
    before: dict[str, Sighting], calls: dict[str, Sighting], now: datetime, certain: bool
) -> Iterator[Change]:
    for call_id, call in before.items():
        if call_id not in calls:
            yield Change(kind="ended", at=now, call=call, certain=certain or call.answered)


def _item(change: Change) -> FeedItem:
    parts = [change.call.call_id, change.kind]
    if change.kind == "ringing":
        parts += change.call.targets
    return FeedItem(dedupe_key=":".join(parts), body=change.model_dump_json().encode())
