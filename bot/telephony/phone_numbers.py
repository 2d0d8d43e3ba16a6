"""Phone numbers: one spelling for comparing, another for reading, and which ones cost dearly.

``phonenumbers`` loads what it knows of a country when that is first asked for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import shortnumberinfo

from bot.telephony.spellings import (
    LONGEST_EXTENSION,
    TOLL_FREE,
    is_known,
    is_like_short,
    is_list_or_date,
    is_vanity,
    readable,
    visible,
)

WITHHELD = frozenset(
    {"", "-1", "anonymous", "restricted", "private", "unknown", "unavailable", "withheld"}
)
EXTENSION = re.compile(r"[0-9]{1,6}")
LONGEST_SHORT_CODE = 6
LONGEST_COUNTRY_CODE = 3
LINE_APART = re.compile(r"\(?[09]\)?[ .\-/()]*[ .\-/()][ .\-/()]*[0-9]")
"""An outside line's digit that stands by itself."""
VANITY = re.compile(
    rf"(?<![@\w])(?:{TOLL_FREE}[A-Za-z]|[0-9A-Za-z+*#().\-/]*[0-9])[0-9A-Za-z+*#().\-/]*"
)
IN_PARENTHESES = re.compile(r"\([0-9]{1,2}\)")
CODE = re.compile(r"[*#]{1,2}[0-9]{1,4}[*#]?")
OUTSIDE_LINE = ("0", "9")
"""What some systems want before a number that leaves the house."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number that somebody wants to be dialled.

    ``e164`` is ``None`` for an extension or a short code, and for national numbers of no known
    region; ``dial`` is what the system gets. ``abroad`` is the number of another country that it
    is if its first digit only opens an outside line.
    """

    dial: str
    e164: str | None
    abroad: str | None = None
    emergency: bool = False
    premium: bool = False

    @property
    def is_short(self) -> bool:
        """An extension or a code such as ``*97``: it stays within the phone system."""
        if self.e164 is not None or self.dial.startswith("+"):
            return False
        return len(_digits(self.dial)) <= LONGEST_SHORT_CODE


def shown_number(number: str | None) -> str | None:
    """What caller ID shows, ``None`` when that is only a word for a number that is withheld."""
    shown = (number or "").strip()
    word = shown.lower().strip("<>").removeprefix("sip:").partition("@")[0]
    return None if word in WITHHELD else shown


@lru_cache(maxsize=4096)
def to_e164(number: str | None, region: str) -> str | None:
    """The number as ``+33123456789``; ``None`` when it is withheld, internal or no number.

    ``region`` (such as ``FR``) explains national forms; empty means only ``+`` forms are read.
    """
    text = shown_number(number)
    if text is None or EXTENSION.fullmatch(text):
        return None
    if text.startswith("00") and not region:
        text = f"+{text[2:]}"
    for candidate in (text, f"+{text}"):
        try:
            parsed = phonenumbers.parse(candidate, region or None)
        except phonenumbers.NumberParseException:
            continue
        if _is_possible(parsed, text):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None


@lru_cache(maxsize=4096)
def for_reading(number: str | None, region: str) -> str:
    """The number as people of ``region`` write it: national at home, else international."""
    number = shown_number(number)
    if number is None:
        return "withheld"
    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    at_home = phonenumbers.region_code_for_number(parsed) == region
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


def read_number(text: str, region: str) -> Dialled | None:
    """What a person typed, as something to dial; ``None`` when it is no number at all.

    Takes national and international forms, ``tel:`` and Slack's own links, vanity letters,
    extensions and codes. Where the region is known, a number too long for it is none: trunks drop
    the digits they do not need, so it would get past whatever its beginning is checked for. For
    the same reason there is no number behind a code, nor behind an emergency number.
    """
    seen = readable(text)
    if seen is None:
        return None
    typed = phonenumbers.convert_alpha_characters_in_number(seen)
    digits = re.sub(r"[^0-9+*#]", "", typed)
    heard = _heard(digits, is_line_apart=LINE_APART.match(seen) is not None)
    if any(is_emergency(each, region) for each in (*heard, *_at_home(digits))):
        return Dialled(digits, None, emergency=True)
    if "+" in digits[1:] or (len(digits) > LONGEST_SHORT_CODE and is_list_or_date(seen)):
        return None
    if re.search(r"[*#]", digits):
        return Dialled(digits, None) if CODE.fullmatch(digits) else None
    e164 = to_e164(digits, region)
    if typed != seen and (e164 is None or not is_vanity(seen, [digits, *heard[1:]], region)):
        return None
    if e164 is None:
        return _within_or_unknown(seen, digits, region)
    if _is_behind_emergency((*heard, *_at_home(digits)), e164, region):
        return None
    behind = [] if digits.startswith("+") or is_known(digits, region) else heard[1:]
    return Dialled(
        _without_trunk_prefix(typed, digits, e164),
        e164,
        abroad=next(filter(None, (_abroad(each, region) for each in behind)), None),
        premium=any(_is_premium(each, region) for each in (digits, *heard)),
    )


