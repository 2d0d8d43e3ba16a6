"""Signed post -> durable -> 2xx, against a route of the same server that does nothing."""

import itertools
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import load, posts, servers, slack
from bench.report import Report
from bench.sizes import Size
from bench.syncs import count_syncs
from support import postgres

LINES = 64
SIGNED_ONCE = 1_000
MOST_PER_SECOND = 25_000
"""More than Ringback takes on any machine that we know."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests per second, and per second of the server's processor time."""

    per_second: float
    per_cpu_second: float


Pair = tuple[Pace, Pace]


def intake(size: Size, report: Report) -> None:
    """Both databases, each A B A B against the no-op route. Events are evaluated meanwhile."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        pairs = load.run(_compare(size, Path(folder), None))
        report.add(**_figures("intake_sqlite", pairs))
        report.add(no_op_per_second=statistics.median(theirs.per_second for _, theirs in pairs))
        report.add(no_op_logged_per_second=load.run(_logged(size, Path(folder))))
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:  # where nothing waits
        report.add(intake_syncs_before_2xx=load.run(count_syncs(Path(folder), report)))
    programs = postgres.find_programs()
    if programs is None:
        report.add(intake_postgresql_ratio=None)
        report.notes.append("intake_postgresql_ratio: " + postgres.ABSENT)
        return
    with (
        servers.pinned(servers.cores()[1]),
        postgres.running(programs) as cluster,
        tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder,
    ):
        pairs = load.run(_compare(size, Path(folder), cluster.create("bench")))
        report.add(**_figures("intake_postgresql", pairs))


def _figures(name: str, pairs: list[Pair]) -> dict[str, float]:
    """Medians over the slices. The processor's view does not mind noisy neighbours."""
    return {
        f"{name}_ratio": statistics.median(a.per_second / b.per_second for a, b in pairs),
        f"{name}_cpu_ratio": statistics.median(
            a.per_cpu_second / b.per_cpu_second for a, b in pairs
        ),
        f"{name}_per_second": statistics.median(a.per_second for a, _ in pairs),
    }


async def _compare(size: Size, folder: Path, database: str | None) -> list[Pair]:
    """Slices of Ringback and of the no-op route in turns."""
    core, others = servers.cores()
    port = servers.free_port()
    with servers.pinned(others):
        async with slack.running() as fake:
            settings = servers.write_settings(
                folder, port=port, slack_port=fake.port, database=database
            )
            with servers.ringback(settings, port, core) as a, servers.baselines(folder, core) as b:
                servers.first_answer(a)
                a.pause()
                return [await _pair(size, a, b) for _ in range(size.slices)]


async def _pair(size: Size, a: servers.Server, b: servers.Server) -> Pair:
    """One slice each; whoever is not measured is stopped, so that it takes nothing away."""
    theirs = await _slice(size, b, itertools.cycle(_signed(SIGNED_ONCE)).__next__)
    b.pause()
    ours = await _slice(size, a, _signed(int(MOST_PER_SECOND * size.slice_seconds)).pop)
    a.pause()
    return ours, theirs


async def _logged(size: Size, folder: Path) -> float:
    """Requests per second of the no-op route where uvicorn is as it comes, access log and all."""
    core, others = servers.cores()
    requests = itertools.cycle(_signed(SIGNED_ONCE)).__next__
    with servers.pinned(others), servers.baselines(folder, core, "logged") as server:
        paces = [await _slice(size, server, requests) for _ in range(size.slices)]
    return statistics.median(pace.per_second for pace in paces)


async def _slice(size: Size, server: servers.Server, requests: Callable[[], bytes]) -> Pace:
    server.go_on()
    before = server.cpu_seconds()
    per_second = await load.rate(server.port, requests, size.slice_seconds, LINES)
    used = server.cpu_seconds() - before
    return Pace(per_second, per_second * size.slice_seconds / used)


def _signed(count: int) -> list[bytes]:
    """Posts that were made ahead. Ringback needs each once; the no-op route does not look."""
    notices = posts.answered_calls()
    return [posts.phone_post(next(notices)) for _ in range(count)]
