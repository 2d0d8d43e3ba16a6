"""A line about a call, for reading."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands.dates import day_and_time
from bot.telephony.calls import ActiveCall
from bot.telephony.journeys import Journey, Outcome
from bot.telephony.phone_numbers import for_reading

OUTCOMES: Final[Mapping[Outcome | None, str]] = {
    None: "going on",
    Outcome.ABANDONED: "hung up while waiting",
    Outcome.ANSWERED: "answered",
    Outcome.BUSY: "busy",
    Outcome.FAILED: "failed",
    Outcome.LOST_SIGHT: "nobody knows how it ended",
    Outcome.NO_ANSWER: "not answered",
    Outcome.VOICEMAIL: "voicemail",
}


def describe_active(call: ActiveCall, region: str, now: datetime) -> str:
    """A call that is going on; what the system does not tell is left out."""
    words = [f"{call.direction}:"] if call.direction else []
    words.append(for_reading(call.caller_number, region))
    if call.requested:
        words.append(f"to {for_reading(call.requested, region)}")
    by = f"talking with {call.answered_by}" if call.answered_by else "talking"
    standing = by if call.answered_at else "not answered yet"
    began = call.answered_at or call.started_at
    lasts = f", {_length(round((now - began).total_seconds()))}" if began else ""
    return f"{' '.join(words)}: {standing}{lasts}"


def describe_journey(journey: Journey, region: str, zone: ZoneInfo, now: datetime) -> str:
    """A caller's attempt: when, who, whom, and how it ended. Times are in ``zone``."""
    words = [day_and_time(journey.started_at, now, zone)]
    if journey.direction:
        words.append(journey.direction.value)
    number = journey.caller_number.value if journey.caller_number else None
    words.append(for_reading(number, region))
    if journey.caller_name:
        words.append(f"({journey.caller_name.value})")
    called = journey.queue or journey.requested
    if called:
        words.append(f"to {for_reading(called.value, region)}")
    ending = OUTCOMES[journey.outcome]
    if journey.outcome is Outcome.ANSWERED:
        by = f" by {journey.answered_by.value}" if journey.answered_by else ""
        talked = f", {_length(journey.talked_seconds)}" if journey.talk_is_known else ""
        ending += f"{by}{talked}"
    return f"{' '.join(words)}: {ending}"


def _length(seconds: int) -> str:
    minutes, rest = divmod(max(0, seconds), 60)
    return f"{minutes}:{rest:02}"
