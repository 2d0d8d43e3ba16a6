"""What waits in a world: an event to be taken up, a message to be sent."""

from datetime import datetime
from typing import Any

from support.world import World

from storage import outbox
from storage.receipts import NewReceipt


def receipt(at: datetime, system: str = "door", key: str = "k") -> NewReceipt:
    return NewReceipt(
        system=system,
        dedupe_key=key,
        road="push",
        content_type="application/json",
        body=b"{}",
        received_at=at,
    )


async def put(world: World, **more: Any) -> int:
    """Let a notice for C0SUPPORT be sent."""
    now = world.clock.now()
    values = {"key": "m", "kind": "notice", "slack_channel": "C0SUPPORT", "body": {"text": "x"}}
    return await world.runtime.store.write(outbox.put_message, **{**values, "now": now, **more})
