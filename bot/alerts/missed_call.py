"""The rule and the life of a missed call: who owns it, what was tried, how it ended.

Pure: each function takes the state as it is and returns what it becomes, with the lines that go
into the thread and the notes that only one person sees.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.telephony.journeys import Journey, Outcome
from bot.telephony.phone_numbers import shown_number


class State(StrEnum):
    """``open`` wants an owner, ``claimed`` has one, ``calling`` is being rung, the rest is over."""

    OPEN = "open"
    CLAIMED = "claimed"
    CALLING = "calling"
    REACHED = "reached"
    RESOLVED = "resolved"


OVER = frozenset({State.REACHED, State.RESOLVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody has a call until ``lapses_at``; ``press`` names the click of ``pressed_at``.

    Once somebody was seen to try, that moment is of no use any more and ``None``.
    """

    slack_user: str
    name: str
    lapses_at: datetime | None
    pressed_at: datetime | None = None
    press: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCall:
    """A caller nobody has spoken to yet. Times are aware UTC.

    ``number`` is what caller ID showed, ``party`` the same in E.164; both are ``None`` when it is
    withheld. ``arrived_at`` is the arrival of the newest try, ``rang`` the extensions that rang,
    ``seen_by`` the road of the news where it is a slow one. ``helper`` is who calls back for the
    owner. ``claims`` are the owner's and then every press since, as long as one may be refused.
    ``settled_by`` is when the conversation began that turned it green: whoever opens it again
    knows of that one.
    """

    arrived_at: datetime
    outcome: Outcome
    number: str | None = None
    party: str | None = None
    name: str | None = None
    requested: str | None = None
    queue: str | None = None
    rang: tuple[str, ...] = ()
    waited_seconds: int | None = None
    tries: int = 1
    state: State = State.OPEN
    owner: str | None = None
    owner_name: str | None = None
    helper: str | None = None
    helper_name: str | None = None
    attempts: int = 0
    last_attempt_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    how_resolved: str | None = None
    resolved_at: datetime | None = None
    settled_by: datetime | None = None
    seen_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a call becomes; ``note`` is only for who clicked, ``lapses_at`` when its claim ends."""

    call: MissedCall
    lines: tuple[str, ...] = ()
    note: str = ""
    lapses_at: datetime | None = None


def identity(
    system: str, tenant: str, party: str | None, call_id: str, arrived_at: datetime
) -> str:
    """One open alert per caller; a withheld number never matches another call, not even one that
    got the same identifier."""
    if party:
        return identity_of_party(tenant, party)
    return f"missed_call:{system}:{call_id}:{arrived_at.isoformat()}"


def identity_of_party(tenant: str, party: str) -> str:
    """The identity of a caller whose number is known."""
    return f"missed_call:{tenant}:{party}"


def from_journey(journey: Journey, party: str | None, seen_by: str | None) -> MissedCall:
    """The missed call that a missed journey is."""
    outcome = journey.outcome
    assert outcome is not None
    return MissedCall(
        arrived_at=journey.started_at,
        outcome=outcome,
        number=shown_number(journey.caller_number.value if journey.caller_number else None),
        party=party,
        name=journey.caller_name.value if journey.caller_name else None,
        requested=journey.requested.value if journey.requested else None,
        queue=journey.queue.value if journey.queue else None,
        rang=tuple(sorted(journey.rang)),
        waited_seconds=journey.waited_seconds,
        seen_by=seen_by,
    )


def tried_again(call: MissedCall, again: MissedCall) -> Change:
    """The same caller was missed once more: the open card counts, no second card comes."""
    newest = max(call.arrived_at, again.arrived_at)
    latest = again if newest == again.arrived_at else call
    call = replace(
        call,
        tries=call.tries + 1,
        arrived_at=newest,
        outcome=latest.outcome,
        name=latest.name or call.name,
        requested=latest.requested,
        queue=latest.queue,
        rang=latest.rang,
        waited_seconds=latest.waited_seconds,
    )
    return Change(call=call, lines=(f"Missed again: try {call.tries}.",))


def counted_once(call: MissedCall) -> Change:
    """Two of its tries turned out to be one call."""
    return Change(call=replace(call, tries=max(1, call.tries - 1)))


def reached(call: MissedCall, journey: Journey) -> Change:
    """Somebody spoke to the caller, from whatever phone: the card turns green by itself."""
    if call.state in OVER or _is_settled_by(call, journey):
        return Change(call=call)
    talked = f", talked {duration(journey.talked_seconds)}" if journey.talk_is_known else ""
    who = f"{journey.answered_by.value} answered" if journey.answered_by else "somebody answered"
    how = f"The caller rang again and {who}" if journey.inbound else "Reached"
    text = f"{how}{talked}."
    resolved_at = journey.over_at or journey.answered_at
    return _green(call, journey, text, resolved_at)


def known_better(call: MissedCall, better: MissedCall) -> Change:
    """Late news of the try that the card tells of last: who called, whom, how long they waited."""
    known = replace(
        call,
        arrived_at=better.arrived_at,
        outcome=better.outcome,
        number=better.number or call.number,
        party=better.party or call.party,
        name=better.name or call.name,
        requested=better.requested or call.requested,
        queue=better.queue or call.queue,
        rang=better.rang or call.rang,
        waited_seconds=better.waited_seconds,
    )
    return Change(call=known)


def told_elsewhere(call: MissedCall, at: datetime) -> Change:
    """The caller turned out to be one who has an open card already: that one counts."""
    if call.state in OVER:
        return Change(call=call)
    text = "This caller has an open card already, which counts this try."
    done = replace(call, state=State.RESOLVED, how_resolved=text, resolved_at=at)
    return Change(call=done, lines=(text,))


def answered_after_all(call: MissedCall, journey: Journey, at: datetime) -> Change:
    """Late news: the very call that was reported as missed was answered."""
    if call.state in OVER or _is_settled_by(call, journey):
        return Change(call=call)
    text = "This call was answered after all; the news of it came late."
    return _green(call, journey, text, at)


def _is_settled_by(call: MissedCall, journey: Journey) -> bool:
    """Whether that conversation turned it green once, whatever has become known of it since."""
    over_at = journey.over_at or journey.started_at
    return call.settled_by is not None and journey.started_at <= call.settled_by <= over_at


def _green(call: MissedCall, journey: Journey, text: str, at: datetime | None) -> Change:
    settled_by = journey.started_at
    done = replace(
        call, state=State.REACHED, how_resolved=text, resolved_at=at, settled_by=settled_by
    )
    return Change(call=done, lines=(text,))


def resolve(call: MissedCall, name: str, at: datetime) -> Change:
    """Somebody says it is settled."""
    if call.state in OVER:
        return Change(call=call, note="This call is settled already.")
    text = f"Resolved by {name}."
    done = replace(call, state=State.RESOLVED, how_resolved=text, resolved_at=at)
    return Change(call=done, lines=(text,))


def duration(seconds: int) -> str:
    """``3:12`` for people."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}"
