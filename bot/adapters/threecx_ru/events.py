"""Posts of the webhook module, and items of our own calls feed -> events."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from bot.adapters.threecx_ru import feed
from bot.adapters.threecx_ru.posts import Post
from bot.adapters.threecx_ru.replies import decode
from bot.adapters.threecx_ru.settings import Meaning
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    Parse,
    PhoneEvent,
    RawEvent,
)

EVENT_NAMES: Final[Mapping[str, Meaning]] = {
    "ringing": "ringing",
    "pickupincoming": "answered",
    "pickupoutgoing": "answered",
    "hangupincoming": "ignored",
    "hangupoutgoing": "ignored",
    "incoming": "ended",
    "outgoing": "ended",
    "incomingcall_started": "ringing",
    "incomingcall_answered": "answered",
    "incomingcall_ended": "ended",
    "outgoingcall_started": "ringing",
    "outgoingcall_answered": "answered",
    "outgoingcall_ended": "ended",
}
"""The vendor's pages contradict each other about the middle names; settings override these.

The end that counts is the one with a finishtype (incoming, outgoing), not hangup before it.
"""


def make_parse(event_names: Mapping[str, Meaning]) -> Parse:
    """Make the parser of one system; ``event_names`` is added to the usual ones."""
    meanings = {**EVENT_NAMES, **{name.lower(): means for name, means in event_names.items()}}

    def parse(raw: RawEvent) -> list[PhoneEvent]:
        if raw.road == feed.NAME:
            return _parse_change(raw)
        return _parse_post(raw, meanings)

    return parse


def _parse_post(raw: RawEvent, meanings: Mapping[str, Meaning]) -> list[PhoneEvent]:
    """Read one post. Posts carry no time of their own: they happened when they came in.

    The end is posted again when a recording is ready, which may be much later.
    """
    try:
        post = Post.read(decode(raw.body))
    except ValidationError as error:
        wrong = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
        raise UnparsableEvent(f"missing or unreadable: {wrong}") from None
    except ValueError:
        raise UnparsableEvent("the body is not a JSON object") from None
    if not post.journey:
        raise UnparsableEvent("missing or unreadable: id")
    meaning = meanings.get(post.event)
    if meaning is None:
        raise UnknownEvent(post.event[:80])
    return _POSTS[meaning](post, _facts(post, raw))


def _facts(post: Post, raw: RawEvent) -> dict[str, Any]:
    facts: dict[str, Any] = {"call_id": post.journey, "at": raw.received_at, "queue": post.queue}
    outside, inside = post.callerid or None, post.extension
    if "outgoing" in post.event:
        outbound = {"direction": Direction.OUTBOUND, "caller_number": inside}
        return {**facts, **outbound, "requested": outside}
    return {
        **facts,
        # "ringing" is posted for either direction, as far as the pages tell.
        "direction": Direction.INBOUND if "incoming" in post.event else None,
        "caller_number": outside,
        "caller_name": post.phonebook or post.sip_displayname or None,
        "requested": post.inbound_did or post.did or None,
    }


def _ringing(post: Post, facts: dict[str, Any]) -> list[PhoneEvent]:
    return [CallRinging(**facts, targets=(post.extension,) if post.extension else ())]


def _answered(post: Post, facts: dict[str, Any]) -> list[PhoneEvent]:
    return [CallAnswered(**facts, answered_by=post.extension)]


def _ended(post: Post, facts: dict[str, Any]) -> list[PhoneEvent]:
    """Where the name tells no direction, a DID does: only calls from outside have one."""
    if facts["direction"] is None and (post.inbound_did or post.did):
        facts = {**facts, "direction": Direction.INBOUND}
    end = CallEnded(**facts, repeats=post.repeats)
    match post.finishtype.lower():
        case "ok":
            taken = replace(end, disposition=Disposition.ANSWERED, answered_by=post.extension)
            return [taken]
        case "missed":
            return [replace(end, disposition=Disposition.NO_ANSWER)]
        case _:
            return [end]


def _ignored(post: Post, facts: dict[str, Any]) -> list[PhoneEvent]:
    return []


_POSTS: Final[Mapping[Meaning, Callable[[Post, dict[str, Any]], list[PhoneEvent]]]] = {
    "answered": _answered,
    "ended": _ended,
    "ignored": _ignored,
    "ringing": _ringing,
}


def _parse_change(raw: RawEvent) -> list[PhoneEvent]:
    try:
        change = feed.Change.model_validate_json(raw.body)
    except ValidationError:
        raise UnparsableEvent("this item of the calls feed cannot be read") from None
    call = change.call
    facts: dict[str, Any] = {
        "call_id": call.call_id,
        "at": change.at,
        "direction": call.direction,
        "caller_number": call.caller_number,
        "requested": call.requested,
        "queue": call.queue,
    }
    match change.kind:
        case "started":
            return [CallStarted(**facts)]
        case "ringing":
            return [CallRinging(**facts, targets=call.targets)]
        case "answered":
            return [CallAnswered(**facts, answered_by=call.answered_by)]
        case "ended":
            return [CallEnded(**facts, answered_by=call.answered_by, certain=change.certain)]
        case other:
            raise UnknownEvent(other[:80])
