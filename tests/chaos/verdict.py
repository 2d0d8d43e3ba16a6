"""How a property stands."""

from dataclasses import dataclass

SHOWN = 8
BROKEN = "  BROKEN"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One property. ``details`` name what broke it."""

    name: str
    figures: str
    holds: bool
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.figures}{'' if self.holds else BROKEN}"]
        return "\n".join([*lines, *(f"       {detail}" for detail in self.details[:SHOWN])])
