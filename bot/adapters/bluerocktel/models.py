"""BlueRockTEL's 3CX host, as it is read and as it is written (PBX (3CX), "Model Properties").

The four secrets of a host (web_password, ssh_password, ssh_key, licence_key) can be written and
are never read: the system hands them out in every answer, and ``HostRow`` has no place for them.
"""

from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, tzinfo
from typing import Annotated, Any, Final, TypedDict
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
)

from bot.adapters.bluerocktel.texts import legible

EMPTY_DATES = ("0000-00-00", "-0001-", "0001-01-01")
"""How MySQL, PHP after it, and .NET, which 3CX is written in, spell a date that was never set."""


class HostOptions(TypedDict, total=False):
    """The 27 properties of a host that may be written beside its name. Frequencies in minutes."""

    customer_file_id: int | None
    active: bool | None
    ip_address: str | None
    web_username: str | None
    web_password: str | None
    ssh_username: str | None
    ssh_password: str | None
    ssh_key: str | None
    licence_key: str | None
    licence_type: str | None
    licence_activation_date: date | None
    licence_renewal_date: date | None
    sbc_aliases: str | None
    backups_location: str | None
    fetch_backups: bool | None
    backups_frequency: int | None
    fetch_cdr: bool | None
    cdr_frequency: int | None
    push_cdr: bool | None
    fetch_recordings: bool | None
    recordings_frequency: int | None
    push_recordings: bool | None
    make_csv_data: bool | None
    cl_calls_is_sync: bool | None
    cl_participants_is_sync: bool | None
    pbx_map: str | None
    comment: str | None


class HostProperties(HostOptions, total=False):
    """All 28 properties of a host that may be written. ``code`` is the server's to make."""

    host_name: str | None


def read_moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A timestamp as aware UTC; one without an offset is local to ``zone``.

    A local time that happens twice, in the night when clocks go back, is taken as the first. One
    that falls beyond the last year there is, or before the first, is taken as the nearest there is.
    Raises ``ValueError`` for anything but ISO 8601 text, an unset date and ``None``.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("expected a timestamp")
    if value.startswith(EMPTY_DATES):
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return _moved(moment, UTC)


def read_day(value: object, zone: ZoneInfo) -> date | None:
    """A day, spelt as ``YYYY-MM-DD`` or as the timestamp of its midnight.

    Midnight in UTC is that day; any other moment is the day it falls on in ``zone``, since a
    server that keeps local days may spell 20 November in Paris as ``2025-11-19T23:00:00Z``.
    """
    if isinstance(value, str) and len(value) == len("2025-11-20") and value[4] == "-":
        return None if value.startswith(EMPTY_DATES) else date.fromisoformat(value)
    moment = read_moment(value, zone)
    if moment is None:
        return None
    at_midnight = moment.time() == time(0) and str(value).endswith(("Z", "+00:00"))
    return moment.date() if at_midnight else _moved(moment, zone).date()


def is_of_our_time(moment: datetime) -> bool:
    """Whether it can be told in every zone, and be counted from: not at the end of all years."""
    return MINYEAR < moment.year < MAXYEAR


def _moved(moment: datetime, zone: tzinfo) -> datetime:
    """The same moment in ``zone``, or the nearest to it that there is."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        if moment.year > MINYEAR:
            return datetime.max.replace(tzinfo=zone)
        return datetime.min.replace(tzinfo=zone)


def _day(value: Any, info: ValidationInfo) -> date | None:
    return read_day(value, _zone(info))


def _moment(value: Any, info: ValidationInfo) -> datetime | None:
    return read_moment(value, _zone(info))


def _zone(info: ValidationInfo) -> ZoneInfo:
    zone = (info.context or {}).get("zone")
    assert isinstance(zone, ZoneInfo)
    return zone


Day = Annotated[date | None, BeforeValidator(_day)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Text = Annotated[str, AfterValidator(legible)]


class HostRow(BaseModel):
    """One 3CX host as the system describes it, without its secrets. Frequencies in minutes."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True
    )

    id: int
    host_name: Text
    customer_file_id: int | None = None
    code: Text | None = None
    active: bool | None = None
    ip_address: Text | None = None
    web_username: Text | None = None
    ssh_username: Text | None = None
    licence_type: Text | None = None
    licence_activation_date: Day = None
    licence_renewal_date: Day = None
    sbc_aliases: Text | None = None
    backups_location: Text | None = None
    fetch_backups: bool | None = None
    backups_frequency: int | None = None
    fetch_cdr: bool | None = None
    cdr_frequency: int | None = None
    push_cdr: bool | None = None
    fetch_recordings: bool | None = None
    recordings_frequency: int | None = None
    push_recordings: bool | None = None
    make_csv_data: bool | None = None
    cl_calls_is_sync: bool | None = None
    cl_participants_is_sync: bool | None = None
    pbx_map: Text | None = None
    comment: Text | None = None
    created_at: Moment = None
    updated_at: Moment = None
    unreadable: tuple[str, ...] = ()
    """Dates that are given in a way nobody can read. They are ``None``."""


DATES: Final[Mapping[str, Callable[[object, ZoneInfo], date | None]]] = {
    "licence_activation_date": read_day,
    "licence_renewal_date": read_day,
    "created_at": read_moment,
    "updated_at": read_moment,
}


def read_host(data: object, zone: ZoneInfo) -> HostRow | None:
    """The host in ``data``, ``None`` when it is none. Dates that cannot be read cost no more.

    The pydantic error stays in here: it holds what it could not read, secrets included.
    """
    if not isinstance(data, Mapping):
        return None
    unreadable = tuple(name for name in DATES if not _is_readable(name, data.get(name), zone))
    readable = {**data, **dict.fromkeys(unreadable), "unreadable": unreadable}
    try:
        return HostRow.model_validate(readable, context={"zone": zone})
    except ValidationError:
        return None


def _is_readable(name: str, value: object, zone: ZoneInfo) -> bool:
    try:
        DATES[name](value, zone)
    except ValueError:
        return False
    return True
