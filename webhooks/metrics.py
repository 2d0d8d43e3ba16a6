"""The figures for Prometheus. ``METRICS`` names every one; docs/OPERATIONS.md explains them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from bot.runtime import Runtime
from bot.watching import Look, is_looked_at
from storage.standing import Standing, Waiting

STATES: Final = ("pending", "sending", "unknown", "dead")

Samples = Mapping[tuple[str, ...], float]
"""Label values and figure. A figure that is not known now has no sample."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the figures are made of."""

    runtime: Runtime
    look: Look
    now: datetime

    def age(self, since: datetime) -> float:
        """Seconds since a moment, never below 0."""
        return max(0.0, (self.now - since).total_seconds())


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric: what it tells, its labels, and how it is had."""

    help: str
    labels: tuple[str, ...]
    samples: Callable[[Snapshot], Samples]
    counts: bool = False


def _one(value: float | None) -> Samples:
    return {} if value is None else {(): value}


def _told(samples: Callable[[Snapshot, Standing], Samples]) -> Callable[[Snapshot], Samples]:
    """What only the database can tell: nothing while it does not answer."""
    return lambda of: {} if of.look.standing is None else samples(of, of.look.standing)


def _oldest(of: Snapshot, standing: Standing) -> Samples:
    stages: dict[str, Waiting | None] = {
        "receipts": standing.oldest_receipt,
        "outbox": standing.oldest_message,
        "invocations": standing.oldest_invocation,
        "timers": standing.oldest_timer,
    }
    return {(name,): of.age(one.since) if one else 0.0 for name, one in stages.items()}


def _systems_up(of: Snapshot, standing: Standing) -> Samples:
    settings = of.runtime.settings
    looked_at = (key for key, one in of.runtime.systems.items() if is_looked_at(settings, one))
    return {(key,): 0 if key in standing.down else 1 for key in looked_at}


METRICS: Final[Mapping[str, Figure]] = {
    "ringback_clock_skew_seconds": Figure(
        "How far this machine's clock is from the database's, as far as can be told",
        (),
        lambda of: _one(of.runtime.leases.skew_seconds),
    ),
    "ringback_commits": Figure(
        "Transactions that this process has committed",
        (),
        lambda of: _one(of.runtime.store.commits),
        counts=True,
    ),
    "ringback_disk_free_ratio": Figure(
        "The free part of the disk with the database (SQLite only)",
        (),
        lambda of: _one(of.look.free_ratio),
    ),
    "ringback_lease_held": Figure(
        "1 while this process holds the lease (PostgreSQL: one process each)",
        ("lease",),
        lambda of: {(name,): 1 for name in of.runtime.leases.list_held()},
    ),
    "ringback_missed_calls_open": Figure(
        "Missed calls that nobody has closed",
        (),
        _told(lambda _, standing: _one(standing.missed_calls)),
    ),
    "ringback_oldest_seconds": Figure(
        "Age of the oldest thing that waits, by stage; 0 when nothing waits",
        ("stage",),
        _told(_oldest),
    ),
    "ringback_outbox_messages": Figure(
        "Slack messages by state",
        ("state",),
        _told(lambda _, standing: {(state,): standing.messages.get(state, 0) for state in STATES}),
    ),
    "ringback_problems": Figure(
        "How many things /readyz finds wrong", (), lambda of: _one(len(of.look.problems))
    ),
    "ringback_ready": Figure(
        "1 while /readyz says yes", (), lambda of: _one(0 if of.look.problems else 1)
    ),
    "ringback_receipts_unreadable": Figure(
        "Events that could not be read and are kept ('ringback replay list')",
        (),
        _told(lambda _, standing: _one(standing.unreadable)),
    ),
    "ringback_receipts_waiting": Figure(
        "Events stored and not taken up yet",
        (),
        _told(lambda _, standing: _one(standing.receipts)),
    ),
    "ringback_slack_requests": Figure(
        "Requests of this process to Slack, by method and result",
        ("method", "result"),
        lambda of: {(m, r): count for (m, r), count in of.runtime.traffic.counts.items()},
        counts=True,
    ),
    "ringback_system_heard_seconds": Figure(
        "Seconds since the phone system was last heard from",
        ("system",),
        _told(lambda of, _: {(key,): of.age(at) for key, at in of.look.heard.items()}),
    ),
    "ringback_system_up": Figure(
        "1 while the phone system answers; none for one that only posts",
        ("system",),
        _told(_systems_up),
    ),
    "ringback_tick_age_seconds": Figure(
        "Seconds since the newest scheduled run of a job was due",
        ("task",),
        _told(lambda of, standing: {(job,): of.age(at) for job, at in standing.ticks.items()}),
    ),
    "ringback_wal_bytes": Figure(
        "Size of the write-ahead log (SQLite only)", (), lambda of: _one(of.look.wal_bytes)
    ),
    "ringback_write_seconds": Figure(
        "How long the newest write of the self-watch took, waiting and commit included",
        (),
        lambda of: _one(of.look.write_seconds),
    ),
    "ringback_writer_backlog": Figure(
        "Writes that wait for the writer", (), lambda of: _one(of.runtime.store.backlog)
    ),
}


class _Once(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def render(snapshot: Snapshot) -> bytes:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Once(_family(name, of, snapshot) for name, of in METRICS.items()))
    return generate_latest(registry)


def _family(name: str, figure: Figure, snapshot: Snapshot) -> Metric:
    make = CounterMetricFamily if figure.counts else GaugeMetricFamily
    family = make(name, figure.help, labels=figure.labels)
    for labels, value in figure.samples(snapshot).items():
        family.add_metric(labels, value)
    return family
