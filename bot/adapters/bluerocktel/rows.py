"""Rows whose members no document names: calls, call logs, audits, origins, helper lists.

Only members on a list of plausible names are kept, nothing whose name smells of a secret, and
no text that talks about one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

SECRET_NAME = re.compile(r"pass|pwd|key|token|secret|pin|credential", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"pass(word|phrase)?\b|pwd|\w*key\b|token|secret|\bpin\b|credential|bearer|-----BEGIN",
    re.IGNORECASE,
)
WITHHELD = "(withheld)"
LONGEST_TEXT = 500
DEEPEST = 4

COMMON = frozenset({"id", "created_at", "updated_at", "customer_id", "customer_file_id", "host_id"})
HOST = frozenset({"pbx3cx_id", "pbx3cx_host_id", "pbx3cx_hosts_id"})
CALL_FIELDS = COMMON | HOST | {
    "call_id", "user_id", "contact_id", "ticket_id", "direction", "type", "status", "answered",
    "subject", "number_from", "number_to", "from", "to", "caller", "callee", "caller_number",
    "caller_name", "did", "extension", "queue", "answered_by", "reason", "duration", "talk_time",
    "started_at", "answered_at", "ended_at", "start_time", "end_time",
}  # fmt: skip
DETAIL_FIELDS = CALL_FIELDS | {
    "call_log_id", "pbx3cx_call_log_id", "details", "segments", "participants", "name", "number",
    "position",
}  # fmt: skip
AUDIT_FIELDS = COMMON | HOST | {
    "user_id", "user", "user_name", "name", "event", "action", "type", "auditable_type",
    "auditable_id", "subject", "description", "message", "status",
}  # fmt: skip
CHOICE_FIELDS = COMMON | HOST | {
    "name", "label", "title", "code", "iso", "iso2", "iso3", "country", "prefix", "dial_code",
    "number", "did", "type", "value", "description", "open", "enabled", "active",
}  # fmt: skip
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
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return str(value)
        return None


def read_row(data: object, allowed: frozenset[str]) -> Row | None:
    """A row that must have a number of its own; ``None`` when ``data`` is none."""
    if not isinstance(data, Mapping):
        return None
    number = _number(data.get("id"))
    return None if number is None else Row(number, _kept(data, allowed, 0))


def read_choice(data: object) -> Row | None:
    """A row of a list of choices: a mapping, or a bare name or number."""
    if isinstance(data, str | int) and not isinstance(data, bool):
        return Row(None, {"name": _value(data, CHOICE_FIELDS, 0)})
    if not isinstance(data, Mapping):
        return None
    fields = _kept(data, CHOICE_FIELDS, 0)
    return Row(_number(data.get("id")), fields) if fields else None


def smells(name: str) -> bool:
    """Whether a member of that name may hold a secret."""
    return SECRET_NAME.search(name) is not None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kept(data: Mapping[str, object], allowed: frozenset[str], depth: int) -> dict[str, Plain]:
    kept = {
        name: _value(value, allowed, depth + 1)
        for name, value in data.items()
        if name in allowed and not smells(name)
    }
    changed = _changed(data)
    return {**kept, "changed": changed} if changed else kept


def _changed(data: Mapping[str, object]) -> list[Plain]:
    halves = [half for name in CHANGES if isinstance(half := data.get(name), Mapping)]
    return [*sorted({str(name)[:60] for half in halves for name in half})]


def _value(value: object, allowed: frozenset[str], depth: int) -> Plain:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return WITHHELD if SECRET_TEXT.search(value) else value[:LONGEST_TEXT]
        case Mapping() if depth < DEEPEST:
            return _kept(value, allowed, depth)
        case list() if depth < DEEPEST:
            return [_value(item, allowed, depth + 1) for item in value]
        case _:
            return None
