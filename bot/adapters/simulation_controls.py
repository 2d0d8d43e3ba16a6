"""What can be done to a simulator from outside: let something happen, change a habit.

A happening is over when it is done; a habit stays until it is changed again. Both are tables by
name, one module ``simulated_control.py`` per vendor.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

OFF_ON: Final[Mapping[str, object]] = MappingProxyType({"off": False, "on": True})
MOST_OUTCOMES: Final = 50


class Impossible(Exception):
    """It cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Happening:
    """``act`` gets the texts of ``fields`` (names with what they are if left alone) by keyword.

    It may be a coroutine function. What it returns as a text is told on the page. For wrong texts
    it raises ``ArithmeticError``, ``LookupError`` or ``ValueError``.
    """

    label: str
    act: Callable[..., object]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Habit:
    """An attribute of ``owner``, and the values that it may have, by name."""

    label: str
    owner: object
    attribute: str
    values: Mapping[str, Any] = field(default_factory=lambda: OFF_ON)

    @property
    def value(self) -> str:
        """The name of the value now; a value that only tests set is told as it is."""
        now = getattr(self.owner, self.attribute)
        return next((name for name, value in self.values.items() if value == now), str(now))


@dataclass(frozen=True, slots=True)
class Controls:
    """``outcomes`` holds what became of the latest happenings, the newest last."""

    title: str
    happenings: Mapping[str, Happening]
    habits: Mapping[str, Habit]
    outcomes: list[str] = field(default_factory=list)

    async def happen(self, name: str, given: Mapping[str, str]) -> None:
        """Let ``name`` happen. Raises ``KeyError`` for an unknown name and ``Impossible``."""
        happening = self.happenings[name]
        if strange := sorted(set(given) - set(happening.fields)):
            raise Impossible(f"{name} has no field {strange[0]}")
        try:
            told = happening.act(**{**happening.fields, **given})
            if inspect.isawaitable(told):
                told = await told
        except (ArithmeticError, LookupError, ValueError) as error:
            raise Impossible(f"{name} cannot happen that way: {error}") from error
        self.outcomes.append(f"{name}: {told}" if isinstance(told, str) else name)
        del self.outcomes[:-MOST_OUTCOMES]

    def change(self, name: str, value: str) -> None:
        """Change a habit. Raises ``KeyError`` for an unknown name and ``Impossible``."""
        habit = self.habits[name]
        if value not in habit.values:
            raise Impossible(f"{name} is one of: {', '.join(habit.values)}")
        setattr(habit.owner, habit.attribute, habit.values[value])

    def told(self) -> dict[str, object]:
        """Everything there is to know, for JSON."""
        return {
            "title": self.title,
            "happenings": {
                name: {"label": each.label, "fields": dict(each.fields)}
                for name, each in self.happenings.items()
            },
            "habits": {
                name: {"label": each.label, "value": each.value, "values": list(each.values)}
                for name, each in self.habits.items()
            },
            "outcomes": list(self.outcomes),
        }
