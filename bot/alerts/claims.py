"""Whose a missed call is, and who calls back: what clicks, time and calls make of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.alerts.missed_call import OVER, Change, Claim, MissedCall, State

SAME_CLICK: Final = timedelta(seconds=15)
"""Whoever presses a second time so soon has not seen that a phone is being rung."""
UNCERTAIN_ATTEMPT: Final = (
    "Called back; the phone system does not tell whether anybody was reached."
)


def claim(call: MissedCall, slack_user: str, name: str) -> Change:
    """The first claim wins; who comes second is told whose it is."""
    if call.state in OVER:
        return Change(call=call, note="This call is settled already.")
    if call.owner == slack_user:
        return Change(call=call, note="It is yours already.")
    if call.owner is not None:
        return Change(call=call, note=f"{call.owner_name} has claimed this call.")
    claimed = replace(call, state=State.CLAIMED, owner=slack_user, owner_name=name)
    return Change(call=claimed, lines=(f"{name} claimed this call.",))


def release(call: MissedCall, minutes: int) -> Change:
    """A claim lapses when nothing came of it."""
    if call.state not in (State.CLAIMED, State.CALLING):
        return Change(call=call)
    span = "a minute" if minutes == 1 else f"{minutes} minutes"
    line = f"{call.owner_name} claimed this call; within {span} nobody was reached."
    return Change(call=_claimed_by(call, ()), lines=(f"{line} It is open again.",))


def calling_back(call: MissedCall, press: Claim, owned_until: datetime | None) -> Change:
    """Somebody's phone is being rung, then the caller's: not twice by a second click."""
    if call.state in OVER:
        return Change(call=call, note="This call is settled already.")
    claims = call.claims
    last_at = claims[-1].pressed_at if claims else None
    if last_at and press.pressed_at and abs(press.pressed_at - last_at) < SAME_CLICK:
        return Change(call=call, note=f"{claims[-1].name} is calling back right now.")
    if call.owner and not claims:
        claims = (Claim(slack_user=call.owner, name=call.owner_name or "", lapses_at=owned_until),)
    return Change(
        call=_claimed_by(call, (*claims, press)),
        lines=(f"{press.name} is calling back.",),
        lapses_at=press.lapses_at,
    )


def call_back_failed(call: MissedCall, name: str, press: str, why: str) -> Change:
    """The call back of that ``press`` did not even begin: it counts for nothing.

    Others who call back stay as they are: their phones may be ringing.
    """
    lines = (f"{name} could not call back: {why}",)
    left = tuple(claim for claim in call.claims if claim.press != press)
    if call.state in OVER or left == call.claims:
        return Change(call=call, lines=lines)
    lapses_at = left[-1].lapses_at if left else None
    return Change(call=_claimed_by(call, left), lines=lines, lapses_at=lapses_at)


def attempt(call: MissedCall, at: datetime, *, is_certain: bool) -> Change:
    """Somebody rang the caller and did not reach them, or nobody knows whether they did."""
    if call.state in OVER or (call.last_attempt_at and call.last_attempt_at >= at):
        return Change(call=call)
    tried = replace(
        call,
        attempts=call.attempts + is_certain,
        last_attempt_at=at,
        state=State.CLAIMED if call.owner else State.OPEN,
        claims=tuple(replace(each, pressed_at=None) for each in call.claims),
    )
    line = f"Called back without reaching anybody ({tried.attempts})."
    return Change(call=tried, lines=(line if is_certain else UNCERTAIN_ATTEMPT,))


def reopen(call: MissedCall, name: str) -> Change:
    """It was not settled after all."""
    if call.state not in OVER:
        return Change(call=call, note="This call is open already.")
    again = replace(_claimed_by(call, ()), how_resolved=None, resolved_at=None)
    return Change(call=again, lines=(f"Opened again by {name}.",))


def moved(call: MissedCall, by: timedelta) -> MissedCall:
    """The clock was put forward by so much: a click is as long ago as it was.

    All other times are facts that people read.
    """

    def later(at: datetime | None) -> datetime | None:
        return at and at + by

    claims = (
        replace(each, lapses_at=later(each.lapses_at), pressed_at=later(each.pressed_at))
        for each in call.claims
    )
    return replace(call, claims=tuple(claims))


def _claimed_by(call: MissedCall, claims: tuple[Claim, ...]) -> MissedCall:
    """The call as these claims make it: the first is the owner's, the last may be a helper's."""
    if not claims:
        return replace(call, state=State.OPEN, owner=None, owner_name=None, claims=())
    owner, last = claims[0], claims[-1]
    helper = last if last.slack_user != owner.slack_user else None
    return replace(
        call,
        state=State.CALLING if last.pressed_at else State.CLAIMED,
        owner=owner.slack_user,
        owner_name=owner.name,
        helper=helper.slack_user if helper else None,
        helper_name=helper.name if helper else None,
        claims=claims if any(each.press for each in claims) else (),
    )
