"""The words for how something ended that a phone system was asked for."""

from bot.telephony.calls import Origination
from bot.telephony.errors import (
    BadCredentials,
    NotSent,
    NotSupported,
    OutcomeUnknown,
    PhoneSystemError,
    UnexpectedReply,
)

LONGEST = 200


def outcome_word(error: PhoneSystemError) -> str:
    """What came of a request that failed, for the audit."""
    match error:
        case OutcomeUnknown():
            return "unknown"
        case BadCredentials() | UnexpectedReply():
            return "failed"
        case NotSent():
            return "not sent"
        case NotSupported():
            return "not done"
    return f"refused: {error}"[:LONGEST]


def told(error: PhoneSystemError, *, rings: bool = False) -> str:
    """What the person hears of it, with what to do; ``rings`` when a phone was to ring."""
    match error:
        case OutcomeUnknown() if rings:
            return f"{error} Your phone may ring; look before you dial again."
        case OutcomeUnknown():
            return f"{error} Look how things stand before you do it again."
        case BadCredentials() | UnexpectedReply():
            return f"{error} Please tell an admin."
    return str(error)


def progress_of(origination: Origination) -> str:
    """How far a call is known to have got: no system tells us whether the other side answered."""
    return origination.progress.value.replace("_", " ")
