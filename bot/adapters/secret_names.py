"""Which names and texts speak of secrets, and which values belong to a secret that is named.

Words count whole, so that Turkey is no key, and shipping has no pin in it. Only words that are
part of no others, such as ``password``, count wherever they stand. The more surely something is a
name, the more words count: fewest ``IN_TEXT``, more ``IN_LABEL``, which is nothing but a name, and
most ``IN_NAME``, that of a member.
"""

import re
from collections.abc import Mapping
from typing import Final

LONGEST_LABEL: Final = 60
WORD: Final = re.compile(r"[^\W_]+")
HUMP: Final = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)"
)
"""Where a word such as ``sshKey2`` falls into several."""

ANYWHERE: Final = re.compile(
    r"passw|passphrase|passcode|passkey|mot[\W_]*de[\W_]*passe|pwd|secret(?!ar[yi])|token|credential",
    re.IGNORECASE,
)
OF_WHAT: Final = (
    "3cx|access|account|admin|api|app|auth|backup|client|conf|conference|crypt|cx|db|dect|device|"
    "door|enc|encryption|ext|extension|file|ftp|host|http|ldap|licen[cs]e|lic|lock|login|mail|master|"
    "mod|my|new|old|openssh|pbx|pem|pgp|gpg|phone|priv|private|prov|provisioning|pub|public|root|"
    "rsa|sec|server|session|shared|sign|signing|sip|sms|smtp|snmp|ssh|ssl|sym|tls|trunk|user|usr|"
    "vm|voice|voicemail|vpn|web|wifi|wpa|www"
)
"""Words before ``key`` and ``pin`` that may be written together with them, as in ``sshkey``."""
QUALIFIER: Final = re.compile(f"(?:{OF_WHAT})+")
IN_TEXT: Final = re.compile(
    f"(?:{OF_WHAT})*key(?:code|data|file|hash|id|material|pair|path|phrase|ring|store|string|tab|"
    "text|value)?"
    f"|(?:{OF_WHAT})*pin(?:code|hash|no|nr|num|number|value)?"
    r"|(?!(?:by|com|encom|over|sur|tres|under)pass$)[^\W_]*pass(?:code|conf|hash|md|wd)?"
)
IN_LABEL: Final = re.compile(f"{IN_TEXT.pattern}|(?:{OF_WHAT})*(?:key|pin)s|[^\\W_]*passes")
IN_NAME: Final = re.compile(
    f"{IN_LABEL.pattern}|(?!(?:don|hoc|joc|mon|tur|whis)key$|spin$)[^\\W_]*(?:key|pin)s?"
)
"""A member may be called whatever a vendor likes: ``productkey``, ``roompin``."""
KEY_ACCOUNT: Final = re.compile(
    r"(?:^|(?<=\bfor )|(?<=\bour )|(?<=\bof )|(?<=\band )|(?<=\bis_))"
    r"[Kk]ey[ _-]?(?:[Aa]ccount|[Cc]ustomer|[Cc]ontact|[Ff]igure|[Pp]erson|[Ww]est|[Ll]argo)s?"
    r"(?![a-z])"
)
"""Here "key" means important, or the first half of a town."""
BESIDES: Final = re.compile(r"bearer|-----BEGIN", re.IGNORECASE)

IDENTIFIER: Final = re.compile(r"[A-Za-z]+\d?(?:[_.][A-Za-z]+\d?){0,5}")
CODE: Final = re.compile(r"[A-Za-z]+(?:[_. ][A-Za-z]+){0,5}|\+?\d{1,3}")
UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
NAMER: Final = re.compile(
    "attributes?|columns?|fields?|key|member|option|param|parameter|path|property|properties|"
    "setting|variable"
)
BESIDE_NAMER: Final = re.compile(f"{NAMER.pattern}|changed|modified|names?|keys")
LABELS: Final = frozenset({"label", "name", "title"})
"""What people name things by. A person may be called Key, so these say less than a ``NAMER``."""
OF_VALUES: Final = re.compile(
    "after|before|content|current|data|default|from|is|new|old|original|prev|previous|result|text|"
    "to|val|values?|was"
)
BESIDE_A_KEY: Final = frozenset({"new", "new_value", "old", "old_value", "val", "value"})
OF_TIMES: Final = frozenset({"at", "date", "day", "on", "time", "timestamp", "when"})
OF_DEEDS: Final = frozenset({"action", "event", "op", "type", "user"})
"""Last words of members that say who did what, not what the value was."""


