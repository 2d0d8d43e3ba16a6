"""The vendor's shapes: only the members that we use, everything else is dropped."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

YEARS: Final = range(2000, 9999)
"""Outside of these, a time is .NET's word for none."""


def _text(value: Any) -> Any:
    """Numbers and identifiers come as text or as numbers, missing ones as null."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _moment(value: Any) -> Any:
    """.NET writes "never" as the year 1."""
    if value in (None, "") or (isinstance(value, str) and value.startswith("0001-")):
        return None
    return value


def _day(value: Any) -> Any:
    """``dd.mm.yyyy hh:mm:ss``, of which the day counts. No day, or .NET's, means no end."""
    if not isinstance(value, str) or not value.strip():
        return value or None
    found = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})(?: .*)?", value.strip())
    if found is None:
        raise ValueError("expected dd.mm.yyyy")
    day = date(int(found[3]), int(found[2]), int(found[1]))
    return day if day.year >= YEARS.start else None


def _list(value: Any) -> Any:
    return [] if value is None else value


def lower_keys(value: Any) -> Any:
    """Spelling of member names differs between builds: case and underscores do not count."""
    if not isinstance(value, dict):
        return value
    return {str(name).lower().replace("_", ""): item for name, item in value.items()}


Text = Annotated[str, BeforeValidator(_text)]
Setting = bool | int | str | None
"""A field that has no meaning for us: it is only shown."""

Moment = Annotated[datetime | None, BeforeValidator(_moment)]


def in_utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Make a vendor's time aware UTC; one without a zone is local to ``zone``.

    An hour that happens twice, when clocks go back, is taken as its first passing.
    """
    if moment is None or moment.year not in YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


class Shape(BaseModel):
    """One object as the vendor spells it."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class Leg(Shape):
    """One party of a call: ``dn_type`` is ``Extension``, ``Queue``, ``ExternalLine`` ..."""

    dn_num: Text = Field(default="", validation_alias="dnNum")
    dn_type: Text = Field(default="", validation_alias="dnType")
    external_party: Text = Field(default="", validation_alias="externalParty")
    status: Text = ""


Legs = Annotated[tuple[Leg, ...], BeforeValidator(_list)]


class CallConnection(Shape):
    """One call as its connections."""

    call_id: Text = Field(validation_alias="callID")
    direction: Text = ""
    did: Text = ""
    legs: Legs = Field(default=(), validation_alias="AConnList")


class Connections(Shape):
    """Answer of pbx.ac.get."""

    connections: Annotated[tuple[CallConnection, ...], BeforeValidator(_list)] = Field(
        validation_alias="AConnByCallID"
    )


class CallInfo(Shape):
    """One call with its owner, and whom the owner talks to or is being put through to.

    ``answered_at`` is also set when a queue or menu picked up, which is no person.
    """

    call_id: Text = Field(validation_alias="callID")
    state: Text = ""
    started_at: Moment = Field(default=None, validation_alias="startedAt")
    answered_at: Moment = Field(default=None, validation_alias="answeredAt")
    did: Text = ""
    owner: Leg | None = None
    talk_to: Legs = Field(default=(), validation_alias="talkTo")
    routing_to: Legs = Field(default=(), validation_alias="routingTo")


class Calls(Shape):
    """Answer of pbx.callsinfo.get."""

    calls: Annotated[tuple[CallInfo, ...], BeforeValidator(_list)] = Field(
        validation_alias="callsInfo"
    )


class ExtensionInfo(Shape):
    """Answer of ext.info.get: the fields that ext.update documents, but for its two passwords.

    The document does not list them for this command; values are the build's own.
    """

    num: Text = Field(min_length=1)
    firstname: Text = Field(default="", validation_alias=AliasChoices("name", "firstname"))
    lastname: Text = ""
    email: Text = ""
    mobile: Setting = None
    authid: Setting = None
    callerid: Setting = None
    enabled: Setting = None
    deliveraudio: Setting = None
    recordcalls: Setting = None
    sipid: Setting = None
    reinvite: Setting = None
    replaces: Setting = None
    vmemail: Setting = None
    vmenabled: Setting = None
    vmplaycallerid: Setting = None
    vmplaydatetime: Setting = None
    internal: Setting = None
    noanswertimeout: Setting = None

    @model_validator(mode="before")
    @classmethod
    def _in_lower_case(cls, payload: Any) -> Any:
        return lower_keys(payload)


def is_logged_in(status: bool | str) -> bool | None:
    """What a build's word means, ``None`` for an unlikely one: the words are not documented."""
    word = re.sub(r"[^a-z0-9]", "", str(status).lower())
    if word in ("loggedin", "login", "in", "on", "true", "1"):
        return True
    return False if word in ("loggedout", "logout", "out", "off", "false", "0") else None


class QueueStatus(Shape):
    """Whether an extension is logged in to one queue, in the build's own words."""

    num: Text
    status: bool | Text = ""

    @property
    def logged_in(self) -> bool:
        return is_logged_in(self.status) is True


class ExtensionStatus(Shape):
    """Answer of ext.state.get. ``status`` is Busy also while a phone rings or dials.

    ``global_status`` is the log-in to all queues in the build's own words: a state of its own,
    beside those of the single queues.
    """

    num: Text = Field(min_length=1)
    registered: bool | None = None
    status: Text = ""
    profile: Text = Field(default="", validation_alias="fwdName")
    global_status: bool | Text = Field(default="", validation_alias="qGlobalStatus")
    queues: Annotated[tuple[QueueStatus, ...], BeforeValidator(_list)] = Field(
        default=(), validation_alias="qStatus"
    )


class ContactCard(Shape):
    """Answer of contact.get; member names are a guess from contact.update and its legend."""

    firstname: Text = ""
    lastname: Text = ""
    company: Text = ""
    email: Text = Field(default="", validation_alias=AliasChoices("data5", "email", "mail"))
    mobile: Text = Field(default="", validation_alias=AliasChoices("phone", "mobile"))
    mobile2: Text = Field(default="", validation_alias=AliasChoices("data0", "mobile2"))
    home: Text = Field(default="", validation_alias=AliasChoices("data1", "home"))
    home2: Text = Field(default="", validation_alias=AliasChoices("data2", "home2"))
    business: Text = Field(default="", validation_alias=AliasChoices("data3", "business"))
    business2: Text = Field(default="", validation_alias=AliasChoices("data4", "business2"))
    other: Text = Field(default="", validation_alias=AliasChoices("data6", "other"))
    businessfax: Text = Field(default="", validation_alias=AliasChoices("data7", "businessfax"))
    homefax: Text = Field(default="", validation_alias=AliasChoices("data8", "homefax"))
    pager: Text = Field(default="", validation_alias=AliasChoices("data9", "pager"))

    @model_validator(mode="before")
    @classmethod
    def _in_lower_case(cls, payload: Any) -> Any:
        return lower_keys(payload)


class RootDocument(Shape):
    """What the bare address tells about the installed module. ``expires_on`` may be absent."""

    product: Text = ""
    version: Text = ""
    release: Text = ""
    expires_on: Annotated[date | None, BeforeValidator(_day)] = Field(
        default=None, validation_alias="licenseExpire"
    )
    client_licences: int | None = Field(default=None, validation_alias="clientLicensesNum")
    concurrent_calls: int | None = Field(default=None, validation_alias="concurrentCalls")
