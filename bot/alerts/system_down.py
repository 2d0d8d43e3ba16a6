"""A phone system that cannot be asked: one notice, edited when it is back."""

from dataclasses import dataclass, replace
from datetime import datetime

FAILURES_TO_BE_DOWN = 2
"""One failed look may be chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHealth:
    """What looks at a system have shown. ``since`` is the first of the failures in a row."""

    failures: int = 0
    since: datetime | None = None
    reason: str = ""
    back_at: datetime | None = None

    @property
    def is_down(self) -> bool:
        return self.failures >= FAILURES_TO_BE_DOWN


def identity(system: str) -> str:
    """One notice per system."""
    return f"system_down:{system}"


def failed(health: SystemHealth, reason: str, now: datetime) -> SystemHealth:
    """Another look failed."""
    return replace(
        health,
        failures=health.failures + 1,
        since=health.since or now,
        reason=reason,
        back_at=None,
    )


def recovered(health: SystemHealth, now: datetime) -> SystemHealth:
    """A look succeeded."""
    return SystemHealth(since=health.since, reason=health.reason, back_at=now)
