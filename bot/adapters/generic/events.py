"""Posts in the generic format -> events. README.md is the specification; this is its reader."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from bot.adapters.generic import forms
from bot.adapters.generic.models import (
    AnsweredNotice,
    CallNotice,
    EndedNotice,
    MailboxNotice,
    Notice,
    RingingNotice,
    TransferredNotice,
)
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

MAX_EVENTS: Final = 100
NoticeT = TypeVar("NoticeT", bound=Notice)
Members = Mapping[str, Any]


def parse(raw: RawEvent) -> list[PhoneEvent]:
    """Read one post: an object, an array of up to 100 objects, or a form.

    In an array, kinds that we do not know are passed over as long as there is one that we know.
    Raises ``UnknownEvent`` when there is none, and ``UnparsableEvent``, whose text names the
    member at fault and never shows its value.
    """
    posted = _decode(raw)
    if not isinstance(posted, list):
        return _read(posted, "")
    if len(posted) > MAX_EVENTS:
        raise UnparsableEvent(f"expected at most {MAX_EVENTS} events in one post")
    events: list[PhoneEvent] = []
    unknown: list[str] = []
    for index, members in enumerate(posted):
        try:
            events += _read(members, f"[{index}].")
        except UnknownEvent as error:
            unknown.append(str(error))
    if unknown and len(unknown) == len(posted):
        raise UnknownEvent(unknown[0])
    return events


def _decode(raw: RawEvent) -> Any:
    media_type = raw.content_type.partition(";")[0].strip().lower()
    # curl labels whatever -d sends as a form, so a body that opens like JSON is read as JSON.
    if "json" in media_type or raw.body.lstrip()[:1] in (b"{", b"["):
        try:
            return _from_json(raw.body)
        except (ValueError, RecursionError) as error:
            raise UnparsableEvent("the body is not valid JSON") from error
    if media_type in ("", forms.MEDIA_TYPE):
        return forms.read_form(raw.body)
    raise UnparsableEvent(f"expected JSON or a form ({forms.MEDIA_TYPE})")


def _from_json(body: bytes) -> Any:
    """JSON may hold half a character in an escape, which is no text: then that becomes ``?``."""
    try:
        return from_json(body)
    except ValueError:
        text = json.dumps(json.loads(body), ensure_ascii=False)
        return from_json(text.encode(errors="replace"))


def _read(members: Any, place: str) -> list[PhoneEvent]:
    if not isinstance(members, dict):
        raise UnparsableEvent(f"{place.rstrip('.') or 'the body'}: expected an object")
    kind = members.get("event")
    if not isinstance(kind, str) or not kind:
        raise UnparsableEvent(f"{place}event: {_lack(members)}expected text such as call.ended")
    if kind not in READERS:
        raise UnknownEvent(kind[:80])
    try:
        return READERS[kind](members)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise UnparsableEvent("; ".join(_explained(place, each) for each in problems)) from None


def _lack(members: Members) -> str:
    return "" if "event" in members else "is missing; "


def _explained(place: str, problem: ErrorDetails) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else step for step in problem["loc"])
    if problem["type"] == "value_error":
        said = str(problem["ctx"]["error"])
        return f"{place}{path}: {said}" if path else f"{place}{said}"
    if problem["type"] == "enum":
        return f"{place}{path}: expected {problem['ctx']['expected']}"
    return f"{place}{path}: {_EXPECTED.get(problem['type'], 'has a wrong value')}"


_EXPECTED: Final = {
    "bool_type": "expected true or false",
    "greater_than_equal": "expected 0 or more",
    "int_from_float": "expected a whole number",
    "int_type": "expected a whole number",
    "less_than_equal": "is too big",
    "list_type": "expected a list of texts",
    "missing": "is missing",
    "string_too_long": "is longer than 200 characters",
    "string_type": "expected text (numbers of phones and extensions go in quotes)",
    "too_long": "has more than 100 entries",
}


def _facts(notice: CallNotice) -> dict[str, Any]:
    """What every event of a call may carry."""
    return {
        "call_id": notice.call_id,
        "at": notice.at,
        "direction": notice.direction,
        "caller_number": notice.caller_number,
        "caller_name": notice.caller_name,
        "requested": notice.requested,
        "queue": notice.queue,
        "id_returns": True,
    }


def _started(members: Members) -> list[PhoneEvent]:
    return [CallStarted(**_facts(CallNotice.model_validate(members)))]


def _ringing(members: Members) -> list[PhoneEvent]:
    notice = RingingNotice.model_validate(members)
    return [CallRinging(**_facts(notice), targets=notice.targets)]


def _answered(members: Members) -> list[PhoneEvent]:
    notice = AnsweredNotice.model_validate(members)
    return [CallAnswered(**_facts(notice), answered_by=notice.extension)]


def _transferred(members: Members) -> list[PhoneEvent]:
    notice = TransferredNotice.model_validate(members)
    return [CallTransferred(**_facts(notice), other_call_id=notice.other_call_id)]


def _ended(members: Members) -> list[PhoneEvent]:
    notice = EndedNotice.model_validate(members)
    ended = CallEnded(
        **_facts(notice),
        disposition=notice.outcome,
        answered_by=notice.extension,
        talk_seconds=notice.talk_seconds,
        began_at=notice.started_at,
    )
    began = {**_facts(notice), "at": notice.started_at or notice.at}
    told: list[PhoneEvent] = []
    if notice.started_at is not None:
        told.append(CallStarted(**began))
    if notice.extensions:
        told.append(CallRinging(**began, targets=tuple(dict.fromkeys(notice.extensions))))
    return [*told, ended]


def _mailbox(members: Members) -> list[PhoneEvent]:
    notice = MailboxNotice.model_validate(members)
    return [MailboxChanged(mailbox=notice.mailbox, new=notice.new, old=notice.old, at=notice.at)]


READERS: Final[Mapping[str, Callable[[Members], list[PhoneEvent]]]] = {
    "call.answered": _answered,
    "call.ended": _ended,
    "call.ringing": _ringing,
    "call.started": _started,
    "call.transferred": _transferred,
    "voicemail.changed": _mailbox,
}
