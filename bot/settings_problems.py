"""Puts what is wrong with a settings file into plain words, without showing a secret."""

import difflib
import re
import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import AnyUrl, BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.settings_samples import SAMPLE_LENGTH, address_sample, sample
from bot.settings_values import UNFIT, Expected

ABSENT = object()
KeyPath = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LISTS = (tuple, list, set, frozenset, Sequence)
_UNIONS = (Union, types.UnionType)
_WORDS: Mapping[Any, str] = {
    SecretStr: 'text, "env:NAME" or "file:PATH"',
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    datetime: "a date and time",
    date: "a date such as 2026-11-20",
    time: "a time of day such as 09:00",
    IPv4Network: "a network such as 192.0.2.0/24",
    IPv6Network: "a network such as 2001:db8::/32",
    IPv4Address: "an address such as 192.0.2.1",
    IPv6Address: "an address such as 2001:db8::1",
}


@dataclass(slots=True)
class Problems:
    """The mistakes noted so far, one line each; only the first one per place counts."""

    lines: list[str] = field(default_factory=list)
    _places: set[KeyPath] = field(default_factory=set)

    def add(self, path: KeyPath, text: str) -> None:
        """Note ``text``, unless ``path`` or a table around it is already known to be wrong."""
        if any(path[:length] in self._places for length in range(1, len(path) + 1)):
            return
        self._places.add(path)
        self.lines.append(f"{spelled(path)}: {' '.join(text.split())}")


@dataclass(frozen=True, slots=True)
class _Place:
    """One value of the file: where it is, what it is, and what the model wants there."""

    path: KeyPath
    value: Any
    annotation: Any
    metadata: Collection[Any] = ()


def spelled(path: KeyPath) -> str:
    """``path`` as people write it: ``routes[1].quiet_hours``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{_key(step)}"
    return text.removeprefix(".")


def note_errors(
    error: ValidationError,
    model: type[BaseModel],
    raw: dict[str, Any],
    path: KeyPath,
    outside: Collection[KeyPath],
    problems: Problems,
) -> None:
    """Add what ``model`` said against ``raw``, the table at ``path``.

    Values at the paths in ``outside`` came from the environment or another file: never shown.
    """
    for detail in error.errors(include_url=False):
        place = _find(_Place(path, raw, model), detail["loc"])
        if detail["type"] == "extra_forbidden":
            key = str(detail["loc"][-1])
            problems.add((*place.path, key), _unknown_key(key, place.annotation))
        else:
            problems.add(place.path, _explained(detail, place, outside))


def unknown_name(name: str, known: Iterable[str]) -> str:
    """A hint after a misspelt ``name``: the nearest of the ``known`` names, or all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name[:SAMPLE_LENGTH], names, n=1)
    return f"did you mean {near[0]}?" if near else f"expected one of: {', '.join(names)}"


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else sample(key)


def _unknown_key(key: str, model: type[BaseModel]) -> str:
    names = [info.alias or name for name, info in model.model_fields.items()]
    return f"unknown key; {unknown_name(key, names)}"


def _explained(detail: ErrorDetails, place: _Place, outside: Collection[KeyPath]) -> str:
    wanted = f"expected {described(place.annotation, place.metadata)}"
    if detail["type"] == "missing":
        return f"missing; {wanted}"
    if detail["type"] == UNFIT:
        return detail["msg"]
    show = place.path not in outside and not _is_private(place.annotation)
    if detail["type"] == "value_error" and not _words_of(place.metadata):
        if _is_table(place):
            return _message(detail, place, outside)
        wanted = _message(detail, place, outside) if show else wanted
    if show or isinstance(place.value, (dict, list)):
        show_as = address_sample if _is_address(place.annotation) else sample
        return f"found {show_as(place.value)}; {wanted}"
    return f"empty; {wanted}" if place.value == "" else wanted


def _is_address(annotation: Any) -> bool:
    kinds = (annotation, *get_args(annotation))
    return any(isinstance(kind, type) and issubclass(kind, AnyUrl) for kind in kinds)


def _is_table(place: _Place) -> bool:
    return isinstance(place.value, dict) and _model_of(place.annotation) is not None


def _message(detail: ErrorDetails, place: _Place, outside: Collection[KeyPath]) -> str:
    """A validator's own sentence; it is not ours, so secrets of its table are blanked."""
    text = str(detail["ctx"]["error"])
    for secret in sorted(_secret_texts(place, outside), key=len, reverse=True):
        text = text.replace(secret, "•••") if secret else text
    return text


