"""How often the database reached the disk between a post's arrival and its answer."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from bench import load, posts, servers, slack
from bench.report import Report

POSTS = 30
ASKED = re.compile(r'"POST /phone/')
ANSWERED = re.compile(r'"HTTP/1\.1 202')


async def count_syncs(folder: Path, report: Report) -> float | None:
    """The smallest number over some single posts to the SQLite server, as ``strace`` sees it."""
    strace = shutil.which("strace")
    if strace is None:
        report.notes.append("intake_syncs_before_2xx: strace is not installed")
        return None
    port, trace = servers.free_port(), folder / "trace"
    async with slack.running() as fake:
        settings = servers.write_settings(folder, port=port, slack_port=fake.port)
        with servers.ringback(settings, port, os.sched_getaffinity(0)) as server:
            servers.first_answer(server)
            watcher = subprocess.Popen(  # noqa: S603, ASYNC220 - a program that was found
                [strace, "-f", "-s", "24", "-o", str(trace), "-p", str(server.process.pid)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            await asyncio.sleep(1.0)
            statuses = await _post(port)
            watcher.send_signal(signal.SIGINT)
            watcher.wait(10)
    counts = _between(trace.read_text(errors="replace")) if trace.exists() else []
    if statuses != {202: POSTS} or not counts:
        report.notes.append("intake_syncs_before_2xx: strace may not look at the server here")
        return None
    report.notes.append(f"intake_syncs_before_2xx: seen by strace over {len(counts)} single posts")
    return float(min(counts))


async def _post(port: int) -> dict[int, int]:
    """Posts of a kind that leads to nothing, far enough apart not to share a commit."""
    sent = load.Sent()
    async with load.OpenLoop(port, lines=1) as loop:
        for _ in range(POSTS):
            loop.send(sent, time.perf_counter(), posts.phone_post({"event": "nothing.known"}))
            await loop.drain()
            await asyncio.sleep(0.1)
    return sent.statuses


def _between(trace: str) -> list[int]:
    """The syncs that ended after each request was read and before its answer was written."""
    counts: list[int] = []
    seen: int | None = None
    for line in trace.splitlines():
        if ASKED.search(line):
            seen = 0
        elif ANSWERED.search(line) and seen is not None:
            counts.append(seen)
            seen = None
        elif seen is not None and re.search(r"f(?:data)?sync", line) and line.endswith("= 0"):
            seen += 1
    return counts