def as_dialled(number: Dialled, region: str) -> str:
    """The number for reading, where that shows the very digits that are sent; else those."""
    if number.e164 is None:
        return number.dial
    reading = for_reading(number.e164, region)
    at_home = not reading.startswith("+")
    if number.dial.startswith("+") or (at_home and _digits(reading) == number.dial):
        return reading
    international = phonenumbers.format_number(
        phonenumbers.parse(number.e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    prefix = number.dial.removesuffix(_digits(international))
    has_prefix = prefix not in ("", number.dial)
    return international if has_prefix or (at_home and not prefix) else number.dial


def in_digits(text: str) -> str:
    """``text`` with vanity numbers such as 1-800-FLOWERS written in digits; other words stay."""

    def spelt(found: re.Match[str]) -> str:
        return phonenumbers.convert_alpha_characters_in_number(found.group())

    return VANITY.sub(spelt, visible(text))


def _is_possible(number: phonenumbers.PhoneNumber, text: str) -> bool:
    """Whether it has as many digits as a number. In North America nobody dials the 1 before a
    number without its area."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return reason == phonenumbers.ValidationResult.IS_POSSIBLE
    has_one = _digits(text) == f"1{phonenumbers.national_significant_number(number)}"
    return not has_one or phonenumbers.is_valid_number(number)


def _within_or_unknown(seen: str, digits: str, region: str) -> Dialled | None:
    """An extension, a short code, or what no region explains."""
    dialled = Dialled(digits, None, premium=_is_premium_code(digits, region))
    is_number = is_like_short(seen, digits, region) if dialled.is_short else not region
    return dialled if is_number else None


def _is_behind_emergency(heard: Iterable[str], e164: str, region: str) -> bool:
    """Whether an emergency number with more digits is no number that anybody has."""
    reaches_one = any(shortnumberinfo.connects_to_emergency_number(each, region) for each in heard)
    return reaches_one and not phonenumbers.is_valid_number(phonenumbers.parse(e164))


def _without_trunk_prefix(typed: str, digits: str, e164: str) -> str:
    """What is dialled at home alone goes, such as the zero in ``0044 (0)20``; else ``digits``.

    Without a plus it goes only where parentheses say that it is one, behind a country that has an
    international prefix: any other digit may be an outside line's, or belong to the number.
    """
    if digits.startswith("+"):
        return e164
    country = str(phonenumbers.parse(e164).country_code)
    for aside in IN_PARENTHESES.finditer(typed):
        before, after = _digits(typed[: aside.start()]), _digits(typed[aside.end() :])
        if before.endswith(country) and before != country and e164 == f"+{country}{after}":
            return before + after
    return digits


def _heard(digits: str, *, is_line_apart: bool) -> list[str]:
    """What a trunk may hear: all of it, or what stands behind a code or an outside line's digit.

    Such as 015 are extensions, unless the first digit stands apart.
    """
    plain = _digits(digits)
    if re.search(r"[*#]", digits):
        return [plain, *(plain[start:] for start in range(1, len(plain) - 2))]
    has_line = plain.startswith(OUTSIDE_LINE) and (len(plain) > 3 or is_line_apart)
    return [plain, plain[1:]] if has_line else [plain]


def _at_home(digits: str) -> list[str]:
    """What is left of an international number, for a trunk that takes its country for its own.

    At least three digits: shorter emergency numbers look like extensions with zeros in front.
    """
    plain = _digits(digits)
    if not digits.startswith("+") and not plain.startswith("00"):
        return []
    national = plain.removeprefix("00")
    heard = (national[start:].removeprefix("0") for start in range(LONGEST_COUNTRY_CODE + 1))
    return [each for each in heard if len(each) > 2]


def _abroad(number: str, region: str) -> str | None:
    """The number in E.164 where it begins as calls to other countries do, else ``None``; as it is
    where that is no country's."""
    of_none = number if number.startswith("00") else None
    try:
        parsed = phonenumbers.parse(number, region or None, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return of_none
    if parsed.country_code_source != phonenumbers.CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return of_none
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _is_premium(number: str, region: str) -> bool:
    e164 = to_e164(number, region)
    if e164 is None:
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(e164, None))
    return bool(kind == phonenumbers.PhoneNumberType.PREMIUM_RATE)


def _is_premium_code(digits: str, region: str) -> bool:
    """Such as 118218 in France. Up to four digits are an extension far more often."""
    if not region or not LONGEST_EXTENSION < len(digits) <= LONGEST_SHORT_CODE:
        return False
    code = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(region), national_number=int(digits)
    )
    cost = shortnumberinfo.expected_cost_for_region(code, region)
    return bool(cost == shortnumberinfo.ShortNumberCost.PREMIUM_RATE)


def is_emergency(digits: str, region: str) -> bool:
    """Whether ``digits`` reach an emergency service, in ``region`` or anywhere."""
    digits = _digits(digits)
    return digits in ("112", "911", "999") or (
        bool(region) and shortnumberinfo.is_emergency_number(digits, region)
    )


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
