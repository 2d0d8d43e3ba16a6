"""Calls in the trade's words: placing them, ending them, and what a system tells about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Direction(StrEnum):
    """Seen from the company: ``inbound`` comes from outside, ``internal`` never leaves it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Disposition(StrEnum):
    """How a call ended, as the phone system itself puts it."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"


class Progress(StrEnum):
    """How far an originated call is known to have got when the system answered us."""

    ACCEPTED = "accepted"
    CALLER_ANSWERED = "caller_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origination:
    """The answer to an originate request. ``call_id`` is ``None`` where the system gives none."""

    progress: Progress
    call_id: str | None = None


class CallControl(Protocol):
    async def originate(self, extension: str, number: str) -> Origination:
        """Ring ``extension``, then ``number``. Sent once, never retried.

        Raises ``Refused`` when the caller's own phone is busy or unavailable, and
        ``OutcomeUnknown`` when the request left us and nothing came back.
        """


class HangUpControl(Protocol):
    """``by_extension``: the system ends "the call of that extension", not a call it has named."""

    @property
    def by_extension(self) -> bool: ...

    async def hang_up(self, call_id: str) -> None:
        """End the call ``call_id`` (or the call of that extension, where a system asks for one)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveCall:
    """One call that is going on now. What the system does not tell is ``None``."""

    call_id: str
    direction: Direction | None = None
    caller_number: str | None = None
    requested: str | None = None
    answered_by: str | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None


class ActiveCalls(Protocol):
    async def list_active(self) -> list[ActiveCall]:
        """The calls going on now, oldest first."""


class CallCount(Protocol):
    async def count_active(self) -> int:
        """How many calls are going on now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A finished call as the phone system logged it (a CDR). Times are aware UTC.

    ``requested`` is what was dialled, ``answered_by`` who took it. ``talk_seconds`` is ``None``
    where the system only gives the whole duration.
    """

    record_id: str
    call_id: str
    started_at: datetime
    direction: Direction | None = None
    caller_number: str | None = None
    caller_name: str | None = None
    requested: str | None = None
    queue: str | None = None
    answered_by: str | None = None
    disposition: Disposition | None = None
    duration_seconds: int | None = None
    talk_seconds: int | None = None


class CallLog(Protocol):
    async def list_records(self, since: datetime, until: datetime) -> list[CallRecord]:
        """Finished calls that started between two aware times, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """Sound that a system handed over: a voicemail message or a recording."""

    content: bytes
    content_type: str
    filename: str


class Recordings(Protocol):
    async def fetch_recording(self, call_id: str) -> Audio:
        """The recording of a call. Raises ``Refused`` when there is none."""
