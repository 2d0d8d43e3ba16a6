"""Secrets in settings: found for everything that has to blank them, and checked unseen."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

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


def web_address(url: SecretStr | None) -> SecretStr | None:
    """Refuse what is not an HTTP address. Raises ``ValueError`` without the address."""
    if url is not None and urlsplit(url.get_secret_value()).scheme not in ("http", "https"):
        raise ValueError("expected a web address")
    return url
