"""From the start to the first 2xx on a database with a past, and memory at rest."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bench import history, load, servers, slack
from bench.report import Report
from bench.sizes import Size

REST_SECONDS = 5.0


def start(size: Size, report: Report) -> None:
    """Every start is a new process on the same file; the median counts."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        history.make(Path(folder) / "ringback.db", receipts=size.receipts)
        times, used, resident = load.run(_start(size, Path(folder)))
    report.add(
        start_to_first_2xx_seconds=statistics.median(times),
        start_to_first_2xx_worst_seconds=max(times),
        start_to_first_2xx_cpu_seconds=statistics.median(used),
        idle_rss_mb=resident,
    )
    if size.receipts < 1_000_000:
        report.notes.append(f"start_to_first_2xx_seconds: with {size.receipts} receipts only")


async def _start(size: Size, folder: Path) -> tuple[list[float], list[float], float]:
    core, others = servers.cores()
    port = servers.free_port()
    times, used, resident = [], [], 0.0
    with servers.pinned(others):
        async with slack.running() as fake:
            settings = servers.write_settings(folder, port=port, slack_port=fake.port)
            for _ in range(size.starts):
                with servers.ringback(settings, port, core) as server:
                    times.append(await asyncio.to_thread(servers.first_answer, server))
                    used.append(server.cpu_seconds())
                    if not resident:
                        await asyncio.to_thread(time.sleep, REST_SECONDS)
                        resident = server.resident_mb()
    return times, used, resident
