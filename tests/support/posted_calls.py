"""Calls that a phone system of the generic kind posts about."""

from datetime import timedelta
from typing import Any

from support.cards import NUMBER
from support.world import World

from bot.adapters.generic.sender import SignedPost


class Call:
    """Posts about one call, each with no more than what it is about."""

    def __init__(self, world: World, call_id: str = "41", *, ago: float = 0) -> None:
        self.world, self.call_id = world, call_id
        self.began_at = world.clock.now() - timedelta(seconds=60 + ago)

    def post(self, event: str, seconds: float, **more: Any) -> SignedPost:
        at = (self.began_at + timedelta(seconds=seconds)).isoformat()
        return self.world.door.post({"event": event, "at": at, "call_id": self.call_id, **more})

    def started(
        self, direction: str = "inbound", caller_number: str | None = NUMBER, **more: Any
    ) -> SignedPost:
        return self.post(
            "call.started", 0, direction=direction, caller_number=caller_number, **more
        )

    def ringing(self, *extensions: str) -> SignedPost:
        return self.post("call.ringing", 2, extensions=list(extensions))

    def ended(self, **more: Any) -> SignedPost:
        return self.post("call.ended", 30, **{"disposition": "no_answer", **more})
