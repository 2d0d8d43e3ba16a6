"""How numbers are typed, and what is typed like one but is a word, a time or two extensions."""

import re
import unicodedata
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address
from typing import Final
from unicodedata import category

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

SLACK_LINK: Final = re.compile(r"<tel:([^|>]+)(?:\|([^>]*))?>")
TEL: Final = re.compile(r"\A\s*tel:", re.IGNORECASE)
LONGEST_TYPED: Final = 100
LONGEST_LOCAL: Final = 6
"""Digits that may be the beginning of a longer number, though some region has numbers so short."""
NUMBER_CHARACTERS: Final = re.compile(r"(?!-)[0-9A-Za-z+*#().\-/ ]+")
LETTERS: Final = re.compile(r"[A-Za-z]+")
DIGIT: Final = re.compile(r"[0-9]")
TOLL_FREE: Final = r"(?:\+?1[ -]\(?8[0-9]{2}\)?|\(8[0-9]{2}\)) "
"""North America's, which no name follows: there the word may stand apart."""
VANITY_NUMBER: Final = re.compile(
    rf"(?P<before>{TOLL_FREE}|\+?\(?(?:[0-9][^0-9A-Za-z]*){{3,}}(?<! ))"
    r"(?P<word>[A-Za-z][A-Za-z-]{2,}[0-9-]*)"
)
"""Such as 1-800-FLOWERS. Other letters are words, or slips of the finger."""
SHORTEST_WORD: Final = 4
"""Letters. Shorter ones are slips, or say what stands behind them, such as ext, tel and fax."""
LIKE_DIGITS: Final = frozenset("BILOSXZ")
"""Letters that are typed for digits, or where a digit is not known."""
TWO_OF_THREE: Final = re.compile(r"\(?[0-9]{3}[ .\-/()]+[0-9]{3}")
"""Two extensions, unless it is a short number."""
DAY: Final = r"(?:0?[1-9]|[12][0-9]|3[01])"
"""Or a month."""
DATE: Final = rf"{DAY}([./-] ?){DAY}\1(?:19|20)?[0-9]{{2}}|(?:19|20)[0-9]{{2}}([./-]){DAY}\2{DAY}"
TIME_OR_DATE: Final = re.compile(rf"[0-9]+(?:[./][0-9]+)+|{DATE}")
"""Or an address; few short numbers are written like that."""
SERVICES: Final = (PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST)
"""Such as 131 444 in Australia, which is 13 14 44 as well."""
TIME_BEFORE: Final = re.compile(r"[0-9]{1,2}[./][0-9]{2}[^0-9]*")
"""A time or a date, with what stands between it and a word."""
LONGEST_EXTENSION: Final = 4
"""Usually."""
SEAT: Final = re.compile(r"[0-9]{1,6}[^0-9]*")
"""A longer extension, too, where no digit stands apart."""
NORTH_AMERICA: Final = 1
"""Where an area's code is three digits, and stands before a word without anything before it."""
PAIRS: Final = re.compile(r"(?:3[2-9]|[4-9][0-9])(?:\.[0-9]{2})+")
"""Pairs that begin with no day and no hour."""
BETWEEN: Final = re.compile(r"[^0-9]+")
SEPARATOR: Final = re.compile(r"[ .\-()]+")
RIGHT_TO_LEFT: Final = "\u202e"
"""What stands behind this mark is shown backwards."""
ODD: Final = {"Zs": " ", "Pd": "-"}
"""What stands for blanks and hyphens of any kind, by Unicode's categories."""


def readable(text: str) -> str | None:
    """What was typed, as a person sees it; ``None`` where that can be no number."""
    unlinked = _without_link(text)
    if unlinked is None or len(unlinked) > LONGEST_TYPED or RIGHT_TO_LEFT in text:
        return None
    if any(category(mark) == "No" for mark in unlinked):
        return None
    text = TEL.sub("", visible(unlinked)).strip()
    if not NUMBER_CHARACTERS.fullmatch(text) or not any(mark.isdigit() for mark in text):
        return None
    return None if LETTERS.search(text) and not VANITY_NUMBER.fullmatch(text) else text


def visible(text: str) -> str:
    """What a person sees: pasted numbers hold odd blanks, hyphens and marks of direction."""
    kept = (
        mark
        for mark in unicodedata.normalize("NFKC", text.replace("\t", " "))
        if category(mark) != "Cf"
    )
    return "".join(ODD.get(category(mark), mark) for mark in kept)


