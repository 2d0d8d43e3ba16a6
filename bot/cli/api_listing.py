"""What ``ringback api`` lists: every operation in a line that can be typed."""

import re
from collections.abc import Iterator
from typing import Final

from bot.adapters import VENDORS
from bot.adapters.operations import Operation
from bot.cli.api_answers import is_sound
from bot.cli.api_values import usage

BARE_NAME: Final = re.compile(r"[\w.=%-]+")


def every_operation() -> Iterator[str]:
    """One line for each operation of each vendor."""
    for vendor in sorted(VENDORS):
        operations = VENDORS[vendor].operations
        yield from (
            f"{vendor} {operation_line(name, operations[name])}" for name in sorted(operations)
        )


def operation_line(name: str, operation: Operation) -> str:
    """The operation as it is typed, with what it takes and what it does to the system."""
    quoted = name if BARE_NAME.fullmatch(name) else f'"{name}"'
    marks = ["(changes)"] if operation.changes else []
    marks += ["(sound: --out FILE)"] if is_sound(operation) else []
    return " ".join([quoted, *map(usage, operation.parameters), *marks])


def described(system: str, vendor: str) -> str:
    """The operations of a configured system, each with what it does."""
    operations = VENDORS[vendor].operations
    if not operations:
        return f"{system} ({VENDORS[vendor].title}) has no operations."
    return "\n".join(
        f"{operation_line(name, operations[name])}\n    {operations[name].summary}"
        for name in sorted(operations)
    )
