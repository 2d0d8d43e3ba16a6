"""``make bench``: measures, shows a table, writes ``var/bench.json``. Never a timed test."""

import os
import sys
import time
from collections.abc import Callable
from typing import Final

from bench.measure_delivery import delivery
from bench.measure_evaluation import evaluation
from bench.measure_history import growth
from bench.measure_intake import intake
from bench.measure_start import start
from bench.report import Report
from bench.servers import ROOT
from bench.sizes import FULL, SHORT, Size
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Measure = Callable[[Size, Report], None]

MEASURES: Final[dict[str, Measure]] = {
    "intake": intake,
    "delivery": delivery,
    "evaluation": evaluation,
    "start": start,
    "history": growth,
}


def main(names: list[str]) -> None:
    """Measure everything, or what is named on the command line."""
    size = SHORT if os.environ.get("BENCH_SIZE") == "short" else FULL
    wanted = names or list(MEASURES)
    report = Report()
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    began = time.monotonic()
    try:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("", total=len(wanted))
            for name in wanted:
                progress.update(task, description=f"measuring {name}")
                report.note_load(name)
                MEASURES[name](size, report)
                progress.advance(task)
            progress.update(task, description="measured")
    finally:
        report.show(console)
    console.print(f"{time.monotonic() - began:.0f} s in all")
    if not names:
        report.save(ROOT / "var" / "bench.json")
        console.print("Written to var/bench.json")


if __name__ == "__main__":
    main(sys.argv[1:])
