"""A stand-in for an Axeos PBX, as strict and as unpleasant as its document allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.axeos.simulated_api import SimulatedApi
from bot.adapters.axeos.simulated_calls import IDLE, IN_USE, RINGING, SimulatedCalls
from bot.adapters.axeos.simulated_control import controls
from bot.adapters.axeos.simulated_events import EventRing
from bot.adapters.axeos.simulated_pbx import (
    FIGURES,
    TRUNK,
    SimulatedMailbox,
    SimulatedPbx,
    SimulatedUser,
    small_office,
)
from bot.adapters.simulation import Simulation
from bot.clock import Clock

API_KEY = "simulated-axeos-key"
DID = "15550123"


class AxeosSimulator:
    """One PBX. ``pbx``, ``events``, ``calls`` and ``api`` may be read and set at any time.

    ``voicemail_event_type`` is made up, as no document names that event; ``None`` leaves it out.
    Without ``customers_pass_rule`` no customer's call passes the "API events" rule.
    """

    def __init__(
        self, clock: Clock, *, api_key: str = API_KEY, zone: str = "Europe/Amsterdam"
    ) -> None:
        self.simulation = Simulation()
        self.pbx: SimulatedPbx = small_office()
        self.events = EventRing(clock, ZoneInfo(zone))
        self.calls = SimulatedCalls(self.pbx, self.events, clock)
        self.api = SimulatedApi(self.pbx, self.events, clock, api_key)
        self.voicemail_event_type: str | None = "mailbox status update"
        self.customers_pass_rule = True
        self._clock = clock
        self.app = self.simulation.wrap(
            [*self.api.routes(), *self.calls.routes(self.api)], controls(self)
        )

    def customer_calls_and_hangs_up(
        self,
        number: str,
        name: str = "",
        did: str = DID,
        *,
        rang: Sequence[str] = ("pat",),
        waited_seconds: float = 20.0,
        passes_rule: bool = True,
    ) -> str:
        """A customer called, nobody took it, and the customer has just hung up.

        ``rang`` are user names. A call that does not pass the "API events" rule shows in the
        states of the phones alone. Returns the call's ``unique_id``.
        """
        now, users = self._clock.now(), self._users(rang)
        call = self._inbound(number, name, did, passes_rule)
        self._ring(call, users, now - timedelta(seconds=waited_seconds))
        self._finish(call, users, now)
        return call.unique_id

    def customer_is_answered(
        self,
        number: str,
        name: str = "",
        did: str = DID,
        *,
        answered_by: str = "pat",
        waited_seconds: float = 5.0,
        talked_seconds: float = 60.0,
        passes_rule: bool = True,
    ) -> str:
        """A customer called, ``answered_by`` took it, and both have just finished."""
        now, users = self._clock.now(), self._users([answered_by])
        picked_up_at = now - timedelta(seconds=talked_seconds)
        call = self._inbound(number, name, did, passes_rule)
        targets = self._ring(call, users, picked_up_at - timedelta(seconds=waited_seconds))
        call.tell("call answered", picked_up_at, target=targets[0])
        self.calls.tell_phones(users, picked_up_at, IN_USE)
        self._finish(call, users, now)
        return call.unique_id

    def conversation(self, number: str, seconds: float) -> None:
        """The far end of our call to ``number`` picked up and talked; the call is over.

        The document has no event for a far end that answers: only the end is told, stamped
        ``seconds`` after the call was placed. Raises ``LookupError`` without such a call.
        """
        calls = [call for call in self.pbx.calls.values() if call.number == number]
        if not calls:
            raise LookupError(f"no call to {number}")
        self.calls.end(calls[0], calls[0].placed_at + timedelta(seconds=seconds))

    def leave_voicemail(self, mailbox_number: str = "101") -> None:
        """A message was left: the count goes up and the event without a documented name comes."""
        box = self.mailbox(mailbox_number)
        box.new_messages += 1
        members = {
            "voicemail_uuid": box.uuid,
            "mailbox_number": box.mailbox_number,
            "new_messages": box.new_messages,
            "old_messages": box.old_messages,
        }
        self.events.append(self.voicemail_event_type, self._clock.now(), members)

    def set_queue(self, name: str, **figures: float) -> None:
        """Set figures of a queue, under the PBX's own names (``calls_waiting=6``)."""
        [queue] = [queue for queue in self.pbx.queues.values() if queue.name == name]
        for figure, value in figures.items():
            if figure not in FIGURES:
                raise LookupError(f"no figure {figure}")
            setattr(queue, figure, value)

    def emit(self, event_type: str | None, at: datetime | None = None, **members: Any) -> None:
        """Any event at all, such as a transfer."""
        self.events.append(event_type, at or self._clock.now(), members)

    def mailbox(self, mailbox_number: str) -> SimulatedMailbox:
        """The mailbox with this number. Raises ``LookupError``."""
        for box in self.pbx.mailboxes.values():
            if box.mailbox_number == mailbox_number:
                return box
        raise LookupError(f"no mailbox {mailbox_number}")

    def _inbound(self, number: str, name: str, did: str, passes_rule: bool) -> "_CustomerCall":
        plain = number.removeprefix("+")
        caller = {
            "trunk_uuid": TRUNK,
            "number": plain,
            "name": name or "< unknown >",
            "original_number": plain,
        }
        if number.startswith("+"):
            caller["normalized_number"] = number
        members = self.calls.members(called_did=did, caller=caller)
        return _CustomerCall(self.events, members, passes_rule and self.customers_pass_rule)

    def _ring(
        self, call: "_CustomerCall", users: list[SimulatedUser], at: datetime
    ) -> list[dict[str, Any]]:
        targets = self.calls.targets(users)
        call.tell("incoming call", at)
        call.tell("internal dial", at, targets=targets)
        self.calls.tell_phones(users, at, RINGING)
        return targets

    def _finish(self, call: "_CustomerCall", users: list[SimulatedUser], at: datetime) -> None:
        call.tell("call finished", at, reason="hangup")
        self.calls.tell_phones(users, at, IDLE)

    def _users(self, names: Sequence[str]) -> list[SimulatedUser]:
        return [user for user in self.pbx.users.values() if user.username in names]


@dataclass(frozen=True, slots=True)
class _CustomerCall:
    """``members`` is what its events have in common."""

    events: EventRing
    members: dict[str, Any]
    passes_rule: bool

    @property
    def unique_id(self) -> str:
        return str(self.members["unique_id"])

    def tell(self, kind: str, at: datetime, **more: Any) -> None:
        if self.passes_rule:
            self.events.append(kind, at, self.members | more)
