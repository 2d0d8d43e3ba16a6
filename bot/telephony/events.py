"""What a phone system reports, one class per thing that happened.

Every event may carry the facts of its call, since events get lost, repeated and reordered, and
any of them can be the first one seen. What an event does not say is ``None``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.telephony.calls import Direction, Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Something happened to the call ``call_id`` at ``at`` (aware UTC).

    ``call_id`` is the same for all legs of one journey. Adapters see to that. ``id_returns`` is
    true where another call may get it once this one is over.
    """

    call_id: str
    at: datetime
    direction: Direction | None = None
    caller_number: str | None = None
    caller_name: str | None = None
    requested: str | None = None
    queue: str | None = None
    id_returns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(CallEvent):
    """The call reached the phone system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging(CallEvent):
    """Phones ring for the call. ``targets`` are extensions (or numbers it is forwarded to)."""

    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """A person took the call."""

    answered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallEvent):
    """The call goes on under, or together with, another identifier."""

    other_call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The call is over.

    ``began_at`` is when the call began, or the leg that ended.
    ``disposition`` is what the system itself says of it, ``None`` where it says nothing (then
    the journey is missed if no ``CallAnswered`` was seen). ``certain`` is false where the system
    merely stopped watching the call: such an end is never reported as a missed call. ``repeats``:
    the end is told once more, perhaps much later, and ``at`` counts only if no other told it.
    """

    disposition: Disposition | None = None
    answered_by: str | None = None
    talk_seconds: int | None = None
    certain: bool = True
    repeats: bool = False
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxChanged:
    """The counts of a voicemail box are now ``new`` and ``old``."""

    mailbox: str
    new: int
    old: int
    at: datetime


PhoneEvent = CallEvent | MailboxChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """Bytes as they came in, before anybody understood them.

    ``road`` names the way they took: ``push`` for a webhook, otherwise the feed's own name.
    """

    road: str
    body: bytes
    content_type: str
    received_at: datetime


class Parse(Protocol):
    def __call__(self, raw: RawEvent) -> list[PhoneEvent]:
        """Turn bytes into events. Pure: no input, no output, no clock.

        Raises ``UnknownEvent`` for a kind that means nothing to us and ``UnparsableEvent`` for
        bytes that cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One thing a feed brought. ``dedupe_key`` is the same whenever the same thing comes again."""

    dedupe_key: str
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBatch:
    """What one look at a feed brought, and the cursor to hand in next time.

    Items may repeat earlier ones (an overlap): they are recognised by their keys. ``more`` asks
    for the next look at once. ``off`` is how far the times it told are ahead (behind: negative),
    where that shows: they are then taken as they are. ``doubt`` says in sentences what else its
    news leave open.
    """

    items: tuple[FeedItem, ...]
    cursor: str
    more: bool = False
    off: timedelta | None = None
    doubt: str | None = None


class Feed(Protocol):
    """A system that does not push is looked at again and again.

    ``name`` is the road its news take. ``holds`` says that a look waits for news (a long poll),
    so that no pause is needed between two of them.
    """

    name: str
    holds: bool

    async def fetch(self, cursor: str | None) -> FeedBatch:
        """Look once, from ``cursor`` on; ``None`` is the first look ever. May hold (long poll)."""
