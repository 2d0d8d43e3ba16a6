"""What an operation answered, as JSON or as a file of sound; secrets stay out of both."""

import inspect
import json
import math
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from bot.adapters.operations import Operation
from bot.cli.api_values import without_secrets
from bot.redaction import BLANK, Redactor
from bot.telephony.calls import Audio

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def is_sound(operation: Operation) -> bool:
    """Whether the answer is sound, which belongs into a file."""
    answer = inspect.signature(operation.call).return_annotation
    return any(kind in (Audio, bytes) for kind in (answer, *get_args(answer)))


def to_json(answer: object, redactor: Redactor) -> str:
    """Indented JSON. Values with a name that smells of a secret, and known secrets, are ``•••``."""
    blanked = _blanked(without_secrets(_plain(answer)), redactor)
    return printable(json.dumps(blanked, indent=2, ensure_ascii=False, allow_nan=False))


def printable(text: str) -> str:
    """``text`` with escapes for whatever could move a terminal's cursor or colours."""
    return "".join(
        character if character.isprintable() or character == "\n" else _escaped(character)
        for character in text
    )


def write_sound(path: Path, sound: Audio) -> dict[str, Json]:
    """Write a new file that only we can read; tells about it. Raises ``OSError``."""
    with open(path, "xb", opener=partial(os.open, mode=0o600)) as file:
        file.write(sound.content)
    return {
        "file": str(path),
        "content_type": sound.content_type,
        "filename": sound.filename,
        "bytes": len(sound.content),
    }


def _escaped(character: str) -> str:
    """As JSON escapes it; DEL, too, which Python's encoder lets through."""
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else json.dumps(character).strip('"')


def _plain(value: Any) -> Any:
    """The same in what JSON knows. Raises ``TypeError`` for anything else."""
    match value:
        case Enum():
            return _plain(value.value)
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case SecretStr():
            return BLANK
        case date():
            return value.isoformat()
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _blanked(value: Any, redactor: Redactor) -> Json:
    """Numbers are looked at, too: a secret may be all digits."""
    match value:
        case dict():
            return {redactor.blank(key): _blanked(inner, redactor) for key, inner in value.items()}
        case list():
            return [_blanked(item, redactor) for item in value]
        case str():
            return redactor.blank(value)
        case int() | float() if not isinstance(value, bool):
            return value if redactor.blank(str(value)) == str(value) else BLANK
        case _:
            assert value is None or isinstance(value, bool)
            return value
