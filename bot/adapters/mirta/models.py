"""The shapes of MiRTA's answers: only the fields we use; the rest, passwords included, is dropped.

Names on the wire are compared in lower case, letters and digits alone (``sc_uniqueid`` is
``scuniqueid``), since installs differ in their spelling. Stored rows use our own names.
"""

import re
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _text(value: Any) -> Any:
    return "" if value is None or value is False else value


def _seconds(value: Any) -> int | None:
    """``29`` or ``0:03:04``; two figures with a slash mean nothing we know, unless both are 0."""
    parts = str(value if value is not None else "").strip().split(":")
    if parts == ["0/0"]:
        return 0
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return total


def _count(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _percent(value: Any) -> float | None:
    text = str(value).strip().removesuffix("%").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text, flags=re.ASCII) or float(text) > 100:
        return None
    return float(text)


Text = Annotated[str, BeforeValidator(_text)]
Seconds = Annotated[int | None, BeforeValidator(_seconds)]
Count = Annotated[int | None, BeforeValidator(_count)]
Percent = Annotated[float | None, BeforeValidator(_percent)]


class Row(BaseModel):
    """One row of an answer; numbers and texts are taken alike."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
    )


class SimpleCdr(Row):
    """One call of the simple history. ``start`` is local to the PBX, durations are seconds.

    MiRTA manual, Old ProxyAPI, "INFO simplecdrs". ``billsec`` (talk) is missing on many installs.
    """

    uniqueid: Text = Field(default="", alias="scuniqueid")
    start: Text = Field(default="", alias="scstart")
    direction: Text = Field(default="", alias="scdirection")
    caller_number: Text = Field(default="", alias="sccalleridnum")
    caller_name: Text = Field(default="", alias="sccalleridname")
    dialled: Text = Field(default="", alias="scdialednum")
    disposition: Text = Field(default="", alias="scdisposition")
    duration: Seconds = Field(default=None, alias="scduration")
    billsec: Seconds = Field(default=None, alias="scbillsec")
    who_answered: Text = Field(default="", alias="scwhoanswered")


class Cdr(Row):
    """One leg of the full history, tenant or admin layout. Times are local to the PBX.

    MiRTA manual, Old ProxyAPI, "INFO cdrs". The columns are a template that administrators edit.
    """

    uniqueid: Text = ""
    linkedid: Text = ""
    originate_id: Text = Field(default="", alias="originateid")
    start: Text = ""
    answer: Text = ""
    end: Text = ""
    direction: Text = ""
    clid: Text = ""
    source: Text = Field(default="", validation_alias=AliasChoices("realsrc", "src"))
    dialled: Text = Field(default="", validation_alias=AliasChoices("firstdst", "dst"))
    last_destination: Text = Field(default="", validation_alias=AliasChoices("lastdst", "dst"))
    disposition: Text = ""
    duration: Seconds = None
    billsec: Seconds = None
    where_landed: Text = Field(default="", alias="wherelanded")


class QueueLogEntry(Row):
    """One call of a queue. ``time`` is local to the PBX, the two durations are seconds."""

    time: Text = ""
    queue: Text = Field(default="", alias="quname")
    caller_number: Text = Field(default="", alias="callerid")
    disposition: Text = ""
    agent: Text = ""
    hold_seconds: Seconds = Field(default=None, alias="holdtime")
    talk_seconds: Seconds = Field(default=None, alias="calltime")
    position: Count = Field(default=None, alias="origpos")
    call_id: Text = Field(default="", alias="callid")


class QueueStatistics(Row):
    """The figures of INFO queue that have a meaning for us; what cannot be read is ``None``."""

    agents_available: Count = Field(default=None, alias="agentsavailable")
    agents_paused: Count = Field(default=None, alias="agentspaused")
    agents_online: Count = Field(default=None, alias="agentsonline")
    waiting: Count = Field(default=None, alias="callsinqueue")
    first_waiting_seconds: Seconds = Field(default=None, alias="firstwaiting")
    service_level_percent: Percent = Field(default=None, alias="servicelevel")
    answered: Count = Field(default=None, alias="answeredcalls")
    received: Count = Field(default=None, alias="callsreceived")
    abandoned: Count = Field(default=None, alias="abandonedcalls")


class QueueName(Row):
    """A queue by its id, which is not the number that people dial."""

    queue_id: str
    name: Text


class AgentState(Row):
    """An agent of a queue; ``state`` is the system's own word."""

    extension: str
    state: Text


class ExtensionName(Row):
    """Of the 148 columns of an extension, passwords among them, these two."""

    number: Text = Field(default="", validation_alias=AliasChoices("number", "exnumber"))
    name: Text = Field(default="", validation_alias=AliasChoices("name", "exname"))


class ExtensionCall(Row):
    """What an extension is doing. ``unique_id`` is ``KO`` when ``linked_id`` says why not."""

    unique_id: Text = Field(default="", alias="uniqueid")
    linked_id: Text = Field(default="", alias="linkedid")
    direction: Text = ""
    other_party: Text = Field(default="", alias="otherparty")


class MailboxRow(Row):
    """A voicemail box; its mail account and password are dropped."""

    mailbox: Text = ""
    full_name: Text = Field(default="", alias="fullname")
    email: Text = ""


class MessageRow(Row):
    """A voicemail message. ``left_at`` is local to the PBX, ``folder`` a path on it."""

    message_id: Text = Field(default="", alias="msgid")
    caller: Text = Field(default="", alias="callerid")
    duration: Seconds = None
    left_at: Text = Field(default="", alias="datetime")
    folder: Text = Field(default="", alias="dir")


class CustomType(Row):
    """A type of custom destination."""

    type_id: Text = Field(default="", validation_alias=AliasChoices("ctid", "id"))
    name: Text = Field(default="", validation_alias=AliasChoices("ctname", "name"))


class CustomDestination(Row):
    """A custom destination. ``parameters`` has ``param1`` and so on, where not empty."""

    destination_id: Text = Field(default="", alias="cuid")
    name: Text = Field(default="", alias="cuname")
    type_id: Text = Field(default="", alias="cuctid")
    parameters: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, row: Any) -> Any:
        if not isinstance(row, dict) or "parameters" in row:
            return row
        numbered = {
            name.removeprefix("cu"): value
            for name, value in row.items()
            if re.fullmatch(r"cuparam\d+", name) and value not in (None, "")
        }
        return row | {"parameters": numbered}
