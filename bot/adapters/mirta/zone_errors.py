"""Finds out that a PBX tells its times in another zone than the settings say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median_low
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.mirta.local_times import second_in, utc_time
from bot.adapters.mirta.models import Cdr, SimpleCdr

STEP: Final = timedelta(minutes=15)
"""All zones are whole steps apart."""

LEAST: Final = timedelta(minutes=30)
TOLERANCE: Final = timedelta(minutes=2)
"""So far a row may be from its identifier, or a clock from ours, without a zone being wrong."""

ENOUGH: Final = 5
"""The latest calls decide, by the middle one of them: one odd row says nothing."""


def time_off(
    rows: Sequence[SimpleCdr] | Sequence[Cdr], zone: ZoneInfo, now: datetime
) -> timedelta | None:
    """How far the times of ``rows`` are ahead (behind: negative). ``None`` if they seem right.

    The second in an identifier, which knows no zone, shows it in both directions, even for calls
    that are too old to be told of. Rows without one show it only where they lie in the future.
    """
    starts: list[datetime] = []
    dated: list[tuple[datetime, timedelta]] = []
    for row in rows:
        start = _start(row, zone)
        if start is None:
            continue
        starts.append(start)
        began = second_in(row.uniqueid)
        if began is not None:
            dated.append((began, start - began))
    latest = sorted(dated)[-ENOUGH:]
    off = median_low(gap for _, gap in latest) if latest else timedelta()
    steps = round(off / STEP) * STEP
    if abs(steps) >= LEAST and abs(off - steps) <= TOLERANCE:
        return steps
    ahead = max(starts, default=now) - now
    return ahead if ahead > TOLERANCE else None


def _start(row: SimpleCdr | Cdr, zone: ZoneInfo) -> datetime | None:
    try:
        return utc_time(row.start, zone, row.uniqueid)
    except ValueError:
        return None
