"""What intake, evaluation and the usual look-ups cost as the past grows."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import history, inbox, servers
from bench.report import Report
from bench.sizes import Size
from sqlmodel import Session

from bot.alerts.publishing import NORMAL
from bot.clock import SystemClock
from storage import alerts, doubts, journeys, outbox, storms

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
BATCH = 64
EVALUATED = 2_000
ROUNDS = 5


def growth(size: Size, report: Report) -> None:
    """The same with little and with much history; the worst of the ratios counts."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        ratios = asyncio.run(_compare(size, Path(folder)))
    report.add(history_growth_ratio=max(ratios.values()))
    report.add(**{f"history_growth_{name}_ratio": ratio for name, ratio in ratios.items()})
    if size.large_history < 1_000_000:
        report.notes.append(
            f"history_growth: from {size.small_history} to {size.large_history} calls only"
        )


async def _compare(size: Size, folder: Path) -> dict[str, float]:
    """Both are open at once and measured in turns, so that a noisy neighbour slows both."""
    counts = size.small_history, size.large_history
    folders = [folder / str(count) for count in counts]
    for count, each in zip(counts, folders, strict=True):
        each.mkdir()
        history.make(each / "ringback.db", calls=count)
    with servers.pinned(servers.cores()[0]):
        async with inbox.opened(folders[0]) as small, inbox.opened(folders[1]) as large:
            rounds = []
            for number in range(ROUNDS + 1):
                before = await _costs(small, counts[0], size.probes, number)
                after = await _costs(large, counts[1], size.probes, number)
                rounds.append({name: after[name] / before[name] for name in before})
    return {
        name: statistics.median(each[name] for each in rounds[1:])  # the first one warms up
        for name in rounds[0]
    }


async def _costs(box: inbox.Inbox, count: int, probes: int, number: int) -> dict[str, float]:
    """Seconds for each of the usual things."""
    picked = [(probe * 104729 + number * 31) % count + 1 for probe in range(probes)]
    costs = {name: await box.store.read(_timed, look, picked) for name, look in LOOKS.items()}
    began = time.perf_counter()
    for _ in range(max(probes // BATCH, 4)):
        await box.fill(inbox.busy_day(), BATCH)
    costs["intake"] = time.perf_counter() - began
    await box.empty()
    await box.fill(inbox.busy_day(), EVALUATED)
    costs["evaluation"] = await box.empty()
    return costs


def _timed(session: Session, look: Callable[[Session, int], Any], picked: list[int]) -> float:
    began = time.perf_counter()
    for number in picked:
        look(session, number)
    return time.perf_counter() - began


def _by_call(session: Session, number: int) -> Any:
    found = journeys.find_journey(session, "door", history.call_id(number))
    assert found is not None
    return found


def _by_party(session: Session, number: int) -> Any:
    party = history.party_of(number)
    return journeys.list_by_party(session, "main", party, LONG_AGO, limit=2)


LOOKS: dict[str, Callable[[Session, int], Any]] = {
    "by_call": _by_call,
    "by_party": _by_party,
    "newest": lambda session, number: journeys.list_recent(session, "door", 20),
    "open_alert": lambda session, number: alerts.find_open(
        session, f"missed_call:main:{history.party_of(number)}"
    ),
    "cards": lambda session, number: outbox.list_cards(session, number // 5 * 5),
    "next_due": lambda session, number: outbox.next_due(session),
    "doubtful": lambda session, number: doubts.claim_doubtful(session, LONG_AGO, outbox.Pace()),
    "is_crowded": lambda session, number: storms.is_crowded(
        session, f"C{number % 100:03}", NORMAL, SystemClock().now()
    ),
}
