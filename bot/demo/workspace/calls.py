"""What the app did, for a test to look at afterwards."""

from dataclasses import dataclass
from typing import Final

from bot.demo.workspace.records import Json

SPACING_SECONDS: Final = 1.0
_ROUNDING: Final = 1e-6


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of the web API. ``at`` is monotonic seconds, when it arrived.

    ``outcome`` is ``pending``, ``ok``, Slack's error code, or the fault that was ordered.
    ``channel`` is the id of the channel it was about, if any.
    """

    method: str
    arguments: Json
    at: float
    channel: str = ""
    outcome: str = "pending"
    had_effect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFast:
    """Two posts to one channel that were less than a second apart."""

    channel: str
    gap_seconds: float
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something Slack sent to the app. ``status`` is ``None`` when no answer came back.

    Slack wants its answer within three seconds.
    """

    kind: str
    status: int | None
    seconds: float


class Referee:
    """Watches that posts to one channel are a second apart."""

    def __init__(self) -> None:
        self.too_fast: list[TooFast] = []
        self._last: dict[str, float] = {}

    def posted(self, channel: str, at: float) -> None:
        """``at`` is when the call arrived, not when a slow Slack got round to it."""
        last = self._last.get(channel)
        self._last[channel] = at if last is None else max(at, last)
        if last is not None and abs(at - last) < SPACING_SECONDS - _ROUNDING:
            self.too_fast.append(TooFast(channel=channel, gap_seconds=abs(at - last), at=at))
