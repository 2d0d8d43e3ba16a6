"""The PBX's own reason for a refusal, where it is fit to be shown to people."""

import json
import re
from collections.abc import Iterable

MEMBERS = ("message", "error", "detail")
LONGEST = 120
"""Characters. Anything longer is no sentence for a chat message."""

_PLAIN = re.compile(r"[\w .,:;'()!?/+-]+")
_SQL = re.compile(
    r"\b(sql\w*|select\b.*\bfrom|insert\s+into|update\b.*\bset|delete\s+from)\b", re.IGNORECASE
)
_LONG_WORD = re.compile(r"\w{20,}")


def reason_in(content: bytes, secrets: Iterable[str] = ()) -> str | None:
    """The reason in an answer's body, or ``None`` where there is none that is safe to show.

    Errors have no documented body, so only short plain sentences are taken: no markup, no SQL,
    no single word, nothing that looks like a key, and none of ``secrets``.
    """
    text = _reason_member(content).strip()
    if not _is_plain(text) or any(secret in text for secret in secrets if secret):
        return None
    return text.rstrip(".")


def _reason_member(content: bytes) -> str:
    try:
        body = json.loads(content.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    found = (body.get(member) for member in MEMBERS)
    return next((text for text in found if isinstance(text, str)), "")


def _is_plain(text: str) -> bool:
    return (
        len(text) <= LONGEST
        and " " in text
        and _PLAIN.fullmatch(text) is not None
        and _SQL.search(text) is None
        and _LONG_WORD.search(text) is None
    )
