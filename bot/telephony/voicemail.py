"""Voicemail boxes and what lies in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.telephony.calls import Audio


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """``new`` and ``old`` are the box's MWI pair; ``None`` where the system gives no counts."""

    mailbox: str
    name: str | None = None
    new: int | None = None
    old: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailMessage:
    """One message. ``left_at`` is aware UTC, ``seconds`` its length."""

    message_id: str
    mailbox: str
    caller_number: str | None = None
    caller_name: str | None = None
    left_at: datetime | None = None
    seconds: int | None = None
    is_new: bool = True


class MailboxCounts(Protocol):
    async def list_mailboxes(self) -> list[Mailbox]:
        """Every box that our credentials may see, with its counts where the system has them."""


class Voicemail(Protocol):
    async def list_messages(self, mailbox: str) -> list[VoicemailMessage]:
        """The messages of one box, newest first. An empty box is an empty list."""

    async def fetch_audio(self, mailbox: str, message_id: str) -> Audio:
        """The sound of one message. Raises ``Refused`` when it has gone meanwhile."""

    async def mark_read(self, mailbox: str, message_id: str) -> None:
        """Move the message from new to old. Sent once."""

    async def delete(self, mailbox: str, message_id: str) -> None:
        """Delete the message for good. Sent once."""
