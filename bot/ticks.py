"""When a job is due: pure reckoning, the same for every replica.

A run is a row ``(job, scheduled_for)`` that the first replica inserts, in the same transaction as
the run's effect. So no leader is needed, and a restart repeats nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_MADE_UP = 100
"""No more missed runs than this are made up for, the newest ones."""
EARLY = timedelta(hours=1)
"""A run that was done so little before its date is not done again on that date."""


class Policy(StrEnum):
    """What becomes of runs that were missed: all made up for, only the newest, or none."""

    ALL = "all"
    LATEST = "latest"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Every:
    """At every multiple of ``seconds`` since 1970."""

    seconds: float

    def newest(self, now: datetime) -> datetime:
        """The start of the period that ``now`` lies in."""
        stamp = now.timestamp()
        return datetime.fromtimestamp(stamp - stamp % self.seconds, UTC)

    def before(self, scheduled_for: datetime) -> datetime:
        """The run before that one."""
        return self.newest(scheduled_for - timedelta(seconds=self.seconds / 2))

    def is_over(self, scheduled_for: datetime, now: datetime) -> bool:
        """Whether a newer run has begun."""
        return self.newest(now) > scheduled_for


@dataclass(frozen=True, slots=True)
class Daily:
    """Once per local date, from ``at`` on. A run's name is its date, as midnight UTC.

    So a day on which ``at`` comes twice, or not at all, or a setting that is changed at noon,
    still gives one run.
    """

    at: time
    zone: ZoneInfo

    def newest(self, now: datetime) -> datetime:
        """The newest date whose run has come."""
        local = now.astimezone(self.zone)
        on = local.date() if local.time() >= self.at else local.date() - timedelta(days=1)
        return datetime.combine(on, time.min, UTC)

    def newest_done(self, now: datetime) -> datetime:
        """The newest date whose run may have been done, unless a clock was wrong.

        East of Greenwich the name of a run lies in the future for hours after it.
        """
        return datetime.combine((now + EARLY).astimezone(self.zone).date(), time.min, UTC)

    def before(self, scheduled_for: datetime) -> datetime:
        """The date before."""
        return scheduled_for - timedelta(days=1)

    def is_over(self, scheduled_for: datetime, now: datetime) -> bool:
        """Whether that date is past, where the job lives."""
        return now.astimezone(self.zone).date() > scheduled_for.date()


When = Every | Daily


def due(when: When, policy: Policy, last: datetime | None, now: datetime) -> list[datetime]:
    """The runs that are due at ``now``, oldest first; ``last`` is the newest that was taken.

    A job that never ran has missed nothing: the newest run is all that is due.
    """
    run = when.newest(now)
    if last is not None and run <= last:
        return []
    if policy is Policy.SKIP and when.is_over(run, now):
        return []
    runs = [run]
    while policy is Policy.ALL and last is not None and len(runs) < MOST_MADE_UP:
        run = when.before(run)
        if run <= last:
            break
        runs.append(run)
    return runs[::-1]
