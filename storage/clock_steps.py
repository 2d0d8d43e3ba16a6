"""A clock that was set: what was reckoned by it is moved along, so that waits stay as long.

For SQLite, where one process goes by its machine's clock. Nothing else may be at work meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from storage.due import WAITING
from storage.retention import WRITTEN
from storage.tables import InvocationRow, OutboxRow, SlackChannelRow, TimerRow
from storage.timers import give_back_ticks, take_back_ticks
from storage.watches import get_watch, put_watch

ALONE = f"{WRITTEN}alone"
"""Where the one process notes every few seconds that it could write, and when."""


TIME_OF_DAY = "time_of_day"
"""In a timer's payload: it is due at that time, however long that takes."""

READING = "clock"
"""What the time was at a moment of the monotonic clock, and since which start of the machine."""

SMALL_STEP: Final = timedelta(seconds=2)
"""A clock that was set by less is not followed: waits are to stay as long as they are."""

UNREPEATED: Final = 2 * SMALL_STEP
"""Runs of the next so many seconds are not done once more. Two steps, each too small to be
followed, come to less than that together."""

NAMED_BY_MOMENT: Final[Mapping[str, datetime]] = {}
"""No job names its runs otherwise."""

MoveAges = Callable[[Session, timedelta], None]
"""Moves what a rule remembers since when something is so; only the rule can read it."""


def get_expected(session: Session, machine: datetime, steady: float, boot: str) -> datetime:
    """What the machine's clock would show at ``steady`` if nobody had set it.

    After a new start of the machine only that a clock was put back can be told.
    """
    known = get_watch(session, READING)
    if boot and known.get("boot") == boot:
        return datetime.fromisoformat(known["at"]) + timedelta(seconds=steady - known["steady"])
    written = get_watch(session, ALONE).get("at")
    return max(datetime.fromisoformat(written), machine) if written else machine


def move(
    session: Session,
    now: datetime,
    by: timedelta,
    steady: float,
    boot: str,
    ages: Sequence[MoveAges] = (),
    newest: Mapping[str, datetime] = NAMED_BY_MOMENT,
) -> None:
    """Go by a clock that is ``by`` ahead of what it was; ``now`` is before the step, at ``steady``.

    Moved are turns, attempts, audits, timers and questions, since when messages wait, and the
    ``ages`` of rules. What waits for a time of day stays: messages that quiet hours hold back, and
    timers that say so. So does what people read as a time of day. Runs that are more than
    ``UNREPEATED`` ahead are given back (``newest``: see ``give_back_ticks``) until the clock is put
    forward again.
    """
    if by:
        _move(session, now, by)
        for move_ages in ages:
            move_ages(session, by)
    if by < timedelta():
        give_back_ticks(session, now + by + UNREPEATED, newest)
    elif by:
        take_back_ticks(session, now + by + UNREPEATED)
    at = (now + by).isoformat()
    put_watch(session, READING, {"at": at, "steady": steady, "boot": boot})
    put_watch(session, ALONE, {"at": at})


def _move(session: Session, now: datetime, by: timedelta) -> None:
    for turn in session.exec(select(SlackChannelRow)):
        turn.next_at += by
    for row in session.exec(select(OutboxRow).where(WAITING)):
        if row.first_try_at is not None or row.next_at <= now:
            row.next_at += by
        if row.created_at <= now:
            row.created_at += by
        if row.wanted_at is not None:
            row.wanted_at += by
    for row in session.exec(select(OutboxRow).where(col(OutboxRow.audit_at).is_not(None))):
        assert row.audit_at is not None
        row.audit_at += by
    for timer in session.exec(select(TimerRow)):
        if not timer.payload.get(TIME_OF_DAY):
            timer.due_at += by
    for asked in session.exec(select(InvocationRow).where(col(InvocationRow.state) != "done")):
        asked.asked_at += by
