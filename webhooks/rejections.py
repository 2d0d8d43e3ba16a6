"""What is said in the log of posts that are turned away: anybody may send as many as they like."""

import logging

from bot.clock import Clock

log = logging.getLogger(__name__)

PAUSE_SECONDS = 60.0


class Rejections:
    """A line at once, and then at most one a minute about the same thing for the same reason, with
    how many went unsaid."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._silent_until: dict[tuple[str, str], float] = {}
        self._unsaid: dict[tuple[str, str], int] = {}

    def tell(self, about: str, what: str, reason: object) -> None:
        """``about`` is one of a few things, ``what`` the post, with its sender, and ``reason`` one
        of a few sentences."""
        now, key = self._clock.monotonic(), (about, str(reason))
        if now < self._silent_until.get(key, now):
            self._unsaid[key] = self._unsaid.get(key, 0) + 1
            return
        unsaid = self._unsaid.pop(key, 0)
        more = f" ({unsaid} more since the last such line)" if unsaid else ""
        log.warning("%s was rejected: %s%s", what, reason, more)
        self._silent_until[key] = now + PAUSE_SECONDS
