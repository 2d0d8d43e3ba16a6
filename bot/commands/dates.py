"""When something was, for reading: with the year where that is not this one."""

from datetime import datetime
from zoneinfo import ZoneInfo


def day_and_time(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """``20 Nov 14:02``, or ``20 Nov 2025 14:02``."""
    return f"{at.astimezone(zone):%d %b{year_format(at, now, zone)} %H:%M}"


def year_format(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """What formats the year behind a month: nothing where it is this one."""
    return "" if at.astimezone(zone).year == now.astimezone(zone).year else " %Y"
