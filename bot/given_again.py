"""Identifiers that some phone systems give to another call once the first is over.

Pure: whether news is of the call that is known under its identifier, of a later or an earlier one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.alerts.verdicts import outside_party
from bot.settings import SystemSettings
from bot.telephony.calls import Disposition
from bot.telephony.events import CallAnswered, CallEnded, CallEvent, CallRinging, CallStarted
from bot.telephony.journeys import Journey

GIVEN_AGAIN_AFTER = timedelta(minutes=30)
"""An event that comes so long after its call's end is of another call with the same identifier."""
ANOTHER_CALLER_AFTER = timedelta(hours=1)
"""So late a caller with another number is another one; a leg may show somebody else's before."""
LONGEST_CALL = timedelta(hours=12)
"""Nobody told of the end of one that began so long ago, if a call with its identifier begins."""
TALK_ENDED = (None, Disposition.ANSWERED)
"""What the end of a talk says of the call."""


def is_given_again(
    known: Journey,
    event: CallEvent,
    said: Journey,
    began_at: datetime | None,
    has_legs: Callable[[], bool],
    settings: SystemSettings,
) -> bool:
    """Whether the event is of a later call, though nothing told of the end of the first, or though
    one of several legs may go on long after another ended: a call that begins shows it, or another
    caller.

    ``said`` is what else is known of the event's call, ``began_at`` when that began, if it did.
    """
    since = known.over_at or known.started_at
    late = event.at - since
    if not event.id_returns or late < GIVEN_AGAIN_AFTER:
        return False
    is_others = late >= ANOTHER_CALLER_AFTER and _another_caller(known, said, settings)
    if known.over_at is not None:
        return is_others or late >= LONGEST_CALL or _is_after(known, event, began_at, has_legs)
    begins = began_at is not None and began_at - since >= LONGEST_CALL
    if begins or (late >= LONGEST_CALL and isinstance(event, (CallRinging, CallAnswered))):
        return True
    if isinstance(event, CallStarted):
        comes_in = late >= ANOTHER_CALLER_AFTER and _comes_in_now(known, said, settings)
        return is_others or comes_in
    return is_others and late >= LONGEST_CALL


def _is_after(
    known: Journey, event: CallEvent, began_at: datetime | None, has_legs: Callable[[], bool]
) -> bool:
    """Whether what the event tells began after the known call had ended, or one leg of it.

    A phone that stops ringing may have told an end: the end of the talk that goes on is no sign.
    """
    assert known.over_at is not None
    if isinstance(event, CallEnded):
        if event.began_at is not None:
            return event.began_at - known.over_at >= GIVEN_AGAIN_AFTER
        if known.answered and event.disposition in TALK_ENDED:
            return False
    begins = began_at is not None and began_at - known.over_at >= GIVEN_AGAIN_AFTER
    return begins or not has_legs()


def is_of_earlier_call(
    known: Journey, said: Journey, settings: SystemSettings, now: datetime
) -> bool:
    """Whether the news is older than the call by more than any order of events explains.

    Another caller shows it soon, where it was told when the known call began. A beginning that is
    yet to come is no such sign: a clock was put back in mid-call.
    """
    early = known.started_at - said.started_at
    is_others = known.has_begun and _another_caller(known, said, settings)
    is_early = early >= LONGEST_CALL or (is_others and early >= GIVEN_AGAIN_AFTER)
    return is_early and known.started_at <= now


def _another_caller(one: Journey, other: Journey, settings: SystemSettings) -> bool:
    """Whether both come from outside, and from two numbers."""
    parties = [outside_party(each, settings) for each in (one, other) if each.inbound]
    return len(set(filter(None, parties))) > 1


def _comes_in_now(known: Journey, said: Journey, settings: SystemSettings) -> bool:
    """Whether what was known for a call of our own, or of a caller who withheld the number and was
    not answered, would be one from outside now, with a number."""
    if not said.inbound or known.direction is None:
        return False
    is_withheld = not known.answered and outside_party(known, settings) is None
    return not known.inbound or (is_withheld and outside_party(said, settings) is not None)
