"""Call logs of BlueRockTEL as call events: fetched by increasing id, read with best effort.

No document names the members of a 3CX call log. The names read here are those of the same
vendor's general "phone-calls" record; anything else is an unknown event, counted and kept.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.adapters.bluerocktel.client import BlueRockTelClient
from bot.adapters.bluerocktel.models import is_of_our_time, read_moment
from bot.adapters.bluerocktel.rows import Row
from bot.adapters.bluerocktel.texts import legible
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import (
    CallEnded,
    CallStarted,
    FeedBatch,
    FeedItem,
    PhoneEvent,
    RawEvent,
)

DISPOSITIONS = {
    "completed": Disposition.ANSWERED,
    "missed": Disposition.NO_ANSWER,
    "voicemail": Disposition.VOICEMAIL,
}
DIRECTIONS = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}
HOW_IT_WENT = ("status", "ended_at")
WHAT_IS_READ = ("direction", "number_from", "number_to", "started_at", *HOW_IT_WENT)
OVERLAP = 50
"""How many ids are looked at again: a lower id may become visible after a higher one."""


class CallLogFeed:
    """New call logs. The first look only remembers the highest id: old calls are no news.

    The cursor is ``floor:newest``: the highest id of the first look, and of the latest one.
    """

    name = "call_logs"
    holds = False

    def __init__(self, client: BlueRockTelClient) -> None:
        self._client = client

    async def fetch(self, cursor: str | None) -> FeedBatch:
        rows = {_id(row): row for row in await self._client.list_call_logs()}
        highest = max(rows, default=0)
        if cursor is None:
            return FeedBatch(items=(), cursor=f"{highest}:{highest}")
        floor, newest = (int(part) for part in cursor.split(":"))
        after = max(floor, newest - OVERLAP)
        items = tuple(_item(number, row) for number, row in sorted(rows.items()) if number > after)
        return FeedBatch(items=items, cursor=f"{floor}:{max(newest, highest)}")


class CallLogParser:
    """``Parse`` for call logs; timestamps without an offset are local to ``zone``."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def __call__(self, raw: RawEvent) -> list[PhoneEvent]:
        return parse_call_log(raw, self._zone)


def parse_call_log(raw: RawEvent, zone: ZoneInfo) -> list[PhoneEvent]:
    """The start and the end of one logged call.

    Raises ``UnknownEvent`` for a log without a known status or without times, and
    ``UnparsableEvent`` for bytes that are no call log.
    """
    log = _decoded(raw.body)
    started_at, ended_at = _moment(log, "started_at", zone), _moment(log, "ended_at", zone)
    disposition = DISPOSITIONS.get(str(log.get("status")).lower())
    if disposition is None or ended_at is None:
        raise UnknownEvent(f"a call log without {'an end' if disposition else 'a known status'}")
    facts = _Facts(log)
    end = CallEnded(
        call_id=facts.call_id,
        at=ended_at,
        direction=facts.direction,
        caller_number=facts.caller_number,
        requested=facts.requested,
        disposition=disposition,
    )
    if started_at is None:
        return [end]
    start = CallStarted(
        call_id=facts.call_id,
        at=started_at,
        direction=facts.direction,
        caller_number=facts.caller_number,
        requested=facts.requested,
    )
    return [start, end]


class _Facts:
    """What both events say of the call."""

    def __init__(self, log: Mapping[str, object]) -> None:
        self.call_id = f"call-log-{log['id']}"
        self.direction = DIRECTIONS.get(str(log.get("direction")).lower())
        self.caller_number = _text(log.get("number_from"))
        self.requested = _text(log.get("number_to"))


def _id(row: Row) -> int:
    assert row.row_id is not None, "call logs are read with a number of their own"
    return row.row_id


def _item(number: int, row: Row) -> FeedItem:
    """A log that changes later is news; one that is read again is not."""
    body = {"id": number, **{name: row.fields.get(name) for name in WHAT_IS_READ}}
    stands = ":".join(str(row.fields.get(name) or "") for name in HOW_IT_WENT)
    return FeedItem(dedupe_key=f"call-log:{number}:{stands}", body=json.dumps(body).encode())


def _decoded(body: bytes) -> Mapping[str, object]:
    try:
        log = json.loads(body)
    except (ValueError, RecursionError):
        log = None
    if not isinstance(log, dict) or not isinstance(log.get("id"), int):
        raise UnparsableEvent("a call log that is no JSON object with a number")
    return log


def _moment(log: Mapping[str, object], name: str, zone: ZoneInfo) -> datetime | None:
    try:
        moment = read_moment(log.get(name), zone)
    except ValueError:
        raise UnparsableEvent(f"a call log whose {name} is no timestamp") from None
    if moment is not None and not is_of_our_time(moment):
        raise UnparsableEvent(f"a call log whose {name} is at the end of time")
    return moment


def _text(value: object) -> str | None:
    return legible(str(value)) or None if isinstance(value, str | int) else None
