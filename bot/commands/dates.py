"""When something was, for reading: with the year where that is not this one."""

from datetime import datetime
from zoneinfo import ZoneInfo


def day_and_time(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """``20 Nov 14:02``, or ``20 Nov 2025 14:02``."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else " %Y"
    return f"{local:%d %b{year} %H:%M}"
