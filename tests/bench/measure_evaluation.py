"""Receipts -> journeys, alerts and messages: the rate, and how long a backlog takes."""

import asyncio
import tempfile
import time
from pathlib import Path

from bench import inbox, posts, servers
from bench.report import Report
from bench.sizes import Size

OPEN_CALLS = 500
BACKLOG = 100_000


def evaluation(size: Size, report: Report) -> None:
    """In this process, on the server's core; 200 rules, 500 open calls, 1 event in 20 an alert."""
    asyncio.run(_evaluate(size, report))


async def _evaluate(size: Size, report: Report) -> None:
    core, _ = servers.cores()
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder, servers.pinned(core):
        async with inbox.opened(Path(folder)) as box:
            await box.fill(posts.open_calls(), OPEN_CALLS)
            await box.empty()
            await box.fill(inbox.busy_day(), size.evaluated)
            used = time.process_time()
            report.add(evaluate_per_second=size.evaluated / await box.empty())
            report.add(evaluate_per_cpu_second=size.evaluated / (time.process_time() - used))
            await box.fill(inbox.busy_day(), size.drained)
            used = time.process_time()
            took = await box.empty()
            used = time.process_time() - used
    report.add(drain_100k_seconds=took * BACKLOG / size.drained)
    report.add(drain_100k_cpu_seconds=used * BACKLOG / size.drained)
    if size.drained != BACKLOG:
        report.notes.append(f"drain_100k_seconds: reckoned from a backlog of {size.drained}")
