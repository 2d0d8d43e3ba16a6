"""The generic format's shapes: what README.md promises, checked strictly, nothing else kept."""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from bot.telephony.calls import Direction, Disposition

MAX_TEXT: Final = 200
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
UNIX_SECONDS: Final = re.compile(r"[0-9]{9,11}(?:\.[0-9]{1,9})?")
MOMENT: Final = "expected ISO 8601 with a time zone, or unix seconds"


def _clean(value: Any) -> Any:
    """Drop control characters (databases and Slack choke on some); empty text is no text."""
    if not isinstance(value, str):
        return value
    kept = "".join(sign for sign in value if unicodedata.category(sign) != "Cc")
    return kept.strip() or None


def _cut(value: Any) -> Any:
    """A caller chooses what a phone calls itself: nobody's missed call is unreadable for it."""
    cleaned = _clean(value)
    return cleaned[:MAX_TEXT] if isinstance(cleaned, str) else cleaned


def _moment(value: Any) -> datetime:
    """Read ISO 8601 with a zone, or unix seconds, as aware UTC."""
    if isinstance(value, str):
        moment = _from_iso(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        moment = _from_unix(value)
    else:
        raise ValueError(MOMENT)
    if not EARLIEST <= moment < LATEST:
        raise ValueError("expected a moment between the years 2000 and 2100")
    return moment


def _from_iso(text: str) -> datetime:
    if UNIX_SECONDS.fullmatch(text.strip()):
        return _from_unix(float(text))
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(MOMENT) from error
    if moment.tzinfo is None:
        raise ValueError(f"has no time zone; {MOMENT}")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(MOMENT) from error


def _from_unix(seconds: float) -> datetime:
    try:
        if not math.isfinite(seconds):
            raise ValueError(MOMENT)
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError("expected unix seconds, not milliseconds") from error


Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Required = Annotated[Text, BeforeValidator(_clean)]
Optional = Annotated[Text | None, BeforeValidator(_clean)]
FromCaller = Annotated[Text | None, BeforeValidator(_cut)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
StrictDirection = Annotated[Direction, Field(strict=False)]
StrictDisposition = Annotated[Disposition, Field(strict=False)]


class Notice(BaseModel):
    """One thing that happened, at ``at`` (aware UTC). Members we do not know are dropped."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", strict=True, hide_input_in_errors=True, defer_build=True
    )

    at: Moment


class CallNotice(Notice):
    """What every ``call.*`` event may carry."""

    call_id: Required
    direction: StrictDirection | None = None
    caller_number: FromCaller = None
    caller_name: FromCaller = None
    requested: FromCaller = None
    queue: Optional = None


class RingingNotice(CallNotice):
    """``call.ringing``: one phone in ``extension``, several in ``extensions``, or both."""

    extension: Optional = None
    extensions: list[Required] = Field(default=[], max_length=100)

    @property
    def targets(self) -> tuple[str, ...]:
        """Each phone once, in the order given."""
        alone = [self.extension] if self.extension else []
        return tuple(dict.fromkeys(alone + self.extensions))


class AnsweredNotice(CallNotice):
    """``call.answered``: ``extension`` took the call."""

    extension: Optional = None


class TransferredNotice(CallNotice):
    """``call.transferred``: the call goes on as ``other_call_id``."""

    other_call_id: Required


class EndedNotice(CallNotice):
    """``call.ended``; with ``started_at`` it tells a whole call at once.

    ``extension`` took the call, ``extensions`` rang.
    """

    extension: Optional = None
    extensions: list[Required] = Field(default=[], max_length=100)
    answered: bool | None = None
    disposition: StrictDisposition | None = None
    talk_seconds: Count | None = None
    started_at: Moment | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "EndedNotice":
        if self.started_at is not None and self.started_at > self.at:
            raise ValueError("started_at: is later than at")
        if self.answered is not None and self.disposition is not None:
            spoken_to = self.disposition is Disposition.ANSWERED
            if self.answered is not spoken_to:
                raise ValueError("answered: contradicts disposition")
        return self

    @property
    def outcome(self) -> Disposition | None:
        """The disposition; where only ``answered`` is given, what follows from it."""
        if self.disposition is not None or self.answered is None:
            return self.disposition
        return Disposition.ANSWERED if self.answered else Disposition.NO_ANSWER


class MailboxNotice(Notice):
    """``voicemail.changed``: the box now holds ``new`` and ``old`` messages."""

    mailbox: Required
    new: Count
    old: Count