def names_secret(name: str) -> bool:
    """Whether a member of that name may hold a secret."""
    return _speaks(name, IN_NAME)


def mentions_secret(text: str) -> bool:
    """Whether a text may hold a secret, because it talks about one."""
    return BESIDES.search(text) is not None or _speaks(text, IN_TEXT)


def shows_as_name(name: str, data: Mapping[str, object]) -> bool:
    """Whether the member ``name`` of ``data`` is a name that may be shown, secret as it sounds.

    That is ``web_password`` under ``field``, and ``ES`` of ``{"key": "ES", "value": "Spain"}``.
    """
    text = data.get(name)
    if not isinstance(text, str) or not _gives_name(name):
        return False
    is_pair = any(other.lower() in BESIDE_A_KEY for other in data)
    return _is_label(text) or (names_secret(name) and is_pair and _is_code(text))


def values_of_secrets(data: Mapping[str, object]) -> frozenset[str]:
    """The members of ``data`` whose values belong to a secret that another member names."""
    named = [text for name in data if _is_namer(name) for text in _names_in(data[name])]
    labels = [text for name in data if name.lower() in LABELS for text in _names_in(data[name])]
    certain = any(map(mentions_secret, named)) or any(map(_is_certain, labels))
    if not certain and not any(map(mentions_secret, labels)):
        return frozenset()
    return frozenset(
        name
        for name, value in data.items()
        if not _stays(name, value) and (certain or any(map(OF_VALUES.fullmatch, _words(name))))
    )


def _speaks(text: str, secret: re.Pattern[str]) -> bool:
    """Whether a word, whole or one of its humps, is a ``secret`` one."""
    rest = KEY_ACCOUNT.sub(" ", text)
    if ANYWHERE.search(rest):
        return True
    words = [*map(str.lower, WORD.findall(rest)), *_words(rest)]
    return any(map(secret.fullmatch, words))


def _words(name: str) -> list[str]:
    return [hump.lower() for word in WORD.findall(name) for hump in HUMP.split(word)]


def _gives_name(name: str) -> bool:
    return _is_namer(name) or name.lower() in LABELS


def _is_namer(name: str) -> bool:
    words = _words(name)
    return any(map(NAMER.fullmatch, words)) and all(map(BESIDE_NAMER.fullmatch, words))


def _is_label(text: str) -> bool:
    """``web_password``, ``sshKey``, "Web password": a name and nothing more."""
    words = _words(text)
    if not words or len(text) > LONGEST_LABEL or not _speaks(words[-1], IN_LABEL):
        return False
    known = all(QUALIFIER.fullmatch(word) or _speaks(word, IN_LABEL) for word in words[:-1])
    return known or IDENTIFIER.fullmatch(text) is not None


def _is_certain(text: str) -> bool:
    """A label that is hardly the name of a person or a place."""
    return _is_label(text) and (len(_words(text)) > 1 or ANYWHERE.search(text) is not None)


def _is_code(text: str) -> bool:
    """``ES``, ``Spain``, ``+33``: too short, or too much of a word, to be a secret itself."""
    in_capitals = text.isupper() and len(text) > len("ABCD") and "_" not in text
    fits = len(text) <= LONGEST_LABEL and CODE.fullmatch(text) is not None
    return fits and not in_capitals and not mentions_secret(text)


def _names_in(value: object) -> list[str]:
    """The names that a member gives: one, a list of them, or what has a name of its own."""
    match value:
        case str():
            return [value]
        case list():
            return [item for item in value if isinstance(item, str)]
        case Mapping():
            inner = [value[name] for name in value if _gives_name(name)]
            return [text for text in inner if isinstance(text, str)]
    return []


def _stays(name: str, value: object) -> bool:
    """Whether a member beside a secret's name is harmless: an id, a time, who did it, a name."""
    if value is None or isinstance(value, bool) or _gives_name(name):
        return True
    words = _words(name)
    match words[-1:]:
        case ["id"]:
            return _is_id(value)
        case [last] if last in OF_TIMES:
            return isinstance(value, str) and MOMENT.fullmatch(value) is not None
        case [last]:
            return last in OF_DEEDS or words == ["user", "name"]
    return False


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return value.isdecimal() or UUID.fullmatch(value) is not None
    return isinstance(value, int)
