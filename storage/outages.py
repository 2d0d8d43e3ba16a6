"""Trouble, told once: that it began, and that it is over."""

import logging
from dataclasses import dataclass
from math import inf

RELAPSE_SECONDS = 10.0


@dataclass
class Outage:
    """Says once that something does not work, and once that it works again."""

    log: logging.Logger
    level: int = logging.ERROR
    lasts: bool = False

    def goes_on(self, broken: str, error: Exception | None = None) -> None:
        """It does not work; ``error``, if any, is logged with its traceback."""
        if not self.lasts:
            self.log.log(self.level, broken, exc_info=error)
        self.lasts = True

    def is_over(self, works: str) -> None:
        """It works."""
        if self.lasts:
            self.log.warning(works)
        self.lasts = False


@dataclass
class Relapsing:
    """An outage that may only seem to be over: a full disk still takes what is small.

    What has failed again within ``RELAPSE_SECONDS`` works when nothing has failed for as long.
    ``now`` is in seconds, by a clock that never jumps.
    """

    outage: Outage
    _failed_at: float = -inf
    _has_relapsed: bool = False

    @property
    def lasts(self) -> bool:
        """Whether it fails, or is not to be believed yet."""
        return self.outage.lasts

    def fails(self, now: float, broken: str, error: Exception | None = None) -> None:
        """It has just failed; ``error`` as in ``Outage.goes_on``."""
        if not self.lasts:
            self._has_relapsed = now - self._failed_at < RELAPSE_SECONDS
        self._failed_at = now
        self.outage.goes_on(broken, error)

    def works(self, now: float, works: str) -> None:
        """It has just worked."""
        if not self._has_relapsed or now - self._failed_at >= RELAPSE_SECONDS:
            self.outage.is_over(works)
