"""Times of day as MiRTA writes them: local to the PBX, without a zone."""

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

_EPOCH: Final = re.compile(r"(?:^|-)(\d{9,11})\.\d+$")


def utc_time(text: str, zone: ZoneInfo, uniqueid: str = "") -> datetime:
    """``YYYY-MM-DD HH:MM:SS`` in ``zone``, as aware UTC. Raises ``ValueError``.

    It does so, too, for a moment that UTC's calendar does not have, such as the very first one.
    In the hour that comes twice in autumn, the moment in ``uniqueid`` (Asterisk puts the second
    in which a call began there) chooses; without it the first of the two is taken.
    """
    local = datetime.fromisoformat(text.strip())
    try:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError as error:
        raise ValueError("a moment outside the calendar") from error
    began = second_in(uniqueid)
    if second <= first or began is None:
        return first
    return min(first, second, key=lambda moment: abs(moment - began))


def second_in(uniqueid: str) -> datetime | None:
    """The second in which a call began, from its identifier; it depends on no zone."""
    found = _EPOCH.search(uniqueid)
    return datetime.fromtimestamp(int(found.group(1)), UTC) if found else None
