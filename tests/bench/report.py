"""What a run found: figures by name, what could not be measured and why, and a table of it."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure shall reach: at least or at most ``value``."""

    value: float
    at_least: bool = False

    def is_met(self, figure: float) -> bool:
        return figure >= self.value if self.at_least else figure <= self.value

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.value:g}"


AIMS = {
    "ack_p99_ms": Aim(25),
    "drain_100k_seconds": Aim(50),
    "evaluate_per_second": Aim(2000, at_least=True),
    "event_to_slack_p50_ms": Aim(5),
    "event_to_slack_p99_ms": Aim(25),
    "history_growth_ratio": Aim(1.5),
    "idle_rss_mb": Aim(100),
    "intake_postgresql_ratio": Aim(0.5, at_least=True),
    "intake_sqlite_ratio": Aim(0.65, at_least=True),
    "intake_syncs_before_2xx": Aim(1, at_least=True),
    "start_to_first_2xx_seconds": Aim(1.2),
}


@dataclass
class Report:
    """``None`` stands for a figure that could not be had; ``notes`` says why."""

    figures: dict[str, float | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def add(self, **figures: float | None) -> None:
        """Keep figures, rounded to what they can be trusted to."""
        for name, figure in figures.items():
            self.figures[name] = None if figure is None else float(f"{figure:.4g}")

    def note_load(self, name: str) -> None:
        """Keep how busy the machine is before ``name`` is measured: that is somebody else's."""
        self.loads.append(f"{name} {os.getloadavg()[0]:.1f}")

    def show(self, console: Console) -> None:
        """A table of everything, with the aims."""
        table = Table("Figure", "Measured", "Aim", "")
        for name, figure in sorted(self.figures.items()):
            aim = AIMS.get(name)
            verdict = "" if aim is None or figure is None else _verdict(aim, figure)
            shown = "not measured" if figure is None else f"{figure:g}"
            table.add_row(name, shown, str(aim) if aim else "", verdict)
        console.print(table)
        for note in self.notes:
            console.print(f"- {note}", soft_wrap=True)
        load = ", ".join(self.loads)
        console.print(f"- load of {os.cpu_count()} cores before each: {load}", soft_wrap=True)

    def save(self, path: Path) -> None:
        """One JSON object of name to number."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.figures, indent=1, sort_keys=True) + "\n")


def _verdict(aim: Aim, figure: float) -> str:
    return "[green]reached[/]" if aim.is_met(figure) else "[red]missed[/]"
