"""Turns stored rows of the call history into events. Pure: the zone is all that it is told."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.adapters.mirta.models import Cdr, SimpleCdr
from bot.adapters.mirta.records import (
    answered_at,
    cdr_record,
    ended_at,
    is_callers_leg,
    is_doubtful,
    simple_record,
)
from bot.telephony.calls import CallRecord, Disposition
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import CallAnswered, CallEnded, CallStarted, PhoneEvent, RawEvent


@dataclass(frozen=True, slots=True)
class CallEvents:
    """Each row tells a whole call: that it came, perhaps that somebody took it, and its end.

    The full history has a row for each leg: only the caller's own leg says how the call ended,
    the others say who took it. ``zone`` is the PBX's own.
    """

    zone: ZoneInfo

    def __call__(self, raw: RawEvent) -> list[PhoneEvent]:
        """The events of one row. MiRTA pushes nothing: such posts are ``UnknownEvent``."""
        try:
            match raw.road:
                case "simplecdrs":
                    return self._simple(SimpleCdr.model_validate_json(raw.body))
                case "cdrs":
                    return self._leg(Cdr.model_validate_json(raw.body))
                case other:
                    raise UnknownEvent(f"MiRTA has no events that come by {other}")
        except ValidationError:
            raise UnparsableEvent("not a row of the call history") from None
        except ValueError as error:
            raise UnparsableEvent("a row of the call history without a readable start") from error
        except OverflowError as error:
            raise UnparsableEvent("a row of the call history that ends out of all time") from error

    def _simple(self, row: SimpleCdr) -> list[PhoneEvent]:
        record = simple_record(row, self.zone)
        return [*_beginning(record), _end(record, certain=not is_doubtful(row))]

    def _leg(self, row: Cdr) -> list[PhoneEvent]:
        record = cdr_record(row, self.zone)
        events = _beginning(record)
        if not is_callers_leg(row):
            return events
        return [*events, _end(record, certain=not is_doubtful(row))]


def _beginning(record: CallRecord) -> list[PhoneEvent]:
    if not record.call_id:
        raise UnparsableEvent("a row of the call history without an identifier")
    started = CallStarted(
        call_id=record.call_id,
        at=record.started_at,
        direction=record.direction,
        caller_number=record.caller_number,
        caller_name=record.caller_name,
        requested=record.requested,
    )
    if record.disposition is not Disposition.ANSWERED:
        return [started]
    answered = CallAnswered(
        call_id=record.call_id, at=answered_at(record), answered_by=record.answered_by
    )
    return [started, answered]


def _end(record: CallRecord, *, certain: bool) -> CallEnded:
    return CallEnded(
        call_id=record.call_id,
        at=ended_at(record),
        direction=record.direction,
        caller_number=record.caller_number,
        caller_name=record.caller_name,
        requested=record.requested,
        disposition=record.disposition,
        answered_by=record.answered_by,
        talk_seconds=record.talk_seconds,
        certain=certain,
    )
