"""Switches of a phone system: night mode, holiday mode and their like."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """``value`` is the system's own word for the present state, ``None`` when it has none."""

    switch_id: str
    name: str
    value: str | None = None


class Switches(Protocol):
    async def list_switches(self) -> list[Switch]:
        """Every switch with its present value."""

    async def set_switch(self, switch_id: str, value: str) -> Switch:
        """Set a switch and return how it stands afterwards. Sent once."""
