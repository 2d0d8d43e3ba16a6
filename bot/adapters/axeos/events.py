"""Axeos events ("Events") as events of the trade.

There is no event for a missed call: it is a call that finished without having been answered.
Call events come only for calls that pass the PBX's "API events" dial plan action.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.adapters.axeos.feed import StoredCall
from bot.adapters.axeos.models import (
    Caller,
    CallInformation,
    EventHead,
    MailboxNews,
    Target,
    TransferSide,
)
from bot.telephony.calls import Direction
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    CallTransferred,
    MailboxChanged,
    PhoneEvent,
    RawEvent,
)
from bot.telephony.phone_numbers import shown_number

MAILBOX_MEMBERS = frozenset({"mailbox_number", "new_messages", "old_messages"})
"""By these the voicemail event is known, whatever its name."""

MEANINGLESS = frozenset(
    {
        "phone status update",
        "user logged in",
        "user logged out",
        "user list changed",
        "phone list changed",
    }
)
"""Known kinds that say nothing about a call or a mailbox."""

CALL_KINDS = frozenset(
    {
        "incoming call",
        "internal dial",
        "call answered",
        "call finished",
        "blind transfer",
        "attended transfer",
    }
)

ExtensionOf = Callable[[str], str | None]

UNKNOWN_NAME = "< unknown >"
LONGEST_EXTENSION = 6
"""Digits. Anything longer that an inside caller dialled is a number of the outside world."""


@dataclass(frozen=True, slots=True)
class EventParser:
    """Turns one event into events of the trade; pure, as ``Parse`` asks for.

    ``zone`` reads times without a zone; in the hour that a clock change repeats, of the two
    possible moments the one nearer to the event's arrival is meant. ``extension_of`` gives the
    extension of a user's UUID, or ``None``.
    """

    zone: ZoneInfo
    extension_of: ExtensionOf

    def __call__(self, raw: RawEvent) -> list[PhoneEvent]:
        body = _object_in(raw.body)
        try:
            head = EventHead.model_validate(body)
            at = _moment(head.timestamp, self.zone, raw.received_at)
            if body.keys() >= MAILBOX_MEMBERS:
                return [_mailbox_changed(MailboxNews.model_validate(body), at)]
            if head.event_type in MEANINGLESS:
                return []
            if head.event_type not in CALL_KINDS:
                raise UnknownEvent(head.event_type or "an event without event_type")
            return self._call_events(head.event_type, StoredCall.model_validate(body), at)
        except ValidationError as error:
            raise UnparsableEvent(_complaint(error)) from None

    def _call_events(self, kind: str, call: StoredCall, at: datetime) -> list[PhoneEvent]:
        """Only a call that was taken is transferred; of a call to outside nobody knows."""
        facts = _facts(call, at)
        is_outbound = facts["direction"] is Direction.OUTBOUND
        match kind:
            case "incoming call":
                return [CallStarted(**facts)]
            case "internal dial":
                return [CallRinging(**facts, targets=self._names(call.targets))]
            case "call answered":
                taker = self._names((call.target,) if call.target else ())
                answered = CallAnswered(**facts, answered_by=taker[0] if taker else None)
                return [] if is_outbound else [answered]
            case "call finished":
                return [CallEnded(**facts, certain=_ended_as_seen(call))]
            case _:
                legs = _other_legs(call)
                taken = [CallAnswered(**facts)] if legs and not is_outbound else []
                return [*taken, *(CallTransferred(**facts, other_call_id=leg) for leg in legs)]

    def _names(self, targets: tuple[Target, ...]) -> tuple[str, ...]:
        """Each target by its number where it has one, else its user, else its phone; once each."""
        names = (
            target.number
            or self.extension_of(target.user_uuid or "")
            or target.user_uuid
            or target.phone_uuid
            for target in targets
        )
        return tuple(dict.fromkeys(name for name in names if name))


def _object_in(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError) as error:
        raise UnparsableEvent("the event is not JSON") from error
    if not isinstance(body, dict):
        raise UnparsableEvent("the event is not a JSON object")
    return body


def _complaint(error: ValidationError) -> str:
    """Which members are wrong, without their values."""
    places = {".".join(str(step) for step in problem["loc"]) for problem in error.errors()}
    return f"the event cannot be read at {', '.join(sorted(places))}"


def _moment(timestamp: str, zone: ZoneInfo, received_at: datetime) -> datetime:
    try:
        told = datetime.fromisoformat(timestamp)
        if told.tzinfo is not None:
            return told.astimezone(UTC)
        moments = [told.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (ValueError, OverflowError) as error:
        raise UnparsableEvent("the event's timestamp cannot be read") from error
    return min(moments, key=lambda moment: abs(moment - received_at))


def _mailbox_changed(news: MailboxNews, at: datetime) -> MailboxChanged:
    return MailboxChanged(
        mailbox=news.mailbox_number, new=news.new_messages, old=news.old_messages, at=at
    )


def _facts(call: CallInformation, at: datetime) -> dict[str, Any]:
    """What every call event tells about its call."""
    caller = call.caller or Caller()
    return {
        "call_id": call.unique_id,
        "at": at,
        "direction": _direction(call),
        "caller_number": _known(caller.normalized_number) or _known(caller.number),
        "caller_name": _known(caller.name),
        "requested": call.called_did or call.called_extension or None,
    }


def _known(text: str | None) -> str | None:
    return None if text is None or text.strip() in ("", UNKNOWN_NAME) else text


def _direction(call: CallInformation) -> Direction | None:
    """Not every call from outside names its trunk, and our own phones may dial a DID as well."""
    caller = call.caller or Caller()
    if caller.trunk_uuid or (not caller.phone_uuid and _is_from_outside(call, caller)):
        return Direction.INBOUND
    if call.caller is None:
        return None
    called = call.called_extension or ""
    is_inside = call.called_did or (called and not _is_long(called))
    return Direction.INTERNAL if is_inside else Direction.OUTBOUND


def _is_from_outside(call: CallInformation, caller: Caller) -> bool:
    """Of a caller without a phone or a trunk; the number of a user may be a mobile of theirs."""
    number = caller.normalized_number or caller.number or ""
    is_outer = _is_long(number) or (number != "" and shown_number(_known(number)) is None)
    if call.called_did:
        return is_outer or not caller.user_uuid
    return is_outer and not caller.user_uuid


def _is_long(number: str) -> bool:
    """Whether it is longer than extensions are: a number of the outside world."""
    return sum(map(str.isdigit, number)) > LONGEST_EXTENSION or number.startswith("+")


def _ended_as_seen(call: StoredCall) -> bool:
    """Whether nobody picked up, if no event said so.

    Only ``hangup`` is a sure end: ``expired`` is a very long call, or lost events. Where the start
    was not seen, an answer may not have been either. A far end that picks up has no event.
    """
    told = call.reason == "hangup" and not call.start_unseen
    return told and _direction(call) is not Direction.OUTBOUND


def _other_legs(call: CallInformation) -> list[str]:
    """Every other leg on any side of a transfer: they belong together from now on.

    A failed transfer joins nothing.
    """
    if call.status != "success":
        return []
    sides = [side for side in (call.transferer, call.transferee, call.transfer_target) if side]
    others = dict.fromkeys(leg for side in sides for leg in _legs(side))
    return [leg for leg in others if leg != call.unique_id]


def _legs(side: TransferSide) -> list[str]:
    legs = (
        side.unique_id,
        side.linked_id,
        side.unique_id_1,
        side.linked_id_1,
        side.unique_id_2,
        side.linked_id_2,
    )
    return [leg for leg in legs if leg]
