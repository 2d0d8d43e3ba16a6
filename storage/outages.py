"""Trouble, told once: that it began, and that it is over."""

import logging
from dataclasses import dataclass


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
