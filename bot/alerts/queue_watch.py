"""Queue alerts in the database: one card per queue and metric, edited as the figure moves."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.alerts import queue_threshold
from bot.alerts.publishing import CRITICAL, NORMAL, NewAlert, change_alert, raise_alert
from bot.alerts.queue_threshold import Level, QueueTrouble
from bot.settings import Settings, ThresholdSettings
from bot.telephony.queues import QueueFigures
from storage import alerts
from storage.tables import AlertRow
from storage.watches import get_watch, list_watches, put_watch

KIND: Final = "queue_threshold"
SEEN: Final = "queue_figures:"
TROUBLE = TypeAdapter(QueueTrouble)
STALE_LOOKS = 3
"""Figures that are older than so many looks are not known any more."""


def load(row: AlertRow) -> QueueTrouble:
    """The trouble that an alert holds."""
    return TROUBLE.validate_python(row.facts)


def limits_for(
    thresholds: Iterable[ThresholdSettings], system: str, figures: QueueFigures
) -> list[ThresholdSettings]:
    """The first threshold per metric that names this queue."""
    names = {"*", figures.queue_id, figures.name}
    found: dict[str, ThresholdSettings] = {}
    for limits in thresholds:
        if {"*", system} & set(limits.systems) and names & set(limits.queues):
            found.setdefault(limits.metric, limits)
    return list(found.values())


def on_all_figures(
    session: Session, settings: Settings, system: str, found: Sequence[QueueFigures], now: datetime
) -> None:
    """A look at a system's queues succeeded."""
    put_watch(session, _seen(system), {"at": now.isoformat(), "queues": _names(found)})
    for figures in found:
        on_figures(session, settings, system, figures, now)
    _end_unwatched(session, settings, system, found, now)


def in_trouble(session: Session, system: str) -> dict[str, QueueTrouble]:
    """What is in trouble on a system, or will be if it lasts, by the key it is remembered by."""
    watches = list_watches(session, f"{KIND}:{system}:")
    return {
        key: TROUBLE.validate_python(remembered)
        for key, remembered in watches.items()
        if remembered["level"] != Level.CLEAR or remembered.get("worse_since")
    }


def _end_unwatched(
    session: Session, settings: Settings, system: str, found: Sequence[QueueFigures], now: datetime
) -> None:
    """What was in trouble and is not listed, or has no limit any more, comes to an end too."""
    listed = {figures.queue_id: figures for figures in found}
    for key, before in in_trouble(session, system).items():
        last_seen = QueueFigures(queue_id=before.queue_id, name=before.queue_name)
        queue = listed.get(before.queue_id, last_seen)
        limits = limits_for(settings.thresholds, system, queue)
        if before.metric not in {each.metric for each in limits}:
            after = queue_threshold.unwatched(before)
        elif before.queue_id not in listed:
            after = queue_threshold.unlisted(before, now)
        else:
            continue
        _keep(session, settings, system, key, before, after, now)


def on_no_figures(session: Session, settings: Settings, system: str, now: datetime) -> None:
    """A look failed. Soon nobody knows how the queues stand, and their cards say so."""
    seen = get_watch(session, _seen(system))
    if not seen:
        return
    age_seconds = (now - datetime.fromisoformat(seen["at"])).total_seconds()
    if age_seconds < STALE_LOOKS * settings.systems[system].poll_seconds:
        return
    for queue_id, name in seen["queues"].items():
        queue = QueueFigures(queue_id=queue_id, name=name)
        for limits in limits_for(settings.thresholds, system, queue):
            key = queue_threshold.identity(system, queue_id, limits.metric)
            remembered = get_watch(session, key)
            if remembered:
                before = TROUBLE.validate_python(remembered)
                after = queue_threshold.grown_old(before, limits, age_seconds, now)
                _keep(session, settings, system, key, before, after, now)


def move_ages(session: Session, by: timedelta) -> None:
    """The clock was put forward by so much: figures are as old, and limits as long exceeded."""
    for key, seen in list_watches(session, SEEN).items():
        at = datetime.fromisoformat(seen["at"]) + by
        put_watch(session, key, seen | {"at": at.isoformat()})
    for key, remembered in list_watches(session, f"{KIND}:").items():
        trouble = queue_threshold.moved(TROUBLE.validate_python(remembered), by)
        put_watch(session, key, TROUBLE.dump_python(trouble, mode="json"))


def _seen(system: str) -> str:
    return f"{SEEN}{system}"


def _names(found: Sequence[QueueFigures]) -> dict[str, str]:
    return {figures.queue_id: figures.name for figures in found}


def on_figures(
    session: Session, settings: Settings, system: str, figures: QueueFigures, now: datetime
) -> None:
    """Hold a queue's figures against its limits; raise, change or close what follows."""
    for limits in limits_for(settings.thresholds, system, figures):
        key = queue_threshold.identity(system, figures.queue_id, limits.metric)
        remembered = get_watch(session, key)
        before = (
            TROUBLE.validate_python(remembered)
            if remembered
            else QueueTrouble(
                metric=limits.metric, queue_id=figures.queue_id, queue_name=figures.name
            )
        )
        after = queue_threshold.evaluate(before, limits, figures, now)
        _keep(session, settings, system, key, before, after, now)


def _keep(
    session: Session,
    settings: Settings,
    system: str,
    key: str,
    before: QueueTrouble,
    after: QueueTrouble,
    now: datetime,
) -> None:
    if after != before:
        put_watch(session, key, TROUBLE.dump_python(after, mode="json"))
        _publish(session, settings, system, key, before, after, now)


def _publish(
    session: Session,
    settings: Settings,
    system: str,
    key: str,
    before: QueueTrouble,
    after: QueueTrouble,
    now: datetime,
) -> None:
    row = alerts.find_open(session, key)
    facts = TROUBLE.dump_python(after, mode="json")
    severity = CRITICAL if after.level is Level.CRITICAL else NORMAL
    if row is not None:
        change_alert(
            session,
            row,
            now,
            state=after.level,
            facts=facts,
            is_open=after.level is not Level.CLEAR,
            lines=_lines(before, after, now),
            severity=severity,
        )
    elif after.level is not Level.CLEAR:
        new = NewAlert(
            kind=KIND,
            dedup_key=key,
            system=system,
            tenant=settings.systems[system].tenant,
            state=after.level,
            facts=facts,
            severity=severity,
            queues=frozenset({after.queue_id, after.queue_name}),
        )
        raise_alert(session, settings, new, now)


def _lines(before: QueueTrouble, after: QueueTrouble, now: datetime) -> tuple[str, ...]:
    """What the thread is told."""
    if after.level is Level.CLEAR and after.value is None:
        return ("This queue is not watched any more.",)
    if after.level is Level.CLEAR and after.since is not None:
        minutes = max(1, round((now - after.since).total_seconds() / 60))
        worst = queue_threshold.in_words(after.metric, after.peak)
        return (f"Cleared after {minutes} min, at worst {worst}.",)
    worse = before.level is Level.WARN and after.level is Level.CRITICAL
    return ("Critical now.",) if worse else ()
