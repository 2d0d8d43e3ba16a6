"""The webhook module: what it posts for one call, in the order of the vendor's pages, and how."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import httpx

from bot.adapters.simulation_posts import deliver

Body = dict[str, Any]

CAPITAL_EVENTS: Final = {
    "ringing": "IncomingCall_Started",
    "pickupincoming": "IncomingCall_Answered",
    "incoming": "IncomingCall_Ended",
}
CAPITAL_NAMES: Final = {"callerid": "CallerId", "usertype": "UserType", "finishtype": "FinishType"}
RECORDING: Final = "https://pbx.example.ru/recordings/88.wav"


class Spelling(StrEnum):
    """The vendor's own pages, and a clone's."""

    LOWER = "lower"
    CAPITAL = "capital"


@dataclass(frozen=True, slots=True)
class Delivered:
    """An inbound call to a queue, as the module tells it. ``number`` is the 3CX call number."""

    number: int
    started_at: datetime
    caller_number: str = "15550100"
    caller_name: str = "Pat"
    queue: str = "800"
    agents: Sequence[str] = ("101", "0102")

    def missed(self) -> list[Body]:
        """The queue and its agents ring under one id, and nobody takes the call."""
        return [*self._ringing(), self._body("incoming", self.queue, 0, finishtype="Missed")]

    def answered(self, by: str, *, end_twice: bool = True) -> list[Body]:
        """One agent takes the call; the end comes again with the recording, if ``end_twice``."""
        end = self._body("incoming", by, 1, finishtype="Ok")
        return [
            *self._ringing(),
            self._body("pickupincoming", by, 1),
            self._body("hangupincoming", by, 1),
            end,
            *([{**end, "FILES": [RECORDING]}] if end_twice else []),
        ]

    def _ringing(self) -> list[Body]:
        return [self._body("ringing", user, 0) for user in (self.queue, *self.agents)]

    def _body(self, event: str, user: str, suffix: int, finishtype: str = "") -> Body:
        return {
            "callerid": self.caller_number,
            "did": "Main number",
            "chid": f"6f2c1c1e-6a55-4c3f-9f7c-{self.number:012x}",
            "trtype": "NotDef",
            "finishtype": finishtype,
            "transfer": "False",
            "breakside": "Undef",
            "title": "",
            "inbound_did": "15550123",
            "sip_displayname": self.caller_name,
            "phonebook": "",
            "event": event,
            "id": f"{self.started_at:%y%m%d%H%M%S}_{self.number}-{suffix}",
            "user": user,
            "usertype": "queue" if user == self.queue else "ext",
        }


@dataclass
class WebhookModule:
    """Without ``url`` there is no such module; ``http`` is the caller's to close.

    ``spelling`` is how posts are spelt, and ``end_twice`` whether the end of a call comes again
    with its recording: no document shows either.
    """

    url: str
    http: httpx.AsyncClient | None
    spelling: Spelling = Spelling.LOWER
    end_twice: bool = True

    async def tell(self, bodies: Iterable[Body]) -> str | None:
        """Post in order, unsigned as the module does, and tell what became of each post.

        ``None`` without a webhook module: then whoever wants to know must ask.
        """
        if not self.url or self.http is None:
            return None
        headers = {"content-type": "application/json"}
        posts = [(headers, json.dumps(self._spelt(body)).encode()) for body in bodies]
        return await deliver(self.http, self.url, posts)

    def _spelt(self, body: Body) -> Body:
        return in_capital_case(body) if self.spelling is Spelling.CAPITAL else body


def in_capital_case(body: Body) -> Body:
    """The same post as the Turkish clone spells it. An event it has no name for keeps its own."""
    spelled = {CAPITAL_NAMES.get(name, name.title()): value for name, value in body.items()}
    files = spelled.pop("Files", None)
    spelled["Event"] = CAPITAL_EVENTS.get(body["event"], body["event"])
    return {**spelled, "Recording": {"FileUrls": files}} if files else spelled
