"""The audit's words for how something ended that a phone system was asked for."""

from bot.telephony.calls import Origination
from bot.telephony.errors import (
    BadCredentials,
    NotSent,
    OutcomeUnknown,
    PhoneSystemError,
    UnexpectedReply,
)

LONGEST = 200


def outcome_word(error: PhoneSystemError) -> str:
    """What came of a request that failed."""
    match error:
        case OutcomeUnknown():
            return "unknown"
        case BadCredentials() | UnexpectedReply():
            return "failed"
        case NotSent():
            return "not sent"
    return f"refused: {error}"[:LONGEST]


def progress_of(origination: Origination) -> str:
    """How far a call is known to have got: no system tells us whether the other side answered."""
    return origination.progress.value.replace("_", " ")
