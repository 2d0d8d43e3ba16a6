"""Rows whose members no document names: calls, call logs, audits, origins, helper lists.

Every member is kept, since nobody knows which ones there are: but nothing whose name smells of a
secret, no text that talks about one, and no value of one that a member beside it names. Names
and texts are judged and kept as they are legible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.adapters.bluerocktel.texts import legible
from bot.adapters.secret_names import (
    mentions_secret,
    names_secret,
    shows_as_name,
    values_of_secrets,
)

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

WITHHELD = "(withheld)"
LONGEST_TEXT = 500
LONGEST_NAME = 60
DEEPEST = 4

CHANGES = ("old_values", "new_values")
"""Members of an audit that hold what a row was and is now: of these only the names are kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``row_id`` is ``None`` for lists of choices, which may have no numbers."""

    row_id: int | None
    fields: dict[str, Plain] = field(default_factory=dict)

    def text(self, *names: str) -> str | None:
        """The first of the members ``names`` that says something, as text."""
        for name in names:
            value = self.fields.get(name)
            if value in ("", WITHHELD) or isinstance(value, bool):
                continue
            if isinstance(value, str | int):
                return str(value)
        return None


def read_row(data: object) -> Row | None:
    """A row that must have a number of its own; ``None`` when ``data`` is none."""
    if not isinstance(data, Mapping):
        return None
    number = _number(data.get("id"))
    return None if number is None else Row(number, _kept(data, 0))


def read_details(row_id: int, data: object) -> Row | None:
    """What was asked for by a number: one row, or the list of its parts."""
    match data:
        case Mapping():
            return Row(row_id, _kept(data, 0))
        case list() if all(isinstance(part, Mapping) for part in data):
            return Row(row_id, {"details": _value(data, 0)})
    return None


def read_choice(data: object) -> Row | None:
    """A row of a list of choices: a mapping, or a bare name or number."""
    if isinstance(data, str | int) and not isinstance(data, bool):
        return Row(None, {"name": _value(data, 0)})
    if not isinstance(data, Mapping):
        return None
    return Row(_number(data.get("id")), _kept(data, 0))


def secrets_in(value: object, hidden: bool = False) -> Iterator[str]:
    """Every text, at whatever depth, that is withheld because of its name, or of one beside it."""
    if isinstance(value, Mapping):
        beside = values_of_secrets(value)
        for name, inner in value.items():
            smells = names_secret(name) and not shows_as_name(name, value)
            yield from secrets_in(inner, hidden or smells or name in beside)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(inner, hidden)
    elif hidden and isinstance(value, str):
        yield value


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kept(row: Mapping[str, object], depth: int) -> dict[str, Plain]:
    data = {legible(name): _legible(value) for name, value in row.items()}
    beside = values_of_secrets(data)
    kept: dict[str, Plain] = {}
    for name, value in data.items():
        if isinstance(value, str) and shows_as_name(name, data):
            kept[name[:LONGEST_NAME]] = value
        elif name not in CHANGES and not names_secret(name):
            kept[name[:LONGEST_NAME]] = WITHHELD if name in beside else _value(value, depth + 1)
    changed = _changed(data)
    return {**kept, "changed": changed} if changed else kept


def _changed(data: Mapping[str, object]) -> list[Plain]:
    halves = [half for name in CHANGES if isinstance(half := data.get(name), Mapping)]
    return [*sorted({legible(str(name))[:LONGEST_NAME] for half in halves for name in half})]


def _legible(value: object) -> object:
    return legible(value) if isinstance(value, str) else value


def _value(value: object, depth: int) -> Plain:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            text = legible(value)
            return WITHHELD if mentions_secret(text) else text[:LONGEST_TEXT]
        case Mapping() if depth < DEEPEST:
            return _kept(value, depth)
        case list() if depth < DEEPEST:
            return [_value(item, depth + 1) for item in value]
        case _:
            return None
