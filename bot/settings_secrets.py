"""Secrets in settings, found for everything that has to blank them."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr


def secrets_in(value: Any) -> Iterator[str]:
    """Every ``SecretStr`` inside models, tables and lists, as plain text."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from secrets_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from secrets_in(item)


def has_line_break(secret: str) -> bool:
    """Whether ``secret`` is more than one line, such as a file with something below it."""
    return "\n" in secret or "\r" in secret
