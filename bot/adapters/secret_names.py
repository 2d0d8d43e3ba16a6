"""Which names and texts speak of secrets, and which values belong to a secret that is named.

Words count whole, so that Turkey is no key, and shipping has no pin in it. Only words that are
part of no others, such as ``password``, count wherever they stand.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

LONGEST_LABEL: Final = 60
WORD: Final = re.compile(r"[^\W_]+")
HUMP: Final = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)"
)
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
SECRET_WORD: Final = re.compile(
    f"(?:{OF_WHAT})*key(?:code|data|file|hash|id|material|pair|path|phrase|ring|store|string|tab|"
    "text|value)?"
    f"|(?:{OF_WHAT})*pin(?:code|hash|no|nr|num|number|value)?"
    r"|(?!(?:by|com|encom|over|sur|tres|under)pass$)[^\W_]*pass(?:code|conf|hash|md|wd)?"
)
PLURAL: Final = re.compile(f"(?:{OF_WHAT})*(?:key|pin)s|[^\\W_]*passes")
ENDS_LIKE_ONE: Final = re.compile(r"(?!(?:don|hoc|joc|mon|tur|whis)key$|spin$)[^\W_]*(?:key|pin)s?")
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
BESIDE_NAMER: Final = re.compile(f"(?:{NAMER.pattern})|changed|modified|names?|keys")
LABELS: Final = frozenset({"label", "name", "title"})
"""What people name things by. A person may be called Key, so these say less than a ``NAMER``."""
OF_VALUES: Final = re.compile(
    "after|before|content|current|data|default|from|is|new|old|original|prev|previous|result|text|"
    "to|val|values?|was"
)
BESIDE_A_KEY: Final = frozenset({"new", "new_value", "old", "old_value", "val", "value"})
OF_TIMES: Final = re.compile("at|date|day|on|time|timestamp|when")
OF_DEEDS: Final = re.compile("action|event|op|type|user")
"""Last words of members that say who did what, not what the value was."""


def names_secret(name: str) -> bool:
    """Whether a member of that name may hold a secret."""
    return _speaks(name, SECRET_WORD, PLURAL, ENDS_LIKE_ONE)


def mentions_secret(text: str) -> bool:
    """Whether a text may hold a secret, because it talks about one."""
    return BESIDES.search(text) is not None or _speaks(text, SECRET_WORD)


def shows_as_name(name: str, data: Mapping[str, object]) -> bool:
    """Whether the member ``name`` of ``data`` is a name that may be shown, secret as it sounds.

    That is ``web_password`` under ``field``, and ``ES`` of ``{"key": "ES", "value": "Spain"}``.
    """
    text = data.get(name)
    if not isinstance(text, str) or not (_is_namer(name) or name.lower() in LABELS):
        return False
    if _is_label(text):
        return True
    is_pair = any(other.lower() in BESIDE_A_KEY for other in data)
    in_capitals = text.isupper() and len(text) > len("ABCD") and "_" not in text
    is_code = CODE.fullmatch(text) is not None and not in_capitals
    return (
        names_secret(name)
        and is_pair
        and len(text) <= LONGEST_LABEL
        and is_code
        and not mentions_secret(text)
    )


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
        if not _stays(name, value) and (certain or _holds_a_value(name))
    )


def _speaks(text: str, *patterns: re.Pattern[str]) -> bool:
    rest = KEY_ACCOUNT.sub(" ", text)
    return ANYWHERE.search(rest) is not None or any(
        pattern.fullmatch(word) for word in _pieces(rest) for pattern in patterns
    )


def _pieces(text: str) -> Iterator[str]:
    """Every word in small letters, whole and in its humps."""
    for chunk in WORD.findall(text):
        yield chunk.lower()
        yield from (hump.lower() for hump in HUMP.split(chunk))


def _words(name: str) -> list[str]:
    return [hump.lower() for chunk in WORD.findall(name) for hump in HUMP.split(chunk)]


def _is_namer(name: str) -> bool:
    words = _words(name)
    return any(map(NAMER.fullmatch, words)) and all(map(BESIDE_NAMER.fullmatch, words))


def _is_label(text: str) -> bool:
    """``web_password``, ``sshKey``, "Web password": a name and nothing more."""
    words = _words(text)
    if not words or len(text) > LONGEST_LABEL or not _is_secret_word(words[-1]):
        return False
    known = all(QUALIFIER.fullmatch(word) or _is_secret_word(word) for word in words[:-1])
    return known or IDENTIFIER.fullmatch(text) is not None


def _is_secret_word(word: str) -> bool:
    return _speaks(word, SECRET_WORD, PLURAL)


def _is_certain(text: str) -> bool:
    """A label that is hardly the name of a person or a place."""
    return _is_label(text) and (len(_words(text)) > 1 or ANYWHERE.search(text) is not None)


def _names_in(value: object) -> list[str]:
    """The names that a member gives: one, a list of them, or what has a name of its own."""
    match value:
        case str():
            return [value]
        case list():
            return [item for item in value if isinstance(item, str)]
        case Mapping():
            inner = [value[name] for name in value if _is_namer(name) or name.lower() in LABELS]
            return [text for text in inner if isinstance(text, str)]
    return []


def _holds_a_value(name: str) -> bool:
    return any(map(OF_VALUES.fullmatch, _words(name)))


def _stays(name: str, value: object) -> bool:
    """Whether a member beside a secret's name is harmless: an id, a time, who did it, a name."""
    words = _words(name) or [""]
    if value is None or isinstance(value, bool) or _is_namer(name) or name.lower() in LABELS:
        return True
    if words[-1] == "id":
        return isinstance(value, int) or (
            isinstance(value, str) and (value.isdecimal() or UUID.fullmatch(value) is not None)
        )
    if OF_TIMES.fullmatch(words[-1]):
        return isinstance(value, str) and MOMENT.fullmatch(value) is not None
    return OF_DEEDS.fullmatch(words[-1]) is not None or words == ["user", "name"]
