"""Values typed as ``key=value``: read by an operation's annotations, shown without secrets."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from inspect import Parameter
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import JsonValue, TypeAdapter

from bot.adapters.operations import Operation
from bot.adapters.secret_names import names_secret, shows_as_name, values_of_secrets
from bot.redaction import BLANK

BESIDE_A_NAME: Final = "the secret that a member beside it names"
TRUTH: Final = {
    **dict.fromkeys(("yes", "true", "on", "y", "1"), True),
    **dict.fromkeys(("no", "false", "off", "n", "0"), False),
}
_DOCUMENT: Final = TypeAdapter(dict[str, JsonValue])


class Misused(Exception):
    """The operation was asked for wrongly. ``problems`` holds one sentence per mistake."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ValueError("not a whole number")
    return int(text)


def _truth(text: str) -> bool:
    try:
        return TRUTH[text.strip().lower()]
    except KeyError:
        raise ValueError("neither yes nor no") from None


def _several(text: str) -> list[str]:
    """``a,b``; an empty text is an empty list."""
    items = [item.strip() for item in text.split(",")] if text else []
    if not all(items):
        raise ValueError("an empty item")
    return items


def _document(text: str) -> dict[str, JsonValue]:
    """Raises ``ValueError`` for what Python reads and JSON cannot carry: NaN, half characters."""
    document = _DOCUMENT.validate_json(text, strict=True)
    json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    return document


@dataclass(frozen=True, slots=True)
class Kind:
    """``word`` stands for it in lists; ``expected`` ends "expected"; ``read`` raises ValueError."""

    word: str
    expected: str
    read: Callable[[str], Any]


KINDS: Final[Mapping[type, Kind]] = {
    bool: Kind("YES|NO", "yes or no", _truth),
    date: Kind("YYYY-MM-DD", "a day such as 2026-11-20", date.fromisoformat),
    dict: Kind(
        "JSON",
        'a JSON object such as {"name": "value"}, with finite numbers and whole characters',
        _document,
    ),
    int: Kind("NUMBER", "a whole number", _whole),
    list: Kind("A,B,...", "values with commas between them", _several),
    str: Kind("TEXT", "text", str),
}


def kind_of(parameter: Parameter) -> Kind:
    """How the values of a parameter are read. Raises ``KeyError`` for an unknown annotation."""
    bare = [one for one in _alternatives(parameter.annotation) if one is not NoneType]
    (only,) = bare
    return KINDS[get_origin(only) or only]


def usage(parameter: Parameter) -> str:
    """``source=TEXT``, in brackets where it may be left out."""
    text = f"{parameter.name}={kind_of(parameter).word}"
    return text if parameter.default is Parameter.empty else f"[{text}]"


def read_arguments(name: str, operation: Operation, words: Sequence[str]) -> dict[str, Any]:
    """What the words ``key=value`` mean to an operation. Raises ``Misused`` with every mistake."""
    known = {parameter.name: parameter for parameter in operation.parameters}
    pairs = [tuple(word.partition("=")[::2]) for word in words if "=" in word]
    problems = [f"{word} is not of the form key=value." for word in words if "=" not in word]
    counts = Counter(key for key, _ in pairs)
    problems += [f"{key} is given {count} times." for key, count in counts.items() if count > 1]
    problems += [_unknown(name, key, known) for key in counts if key not in known]
    problems += [
        f"{name} needs {usage(parameter)}."
        for parameter in known.values()
        if parameter.default is Parameter.empty and parameter.name not in counts
    ]
    values = {}
    for key, text in pairs:
        try:
            values[key] = _value(known[key], text) if key in known else None
        except ValueError:
            # The value is not repeated: it may be a secret.
            problems.append(f"{key}: expected {kind_of(known[key]).expected}.")
    if problems:
        raise Misused(problems)
    return values


def smells(name: str) -> bool:
    """Whether what goes by that name may be a secret."""
    return "auth" in name.lower() or names_secret(name)


def secrets_in(value: Any, name: str = "") -> Iterator[str]:
    """Every value, at whatever depth, whose name smells of a secret, or stands beside one's."""
    if isinstance(value, Mapping):
        for _, inner, inner_name in _named(value, name):
            yield from secrets_in(inner, inner_name)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from secrets_in(item, name)
    elif smells(name) and value is not None and not isinstance(value, bool):
        yield str(value)


def show(name: str, value: Any) -> str:
    """``name=value`` for people to read; a secret is ``•••``."""
    return f"{name}={_text(without_secrets(value, name))}"


def without_secrets(value: Any, name: str = "") -> Any:
    """``value`` with ``•••`` for whatever ``secrets_in`` finds in it."""
    if isinstance(value, Mapping):
        return {
            key: without_secrets(inner, inner_name)
            for key, inner, inner_name in _named(value, name)
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(item, name) for item in value]
    kept = value is None or isinstance(value, bool) or not smells(name)
    return value if kept else BLANK


def _named(value: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any, str]]:
    """Every member, with the name that tells whether it is a secret."""
    beside = values_of_secrets(value)
    for key, inner in value.items():
        if smells(name):
            yield key, inner, name
        elif key in beside:
            yield key, inner, BESIDE_A_NAME
        else:
            yield key, inner, "" if shows_as_name(key, value) else key


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    unions = (UnionType, Union)
    return get_args(annotation) if get_origin(annotation) in unions else (annotation,)


def _value(parameter: Parameter, text: str) -> Any:
    if not text and NoneType in _alternatives(parameter.annotation):
        return None
    return kind_of(parameter).read(text)


def _unknown(operation: str, key: str, known: Mapping[str, Parameter]) -> str:
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    if near:
        return f"{operation} has no parameter {key}. Did you mean {near[0]}?"
    listed = ", ".join(known) if known else "it takes none"
    return f"{operation} has no parameter {key}: {listed}."


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ",".join(map(str, value))
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
