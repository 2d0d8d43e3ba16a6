"""An incoming call as the document shows it, and how events are read."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.axeos.events import EventParser
from bot.telephony.events import (
    PhoneEvent,
    RawEvent,
)

NOON = datetime(2025, 11, 20, 13, 2, 11, tzinfo=UTC)
HEAD = {"seq": 512, "timestamp": "2025-11-20T14:02:11+01:00"}
CALLER = {
    "trunk_uuid": "t1",
    "number": "15550100",
    "name": "Pat",
    "normalized_number": "+15550100",
    "original_number": "anonymous",
}
CALL = HEAD | {
    "event_tag": "support",
    "unique_id": "17.50",
    "account_code": "",
    "called_did": "15550123",
    "caller": CALLER,
}


def read(
    body: Any,
    *,
    received_at: datetime = NOON,
    extensions: Mapping[str, str] | None = None,
) -> list[PhoneEvent]:
    parse = EventParser(ZoneInfo("Europe/Amsterdam"), (extensions or {}).get)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    raw = RawEvent(
        road="events", body=content, content_type="application/json", received_at=received_at
    )
    return parse(raw)
