"""How values of a settings file are shown in a sentence about it: briefly, and without a secret."""

import json
import re
from typing import Any, Final

SAMPLE_LENGTH: Final = 40
SCHEME: Final = re.compile(r"[A-Za-z]{1,8}")
HOST: Final = re.compile(r"[\w.-]+(?::[0-9]{1,5}(?=/|$))?")
"""And its port; whatever else follows may be a secret."""
DOMAIN: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]{1,5})?")
"""What can hardly be a key."""


def sample(value: Any) -> str:
    """``value`` as the file would spell it, on one line and shortened to 40 characters."""
    if isinstance(value, str):
        text = _place_of(value) if "://" in value else value
        short = text if len(text) <= SAMPLE_LENGTH else text[: SAMPLE_LENGTH - 1] + "…"
        return json.dumps(short, ensure_ascii=not short.isprintable())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**SAMPLE_LENGTH else "a huge number"
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else str(value)


def address_sample(value: Any) -> str:
    """The same of what should be an address, but may lack what makes it one."""
    return sample(_place_of(value) if isinstance(value, str) else value)


def _place_of(address: str) -> str:
    """Scheme and host, not even that where there is an @: keys stand behind, passwords before.

    Without a scheme only a name with a domain is shown: anything else may be a key.
    """
    scheme, mark, rest = address.partition("://")
    if not mark:
        rest = address
    elif not SCHEME.fullmatch(scheme):
        return "…"
    found = HOST.match(rest)
    host = found[0] if found and "@" not in rest else ""
    if not mark and not DOMAIN.fullmatch(host):
        host = ""
    return address if host and rest.rstrip("/") == host else f"{address.removesuffix(rest)}{host}…"
