"""What the webhook module posts, in either vendor's spelling of the member names."""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from bot.adapters.threecx_ru.models import Shape, Text, lower_keys


def _words(value: Any) -> Any:
    """Text from callers: without control characters and the blanks around it."""
    if not isinstance(value, str):
        return value
    return "".join(sign for sign in value if unicodedata.category(sign) != "Cc").strip()


Words = Annotated[Text, BeforeValidator(_words)]
Present = Annotated[bool, BeforeValidator(bool)]
"""Whether there is such a member. What it holds is an address that nobody here needs."""


class Post(Shape):
    """One post. ``user`` is an extension or a queue, as ``usertype`` (ext, queue, other) says.

    ``id`` ends in ``-0`` while the phone rings and in ``-1`` after an answer; what is before it
    is the same for all agents that one queue call rings.
    """

    event: Words = Field(min_length=1, max_length=200)
    id: Words = ""
    chid: Words = ""
    callerid: Words = ""
    user: Words = ""
    usertype: Words = ""
    did: Words = ""
    inbound_did: Words = Field(default="", validation_alias="inbounddid")
    sip_displayname: Words = Field(default="", validation_alias="sipdisplayname")
    phonebook: Words = ""
    finishtype: Words = ""
    files: Present = False
    recording: Present = False

    @classmethod
    def read(cls, payload: Any) -> "Post":
        """Read a decoded post, whatever the case of its members. Raises ``ValueError``."""
        if not isinstance(payload, dict):
            raise ValueError("not an object")
        return cls.model_validate(lower_keys(payload))

    @field_validator("event")
    @classmethod
    def _in_lower_case(cls, event: str) -> str:
        return event.lower()

    @property
    def journey(self) -> str:
        """The part of the identifier that all legs share; empty when there is none."""
        return re.sub(r"-\d$", "", self.id) or self.chid

    @property
    def repeats(self) -> bool:
        """Whether it is an end told once more: that is how a recording is told of."""
        return self.files or self.recording

    @property
    def extension(self) -> str | None:
        """Who took the call or whose phone rings; an unnamed kind of user counts as one."""
        return (self.user or None) if self.usertype.lower() in ("ext", "") else None

    @property
    def queue(self) -> str | None:
        return (self.user or None) if self.usertype.lower() == "queue" else None
