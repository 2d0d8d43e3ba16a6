"""Which of the system's own words may be shown to people."""

import json
import re
from typing import Final

BAD_KEY: Final = "too bad... you mistaken"
"""How the one answer for a wrong key and a wrong tenant begins, in lower case."""

EMPTY_FORMS: Final = frozenset({"", "]", "null"})
"""How nothing is spelt; which of them comes depends on the operation."""

_LONGEST: Final = 120
_PLAIN: Final = re.compile(r"[\w .,:;'\u2019()/!?#+%&@-]+")
_SQL: Final = re.compile(
    r"\b(select\b.*\bfrom|insert\s+into|update\b.*\bset|delete\s+from|where|sql)\b", re.IGNORECASE
)
_TOKEN: Final = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])[\w-]{12,}")
_WORDLESS: Final = re.compile(r"[\W\d_]*|true|false", re.IGNORECASE)
_YES: Final = re.compile(
    r"\b(yes|ok|done|accepted|queued|added|removed|initiated|originated|placed|sent|started"
    r"|success\w*)\b",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"\b(no|not|cannot|\w+n't|un(able|known)|already|denied|invalid|must|only|required|rejected"
    r"|error|fail\w*|ko|never|nothing|none|nobody|zero|wrong|bad|incorrect|missing|too many)\b",
    re.IGNORECASE,
)
_ERROR_WORDS: Final = frozenset({"error", "failure", "failed", "ko"})


def mistaken_key(text: str) -> bool:
    """Whether ``text`` is the answer to a wrong key, a missing tenant or an unknown one."""
    return text.strip().lower().startswith(BAD_KEY)


def sentence_in(text: str) -> str:
    """What ``text`` says: itself, or the ``error`` of a JSON object that has one."""
    try:
        value = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        return text
    said = error_of(value)
    return said if isinstance(said, str) else text


def error_of(value: object) -> object:
    """What a JSON value says is wrong; ``None`` when it says nothing of the kind."""
    if not isinstance(value, dict):
        return None
    return next((said for name, said in value.items() if name.lower() == "error" and said), None)


def may_mean_yes(text: str) -> bool:
    """Whether the answer to a change has a yes in it and no "no", like Asterisk's "Originate
    successfully queued"."""
    return _YES.search(text) is not None and _NO.search(text) is None


def readable_reason(text: str, secret: str) -> str | None:
    """The reason for a refusal in ``text``, or ``None`` when it is not fit to be shown.

    Fit is one short line of plain words: no markup, no JSON, no SQL, nothing that looks like a
    key, no bare true or false, which is no reason and may mean a yes. A line of fields such as
    ``Error|Originate failed||`` gives its first field with words.
    """
    fields = [field.strip() for field in text.strip().split("|") if field.strip()]
    if len(fields) > 1 and fields[0].lower() in _ERROR_WORDS:
        fields = fields[1:]
    if not fields:
        return None
    reason = fields[0].rstrip(".")
    if len(reason) > _LONGEST or secret in reason or not _PLAIN.fullmatch(reason):
        return None
    if _SQL.search(reason) or _TOKEN.search(reason) or _WORDLESS.fullmatch(reason):
        return None
    return reason