def _secret_texts(place: _Place, outside: Collection[KeyPath]) -> Iterator[str]:
    if isinstance(place.value, str):
        if place.path in outside or _is_private(place.annotation):
            yield place.value
        return
    steps = place.value if isinstance(place.value, dict) else range(len(_listed(place.value)))
    for step in steps:
        inner = _find(place, (step,))
        if inner is not place:
            yield from _secret_texts(inner, outside)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _find(place: _Place, location: Iterable[str | int]) -> _Place:
    """Follow ``location`` as far as both the file and the model have it."""
    for step in location:
        wanted = _inside(place.annotation, step)
        if wanted is None:
            return place
        if isinstance(step, str) and isinstance(place.value, dict):
            value = place.value.get(step, ABSENT)
        elif isinstance(step, int) and isinstance(place.value, list):
            value = place.value[step]
        else:
            return place
        place = _Place((*place.path, step), value, *_unwrapped(*wanted))
    return place


def _inside(annotation: Any, step: str | int) -> tuple[Any, Collection[Any]] | None:
    """What the type ``annotation`` wants at ``step``, or ``None`` if it has no such place."""
    model = _model_of(annotation)
    if model is not None:
        for name, info in model.model_fields.items():
            if step == (info.alias or name):
                return info.annotation, info.metadata
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(step, int) and origin in _LISTS:
        return arguments[0], ()
    if isinstance(step, str) and origin in (dict, Mapping):
        return arguments[1], ()
    return None


def _unwrapped(annotation: Any, metadata: Collection[Any]) -> tuple[Any, Collection[Any]]:
    """Take ``Annotated`` and ``| None`` off; what they carried joins the metadata."""
    if get_origin(annotation) is Annotated:
        inner, *carried = get_args(annotation)
        flat = [one for item in carried for one in _flat(item)]
        return _unwrapped(inner, (*metadata, *flat))
    members = _members(annotation)
    return _unwrapped(members[0], metadata) if len(members) == 1 else (annotation, metadata)


def _flat(item: Any) -> Collection[Any]:
    return item.metadata if isinstance(item, FieldInfo) else (item,)


def _members(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) not in _UNIONS:
        return ()
    return tuple(item for item in get_args(annotation) if item is not type(None))


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def _is_private(annotation: Any) -> bool:
    """Whether a value of this type is, or could hold, a secret."""
    model = _model_of(annotation)
    if model is not None:
        return any(_is_private(info.annotation) for info in model.model_fields.values())
    return annotation is SecretStr or any(
        _is_private(argument) for argument in get_args(annotation)
    )


def _words_of(metadata: Iterable[Any]) -> str:
    return next((item.words for item in metadata if isinstance(item, Expected)), "")


def described(annotation: Any, metadata: Collection[Any]) -> str:
    """What a field takes, in the words of somebody who writes the file."""
    annotation, metadata = _unwrapped(annotation, metadata)
    own = _words_of(metadata)
    if own:
        return own
    return ", ".join([_noun(annotation), *_limits(metadata)])


def _noun(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _WORDS:
        return _WORDS[annotation]
    if origin is Literal:
        return f"one of: {', '.join(str(item) for item in arguments)}"
    if origin in _UNIONS:
        return " or ".join(described(item, ()) for item in _members(annotation))
    if origin in _LISTS:
        return f"a list where each item is {described(arguments[0], ())}"
    if not isinstance(annotation, type):
        return "a table" if origin in (dict, Mapping) else "another value"
    if issubclass(annotation, Enum):
        return f"one of: {', '.join(str(item.value) for item in annotation)}"
    if issubclass(annotation, AnyUrl):
        return "a web address such as https://pbx.example.net"
    return "a table" if issubclass(annotation, BaseModel) else "another value"


def _limits(metadata: Iterable[Any]) -> Iterator[str]:
    for item in metadata:
        match item:
            case annotated_types.Ge(ge=limit):
                yield f"at least {limit}"
            case annotated_types.Gt(gt=limit):
                yield f"above {limit}"
            case annotated_types.Le(le=limit):
                yield f"at most {limit}"
            case annotated_types.Lt(lt=limit):
                yield f"below {limit}"
            case annotated_types.MinLen(min_length=length):
                yield "not empty" if length == 1 else f"with at least {length} of them"
            case annotated_types.MaxLen(max_length=length):
                yield f"no longer than {length}"
            case _ if getattr(item, "pattern", None):
                yield f"in the form {item.pattern}"
