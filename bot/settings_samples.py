"""How values of a settings file are shown in a sentence about it: briefly, and without a secret."""

import json
import re
import unicodedata
from typing import Any, Final
from urllib.parse import unquote

SAMPLE_LENGTH: Final = 40
SCHEMES: Final = frozenset(
    {
        *("http", "htp", "htttp", "hhtp", "ttp", "https", "htps", "htttps", "hhtps", "ttps"),
        *("ws", "wss", "ftp", "sip", "sips", "tel"),
    }
)
"""And slips of the first two; any other word may be a secret."""
HOST: Final = re.compile(r"[\w.-]+(?::[0-9]{1,5}(?=/|$))?")
"""And its port; whatever else follows may be a secret."""


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

    Without a scheme that is known nothing is shown: a key may look like a host, or like a scheme.
    """
    scheme, mark, rest = address.partition("://")
    if not mark or scheme.lower() not in SCHEMES:
        return "…"
    found = HOST.match(rest)
    host = found[0] if found and not _has_at(rest) else ""
    return address if host and rest.rstrip("/") == host else f"{scheme}{mark}{host}…"


def _has_at(text: str) -> bool:
    """Whether there is an @, be it of full width or written as ``%40``, even twice over."""
    return "@" in unicodedata.normalize("NFKC", unquote(unquote(text)))