def is_vanity(typed: str, heard: Iterable[str], region: str) -> bool:
    """Whether the letters in ``typed`` are digits: the region has a number that they make, as one
    of ``heard``, and none without them, nor an extension. Digits behind them are an
    extension, too, unless the number is a service such as 1-800-FREE-411."""
    found = VANITY_NUMBER.fullmatch(typed)
    if found is None or not _is_spelt(found["word"]) or TIME_BEFORE.fullmatch(found["before"]):
        return False
    known = [each for each in heard if is_known(each, region)]
    if not known or _is_whole(found["before"], region):
        return False
    is_apart = found["before"].endswith(" ")
    if is_apart and phonenumbers.country_code_for_region(region) != NORTH_AMERICA:
        return False
    has_extension = _is_extension(found["before"], region) or DIGIT.search(found["word"])
    return not (is_apart or has_extension) or any(_is_service(each, region) for each in known)


def is_like_short(typed: str, digits: str, region: str) -> bool:
    """Whether ``typed`` is written like an extension or a short number, or as the region writes
    ``digits``. Numbers for messages alone are dialled by nobody."""
    is_two, are_pairs = TWO_OF_THREE.fullmatch(typed), PAIRS.fullmatch(typed)
    if not is_two and not TIME_OR_DATE.fullmatch(typed):
        return True
    number = _parsed(digits, region)
    if number is None:
        return False
    is_short = shortnumberinfo.is_valid_short_number_for_region(number, region)
    if is_short and (is_two or are_pairs):
        return not shortnumberinfo.is_sms_service_for_region(number, region)
    if not phonenumbers.is_valid_number(number):
        return False
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    if is_two and phonenumbers.number_type(number) in SERVICES:
        return _digits(written) == digits
    return are_pairs is not None or BETWEEN.sub(" ", written) == BETWEEN.sub(" ", typed)


def is_list_or_date(typed: str) -> bool:
    """Whether more digits than a short number has are several extensions (``104/105/106``), a date
    or an address. Pairs with dots are none: some countries write numbers so."""
    pieces = [SEPARATOR.sub("", piece) for piece in typed.split("/")]
    is_list = len(pieces) > 1 and len({len(piece) for piece in pieces}) == 1
    if is_list and not pieces[0].startswith(("0", "+")):
        return True
    return re.fullmatch(DATE, typed) is not None or _is_address(typed)


def is_known(digits: str, region: str) -> bool:
    """Whether the region has that number, or short number."""
    number = _parsed(digits, region)
    if number is None:
        return False
    is_short = shortnumberinfo.is_valid_short_number_for_region(number, region)
    return is_short or phonenumbers.is_valid_number(number)


def _without_link(text: str) -> str | None:
    """With the number that Slack linked in its place; ``None`` where another one is shown, and
    where there are two."""
    links = SLACK_LINK.findall(text)
    is_other = any(
        _digits(visible(shown)) not in ("", _digits(visible(number))) for number, shown in links
    )
    return None if is_other or len(links) > 1 else SLACK_LINK.sub(r"\1", text)


def _is_spelt(word: str) -> bool:
    """Whether letters are meant: one group is a word, and none of them stands for any digits."""
    groups = LETTERS.findall(word.upper())
    words = [set(group) for group in groups if len(group) >= SHORTEST_WORD]
    is_word = any(len(letters) > 1 and letters - LIKE_DIGITS for letters in words)
    return is_word and not any(set(group) == {"X"} for group in groups)


def _is_address(typed: str) -> bool:
    try:
        IPv4Address(typed)
    except AddressValueError:
        return False
    return any(len(group) != 2 for group in typed.split("."))


def _is_whole(typed: str, region: str) -> bool:
    """Whether it is a number by itself, also one that is dialled without its area's code."""
    number = _parsed(typed, region)
    if number is None:
        return False
    national, prefix = str(number.national_number), _trunk_prefix(region)
    is_long = len(national) > LONGEST_LOCAL and not (prefix and national.startswith(prefix))
    return phonenumbers.is_valid_number(number) or (
        is_long and phonenumbers.is_possible_number(number)
    )


def _is_extension(typed: str, region: str) -> bool:
    """Whether these digits alone would be one, such as in ``104-DEMO``: a person's seat."""
    digits, prefix = _digits(typed), _trunk_prefix(region)
    if "+" in typed or (prefix and digits.startswith(prefix)):
        return False
    is_area = phonenumbers.country_code_for_region(region) == NORTH_AMERICA and len(digits) == 3
    is_seat = SEAT.fullmatch(typed) is not None or len(digits) <= LONGEST_EXTENSION
    return is_seat and not is_area


def _trunk_prefix(region: str) -> str | None:
    return phonenumbers.ndd_prefix_for_region(region, True) if region else None


def _is_service(digits: str, region: str) -> bool:
    number = _parsed(digits, region)
    return number is not None and phonenumbers.number_type(number) in SERVICES


def _parsed(number: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return None


def _digits(text: str) -> str:
    return BETWEEN.sub("", text)
