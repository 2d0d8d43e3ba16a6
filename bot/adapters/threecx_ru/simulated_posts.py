"""What the webhook module posts for one call, in the order of the vendor's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

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


def in_capital_case(body: Body) -> Body:
    """The same post as the Turkish clone spells it. An event it has no name for keeps its own."""
    spelled = {CAPITAL_NAMES.get(name, name.title()): value for name, value in body.items()}
    files = spelled.pop("Files", None)
    spelled["Event"] = CAPITAL_EVENTS.get(body["event"], body["event"])
    return {**spelled, "Recording": {"FileUrls": files}} if files else spelled
