"""New messages in a voicemail box: one card per box, edited as they come and go."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoicemail:
    """How many messages a box holds that nobody has heard, and when the last one came."""

    mailbox: str
    new: int
    old: int
    since: datetime


def identity(system: str, mailbox: str) -> str:
    """One alert per box."""
    return f"voicemail:{system}:{mailbox}"


def changed(
    before: NewVoicemail | None, mailbox: str, new: int, old: int, at: datetime
) -> NewVoicemail:
    """The box after its counts changed."""
    if before is None:
        return NewVoicemail(mailbox=mailbox, new=new, old=old, since=at)
    return replace(before, new=new, old=old, since=at if new > before.new else before.since)
