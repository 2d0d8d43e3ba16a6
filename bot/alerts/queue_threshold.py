"""When a queue is in trouble: warning, critical, cleared, with a hold and a clearing limit."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.settings import Metric, ThresholdSettings
from bot.telephony.queues import QueueFigures


class Level(StrEnum):
    CLEAR = "clear"
    WARN = "warn"
    CRITICAL = "critical"


GONE_AFTER: Final = timedelta(hours=1)
"""A queue that is not listed for so long is not there any more."""

RANK = {Level.CLEAR: 0, Level.WARN: 1, Level.CRITICAL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTrouble:
    """One metric of one queue. ``value`` is ``None`` while nobody can tell it.

    ``worse_since`` is when a worse level than ``level`` was first seen: it must hold for a while
    before it counts. ``since`` is when the trouble began, ``peak`` its worst figure,
    ``missing_since`` when the system was first found not to list the queue.
    """

    metric: Metric
    queue_id: str
    queue_name: str
    level: Level = Level.CLEAR
    value: float | None = None
    peak: float | None = None
    since: datetime | None = None
    worse_since: datetime | None = None
    missing_since: datetime | None = None
    figures: QueueFigures | None = None


def identity(system: str, queue_id: str, metric: str) -> str:
    """One alert per queue and metric."""
    return f"queue_threshold:{system}:{queue_id}:{metric}"


def measure(figures: QueueFigures, metric: Metric) -> float | None:
    """The figure that a metric looks at; ``None`` when the system does not tell it."""
    match metric:
        case "longest_wait":
            return figures.longest_wait_seconds
        case "waiting":
            return figures.waiting
        case "agents_available":
            return figures.agents_available
        case "service_level":
            return figures.service_level_percent
        case "abandoned_rate":
            if figures.abandoned is None or not figures.offered:
                return None
            return 100 * figures.abandoned / figures.offered
        case "data_age":
            return 0.0


def in_words(metric: Metric, value: float | None) -> str:
    """A figure with its unit."""
    if value is None:
        return "unknown"
    if metric in ("service_level", "abandoned_rate"):
        return f"{value:g} %"
    if metric in ("longest_wait", "data_age"):
        minutes, seconds = divmod(round(value), 60)
        return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
    return f"{value:g}"


def evaluate(
    before: QueueTrouble, limits: ThresholdSettings, figures: QueueFigures, now: datetime
) -> QueueTrouble:
    """The trouble after another look at the queue. An unknown figure is no better and no worse."""
    value = measure(figures, limits.metric)
    seen = replace(before, queue_name=figures.name, figures=figures, missing_since=None)
    return replace(seen, value=None) if value is None else _judged(seen, limits, value, now)


def unlisted(before: QueueTrouble, now: datetime) -> QueueTrouble:
    """The trouble of a queue that a look did not find: unknown, and over when it stays away."""
    missing_since = min(before.missing_since or now, now)  # a clock may have been put back
    gone = replace(before, value=None, figures=None, missing_since=missing_since)
    return unwatched(gone) if now - missing_since >= GONE_AFTER else gone


def unwatched(before: QueueTrouble) -> QueueTrouble:
    """The trouble that nobody looks for any more: it ends, without anybody knowing how."""
    over = replace(before, level=Level.CLEAR, value=None, figures=None)
    return replace(over, worse_since=None, missing_since=None)


def grown_old(
    before: QueueTrouble, limits: ThresholdSettings, age_seconds: float, now: datetime
) -> QueueTrouble:
    """The trouble while the system gives no figures: nothing is better or worse, but unknown."""
    if limits.metric == "data_age":
        return _judged(replace(before, figures=None), limits, round(age_seconds), now)
    return replace(before, value=None, figures=None)


def moved(trouble: QueueTrouble, by: timedelta) -> QueueTrouble:
    """The clock was put forward by so much: what must hold has held as long as before.

    ``since`` stays: people have read it as a time of day.
    """
    worse, missing = trouble.worse_since, trouble.missing_since
    return replace(
        trouble, worse_since=worse and worse + by, missing_since=missing and missing + by
    )


def _judged(
    before: QueueTrouble, limits: ThresholdSettings, value: float, now: datetime
) -> QueueTrouble:
    seen = _level(value, before.level, limits)
    peak = _peak(before, value, limits)
    state = replace(before, value=value, peak=peak, worse_since=None)
    if RANK[seen] <= RANK[before.level]:
        return _settled(state, seen, now)
    first_seen = min(before.worse_since or now, now)  # a clock may have been put back
    if (now - first_seen).total_seconds() < limits.hold_seconds:
        return replace(state, worse_since=first_seen)
    return _settled(state, seen, first_seen)


def _level(value: float, present: Level, limits: ThresholdSettings) -> Level:
    """The level of a value; trouble ends only beyond the clearing limit."""
    sign = -1 if limits.low_is_bad else 1
    if sign * value >= sign * limits.critical:
        return Level.CRITICAL
    if sign * value >= sign * limits.warn:
        return Level.WARN
    between = sign * value > sign * limits.clear
    return Level.WARN if between and present is not Level.CLEAR else Level.CLEAR


def _peak(before: QueueTrouble, value: float, limits: ThresholdSettings) -> float:
    """The worst figure of the trouble so far, of the while that it must hold too."""
    if before.peak is None or (before.level is Level.CLEAR and before.worse_since is None):
        return value
    return min(before.peak, value) if limits.low_is_bad else max(before.peak, value)


def _settled(state: QueueTrouble, level: Level, began: datetime) -> QueueTrouble:
    """The trouble at ``level``; ``began`` counts if there was none before."""
    fresh = state.level is Level.CLEAR and level is not Level.CLEAR
    return replace(state, level=level, since=began if fresh else state.since)
