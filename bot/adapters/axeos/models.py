"""The shapes of the Axeos PBX API: the documented members, everything else is dropped.

Member names as in "PBX API", obsolete ones included; what is optional there, or likely to be
missing in older versions, may be ``None`` here.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def printable(value: Any) -> Any:
    """Drop what neither JSON nor a database takes: control characters and lone surrogates."""
    if isinstance(value, str) and not value.isprintable():
        return "".join(character for character in value if character.isprintable())
    return value


Text = Annotated[str, BeforeValidator(printable)]
Name = Annotated[Text, Field(min_length=1)]


class Shape(BaseModel):
    """One object of the PBX's JSON."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        defer_build=True,
    )


class SystemInformation(Shape):
    uuid: Name
    version: Name
    language: Text | None = None
    time_zone: Text | None = None
    hostname: Text | None = None
    external_ipaddr: Text | None = None
    number: Text | None = None


class AssignedPhone(Shape):
    """``type`` is ``phone``, ``hot-desk``, ``number`` or ``trunk number``."""

    type: Text
    phone: Text | None = None
    number: Text | None = None
    trunk: Text | None = None
    personal: bool | None = None


class User(Shape):
    """The last five are ``None`` in a list asked for without ``status``.

    ``primary_phone`` and ``phone`` are obsolete.
    """

    uuid: Name
    username: Name
    full_name: Text | None = None
    phones: tuple[AssignedPhone, ...] = ()
    primary_phone: Text | None = None
    hot_desk: Text | None = None
    call_forward: Text | None = None
    cw: bool | None = None
    dnd: bool | None = None
    phone: Text | None = None


class Phone(Shape):
    """The last four are ``None`` in a list asked for without ``status``.

    ``mobile_logins_enabled`` and ``mobile_user`` are obsolete names of the hot desk's members.
    """

    uuid: Name
    name: Text | None = None
    type: Text | None = None
    hot_desk: bool | None = None
    phone_username: Text | None = None
    mobile_logins_enabled: bool | None = None
    status_code: int | None = None
    status: Text | None = None
    hot_desk_user: Text | None = None
    mobile_user: Text | None = None


class VoicemailBox(Shape):
    """The counts are ``None`` in a list asked for without ``status``."""

    uuid: Name
    mailbox_number: Name
    new_messages: int | None = Field(default=None, ge=0)
    old_messages: int | None = Field(default=None, ge=0)
    urgent_messages: int | None = Field(default=None, ge=0)


class CallOutcome(Shape):
    """The answer to an originate request: ``success``, or a word for why not."""

    status: Name
    unique_id: Text | None = None


class Outcome(Shape):
    """``status`` is ``success`` when it worked."""

    status: Name
    message: Text | None = None


class PbxSwitch(Shape):
    """``value`` is documented as a string or null; a public client of version 4.2 has booleans."""

    uuid: Name
    name: Name
    default: bool | Text | None = None
    value: bool | Text | None = None


class QueueAgent(Shape):
    """``name`` is the PBX user name; ``last_call`` an ISO time as the PBX wrote it."""

    name: Name
    calls_taken: int | None = None
    last_call: Text | None = None
    paused: bool | None = None
    penalty: int | None = None
    status: Text | None = None
    status_code: int | None = None
    user_uuid: Text | None = None


class WaitingCall(Shape):
    """``wait`` in seconds."""

    callerid_name: Text | None = None
    callerid_num: Text | None = None
    position: int | None = None
    wait: int | None = None


class QueueStatistics(Shape):
    """Times in seconds, ``service_level`` in percent. ``uuid`` and ``name`` are not documented."""

    uuid: Text | None = None
    name: Text | None = None
    calls_waiting: int
    longest_hold_time: int | None = None
    hold_time: float | None = None
    talk_time: float | None = None
    answered: int | None = None
    aborted: int | None = None
    service_level: float | None = None
    service_level_interval: int | None = None
    all_agents: int | None = None
    logged_in_agents: int | None = None
    free_agents: int | None = None
    available_agents: int | None = None
    agents: tuple[QueueAgent, ...] | None = None
    calls: tuple[WaitingCall, ...] | None = None
    relative: bool | None = None
    last_reset: Text | None = None
    calls_taken: int | None = None


class Caller(Shape):
    user_uuid: Text | None = None
    phone_uuid: Text | None = None
    trunk_uuid: Text | None = None
    number: Text | None = None
    name: Text | None = None
    normalized_number: Text | None = None
    original_number: Text | None = None


class Target(Shape):
    """A phone, user or number that a call is offered to."""

    unique_id: Text | None = None
    user_phone_type: Text | None = None
    user_uuid: Text | None = None
    phone_uuid: Text | None = None
    trunk_uuid: Text | None = None
    number: Text | None = None


class TransferSide(Shape):
    """One side of a transfer: the legs by which to recognise it in other events."""

    unique_id: Text | None = None
    linked_id: Text | None = None
    unique_id_1: Text | None = None
    linked_id_1: Text | None = None
    unique_id_2: Text | None = None
    linked_id_2: Text | None = None
    account_code: Text | None = None
    number: Text | None = None
    name: Text | None = None


class CallInformation(Shape):
    """A call as its events tell of it.

    Each kind of call event fills its own members only.
    """

    unique_id: Name
    event_tag: Text | None = None
    account_code: Text | None = None
    called_did: Text | None = None
    called_extension: Text | None = None
    caller: Caller | None = None
    targets: tuple[Target, ...] = ()
    target: Target | None = None
    reason: Text | None = None
    status: Text | None = None
    transfer_extension: Text | None = None
    transferer: TransferSide | None = None
    transferee: TransferSide | None = None
    transfer_target: TransferSide | None = None


class CallNow(CallInformation):
    """A call that is asked about: "in the same format as used in call events"."""

    event_type: Text | None = None
    seq: int | None = None
    timestamp: Text | None = None


class MailboxNews(Shape):
    """The voicemail event, whose name is not documented."""

    voicemail_uuid: Text | None = None
    mailbox_number: Name
    new_messages: int = Field(ge=0)
    old_messages: int = Field(ge=0)


class PhoneNews(Shape):
    """A phone that changed its state; a user who logged in or out at one."""

    user_uuid: Text | None = None
    phone_uuid: Text | None = None
    status_code: int | None = None
    status: Text | None = None


class Numbered(Shape):
    seq: int


class EventHead(Numbered):
    """What every event has. ``timestamp`` is ISO; whether it carries a zone is not documented."""

    event_type: Text = ""
    timestamp: Text


EVENT_MEMBERS = frozenset[str]().union(
    *(
        shape.model_fields
        for shape in (
            EventHead,
            CallInformation,
            MailboxNews,
            PhoneNews,
            Caller,
            Target,
            TransferSide,
        )
    )
)
"""The members of events that are kept, at whatever depth they stand."""


def _known_members(event: dict[str, Any]) -> dict[str, Any]:
    return {**_pruned(event), "seq": Numbered.model_validate(event).seq}


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pruned(inner) for name, inner in value.items() if name in EVENT_MEMBERS}
    if isinstance(value, list):
        return [_pruned(inner) for inner in value]
    return value


Event = Annotated[dict[str, Any], AfterValidator(_known_members)]
"""An event as it came, with the members we know and a readable number; the rest is not judged.

A strange member is for the parser to complain about: it must not hold up the events after it.
"""
