"""All legs of one caller's attempt, joined into one verdict.

Events get lost, repeated and reordered, and the same call is seen by several roads. So a journey
is what is known, and news is joined to it: ``join`` is associative, commutative and idempotent,
which makes the order and the number of events irrelevant.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar

from bot.telephony.calls import Direction, Disposition
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallRinging,
    CallStarted,
    CallTransferred,
)

ValueT = TypeVar("ValueT")
OrderedT = TypeVar("OrderedT", datetime, int)


class Fact(NamedTuple):
    """Something that was said of the call, and when: what was said first holds."""

    at: datetime
    value: str


class Outcome(StrEnum):
    """How a journey ended for the caller. ``lost_sight``: nobody knows."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    ABANDONED = "abandoned"
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"
    LOST_SIGHT = "lost_sight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What is known of one caller's attempt. Times are aware UTC.

    ``started_at`` is when the caller arrived, ``has_begun`` whether a call's beginning was told.
    ``ended_at`` is when the last leg ended, and ``repeated_end_at`` when that was told once more:
    both are ``None`` while it goes on.
    """

    started_at: datetime
    has_begun: bool = False
    direction: Fact | None = None
    caller_number: Fact | None = None
    caller_name: Fact | None = None
    requested: Fact | None = None
    queue: Fact | None = None
    rang: frozenset[str] = frozenset()
    answered_at: datetime | None = None
    answered_by: Fact | None = None
    ended_at: datetime | None = None
    repeated_end_at: datetime | None = None
    certain_end: bool = False
    dispositions: frozenset[Disposition] = frozenset()
    talk_seconds: int | None = None

    @property
    def is_over(self) -> bool:
        return self.over_at is not None

    @property
    def over_at(self) -> datetime | None:
        """When it ended, as well as anybody can tell."""
        return self.ended_at or self.repeated_end_at

    @property
    def inbound(self) -> bool:
        return self.direction is not None and self.direction.value == Direction.INBOUND

    @property
    def answered(self) -> bool:
        """Whether a person took the call anywhere: one answer outweighs every silent phone."""
        return self.answered_at is not None or Disposition.ANSWERED in self.dispositions

    @property
    def outcome(self) -> Outcome | None:
        """The verdict, or ``None`` while the journey goes on."""
        if not self.is_over:
            return None
        if self.answered:
            return Outcome.ANSWERED
        if not self.certain_end:
            return Outcome.LOST_SIGHT
        for disposition, outcome in _UNANSWERED:
            if disposition in self.dispositions:
                return outcome
        return Outcome.ABANDONED if self.queue else Outcome.NO_ANSWER

    @property
    def missed(self) -> bool:
        """An inbound journey that is over and that no person answered anywhere."""
        return self.inbound and self.outcome not in (None, Outcome.ANSWERED, Outcome.LOST_SIGHT)

    @property
    def waited_seconds(self) -> int | None:
        """How long the caller waited: for an answer, or in vain."""
        until = self.answered_at or self.over_at
        return max(0, round((until - self.started_at).total_seconds())) if until else None

    @property
    def talk_is_known(self) -> bool:
        """Whether anything tells how long people talked. Some systems say "answered", no more."""
        return self.talk_seconds is not None or None not in (self.answered_at, self.ended_at)

    @property
    def talked_seconds(self) -> int:
        """How long people talked; 0 when nobody answered, and when nothing tells."""
        if not self.answered:
            return 0
        if self.talk_seconds is not None:
            return self.talk_seconds
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, round((self.ended_at - self.answered_at).total_seconds()))


_UNANSWERED = (
    (Disposition.VOICEMAIL, Outcome.VOICEMAIL),
    (Disposition.ABANDONED, Outcome.ABANDONED),
    (Disposition.NO_ANSWER, Outcome.NO_ANSWER),
    (Disposition.BUSY, Outcome.BUSY),
    (Disposition.FAILED, Outcome.FAILED),
)
"""The first that any leg reports is the journey's verdict."""


def journey_of(event: CallEvent) -> Journey:
    """What one event says of its journey."""

    def fact(value: str | None) -> Fact | None:
        return Fact(event.at, value) if value else None

    journey = Journey(
        started_at=event.at,
        has_begun=isinstance(event, CallStarted),
        direction=fact(event.direction),
        caller_number=fact(event.caller_number),
        caller_name=fact(event.caller_name),
        requested=fact(event.requested),
        queue=fact(event.queue),
    )
    match event:
        case CallRinging(targets=targets):
            return replace(journey, rang=frozenset(targets))
        case CallAnswered(answered_by=answered_by):
            return replace(journey, answered_at=event.at, answered_by=fact(answered_by))
        case CallEnded():
            said = frozenset({event.disposition}) if event.disposition else frozenset()
            return replace(
                journey,
                ended_at=None if event.repeats else event.at,
                repeated_end_at=event.at if event.repeats else None,
                certain_end=event.certain,
                dispositions=said,
                answered_by=fact(event.answered_by),
                talk_seconds=event.talk_seconds,
            )
    return journey


def join(one: Journey, other: Journey) -> Journey:
    """Everything that either knows."""
    return Journey(
        started_at=min(one.started_at, other.started_at),
        has_begun=one.has_begun or other.has_begun,
        direction=_first(one.direction, other.direction),
        caller_number=_first(one.caller_number, other.caller_number),
        caller_name=_first(one.caller_name, other.caller_name),
        requested=_first(one.requested, other.requested),
        queue=_first(one.queue, other.queue),
        rang=one.rang | other.rang,
        answered_at=_either(min, one.answered_at, other.answered_at),
        answered_by=_first(one.answered_by, other.answered_by),
        ended_at=_either(max, one.ended_at, other.ended_at),
        repeated_end_at=_either(min, one.repeated_end_at, other.repeated_end_at),
        certain_end=one.certain_end or other.certain_end,
        dispositions=one.dispositions | other.dispositions,
        talk_seconds=_either(max, one.talk_seconds, other.talk_seconds),
    )


def linked_call(event: CallEvent) -> str | None:
    """Another call identifier that belongs to the same journey, if the event names one."""
    return event.other_call_id if isinstance(event, CallTransferred) else None


def _first(one: Fact | None, other: Fact | None) -> Fact | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _either(
    choose: Callable[[OrderedT, OrderedT], OrderedT],
    one: OrderedT | None,
    other: OrderedT | None,
) -> OrderedT | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)
