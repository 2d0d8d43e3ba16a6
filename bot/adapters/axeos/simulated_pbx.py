"""The simulated PBX: what it holds, what can happen on it, and its habits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.axeos.simulated_events import EventRing
from bot.adapters.axeos.simulated_office import (
    FIGURES,
    NIGHT,
    TRUNK,
    SimulatedCall,
    SimulatedMailbox,
    SimulatedPhone,
    SimulatedSwitch,
    SimulatedUser,
    first_mailboxes,
    first_phones,
    first_queues,
    first_users,
)
from bot.clock import Clock

DID = "15550123"
IDLE, IN_USE, UNAVAILABLE, RINGING = 0, 1, 4, 8


class CallerSide(StrEnum):
    """What the calling phone does with the next call that we originate."""

    PICKS_UP = "success"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"
    AWAY = "away"


class SimulatedPbx:
    """Everything by UUID, calls by ``unique_id``, to be read and set at any time.

    ``rings_seconds`` is how long POST /call takes, ``caller_side`` how the next ones end; all
    others end as ``usual_side`` says. ``location_root`` stands before the path in ``Location``;
    empty makes it relative, unless it is ``absolute_location``. ``event_tag`` is what the "API
    events" rule puts on every call that passes it; ``customers_pass_rule`` and
    ``placed_pass_rule`` (calls placed over the interface) say which do. ``identifies_queues`` adds
    UUID and name to the statistics. ``voicemail_event_type`` is made up, as no document names that
    event; ``None`` leaves it out.
    """

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        self.clock = clock
        self.events = EventRing(clock, zone)
        self.users = first_users()
        self.phones = first_phones()
        self.mailboxes = first_mailboxes()
        self.switches = {NIGHT: SimulatedSwitch(NIGHT, "Night")}
        self.queues = first_queues(self.users)
        self.calls: dict[str, SimulatedCall] = {}
        self.rings_seconds = 0.0
        self.caller_side: list[CallerSide] = []
        self.usual_side = CallerSide.PICKS_UP
        self.location_root = ""
        self.absolute_location = False
        self.event_tag = "support"
        self.customers_pass_rule = True
        self.placed_pass_rule = False
        self.hang_up_fails = False
        self.identifies_queues = False
        self.tells_switch_after_set = True
        self.voicemail_event_type: str | None = "mailbox status update"
        self._count = 0

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
        now, users = self.clock.now(), self._users(rang)
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
        now, users = self.clock.now(), self._users([answered_by])
        picked_up_at = now - timedelta(seconds=talked_seconds)
        call = self._inbound(number, name, did, passes_rule)
        targets = self._ring(call, users, picked_up_at - timedelta(seconds=waited_seconds))
        call.tell("call answered", picked_up_at, target=targets[0])
        self.tell_phones(users, picked_up_at, IN_USE)
        self._finish(call, users, now)
        return call.unique_id

    def conversation(self, number: str, seconds: float) -> None:
        """The far end of our call to ``number`` picked up and talked; the call is over.

        The document has no event for a far end that answers: only the end is told, stamped
        ``seconds`` after the call was placed. Raises ``LookupError`` without such a call.
        """
        calls = [call for call in self.calls.values() if call.number == number]
        if not calls:
            raise LookupError(f"no call to {number}")
        self.end(calls[0], calls[0].placed_at + timedelta(seconds=seconds))

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
        self.events.append(self.voicemail_event_type, self.clock.now(), members)

    def set_queue(self, name: str, **figures: float) -> None:
        """Set figures of a queue, under the PBX's own names (``calls_waiting=6``)."""
        [queue] = [queue for queue in self.queues.values() if queue.name == name]
        for figure, value in figures.items():
            if figure not in FIGURES:
                raise LookupError(f"no figure {figure}")
            setattr(queue, figure, value)

    def emit(self, event_type: str | None, at: datetime | None = None, **members: Any) -> None:
        """Any event at all, such as a transfer."""
        self.events.append(event_type, at or self.clock.now(), members)

    def mailbox(self, mailbox_number: str) -> SimulatedMailbox:
        """The mailbox with this number. Raises ``LookupError``."""
        for box in self.mailboxes.values():
            if box.mailbox_number == mailbox_number:
                return box
        raise LookupError(f"no mailbox {mailbox_number}")

    def user_named(self, username: str) -> SimulatedUser | None:
        return next((user for user in self.users.values() if user.username == username), None)

    def phones_of(self, user: SimulatedUser) -> list[SimulatedPhone]:
        uuids = [user.hot_desk] if user.hot_desk else user.phones
        return [self.phones[uuid] for uuid in uuids if uuid in self.phones]

    def members(self, **facts: Any) -> dict[str, Any]:
        """What all events of a new call have in common."""
        self._count += 1
        unique_id = f"{int(self.clock.now().timestamp())}.{self._count}"
        common = {"event_tag": self.event_tag, "unique_id": unique_id, "account_code": ""}
        return common | facts

    def targets(self, users: Iterable[SimulatedUser]) -> list[dict[str, Any]]:
        """One leg for each phone of the users."""
        return [self._leg(user, phone.uuid) for user in users for phone in self.phones_of(user)]

    def tell_phones(self, users: Iterable[SimulatedUser], at: datetime, status_code: int) -> None:
        """Set the phones of the users and tell it; this event needs no dial plan rule."""
        for phone in (phone for user in users for phone in self.phones_of(user)):
            phone.status_code = status_code
            told = {"phone_uuid": phone.uuid, "status_code": status_code, "status": phone.status}
            self.events.append("phone status update", at, told)

    def start(self, call: SimulatedCall) -> None:
        """A call that we placed goes on from now."""
        self.calls[call.unique_id] = call
        if self.placed_pass_rule:
            self.events.append("incoming call", call.placed_at, call.members)

    def end(self, call: SimulatedCall, at: datetime) -> None:
        """A call that we placed is over."""
        del self.calls[call.unique_id]
        if self.placed_pass_rule:
            self.events.append("call finished", at, {**call.members, "reason": "hangup"})

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
        members = self.members(called_did=did, caller=caller)
        return _CustomerCall(self.events, members, passes_rule and self.customers_pass_rule)

    def _ring(
        self, call: "_CustomerCall", users: list[SimulatedUser], at: datetime
    ) -> list[dict[str, Any]]:
        targets = self.targets(users)
        call.tell("incoming call", at)
        call.tell("internal dial", at, targets=targets)
        self.tell_phones(users, at, RINGING)
        return targets

    def _finish(self, call: "_CustomerCall", users: list[SimulatedUser], at: datetime) -> None:
        call.tell("call finished", at, reason="hangup")
        self.tell_phones(users, at, IDLE)

    def _users(self, names: Sequence[str]) -> list[SimulatedUser]:
        return [user for user in self.users.values() if user.username in names]

    def _leg(self, user: SimulatedUser, phone_uuid: str) -> dict[str, Any]:
        self._count += 1
        return {
            "unique_id": f"{int(self.clock.now().timestamp())}.{self._count}",
            "user_phone_type": "hot-desk" if user.hot_desk else "phone",
            "user_uuid": user.uuid,
            "phone_uuid": phone_uuid,
        }


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
