"""Letters behind digits: a number that is spelt, or a word, a slip and digits nobody knows."""

import re

import pytest

from bot.telephony.phone_numbers import in_digits, read_number


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("06-12-XX-34-56", "FR"),
        ("06-12-34-xx-56", "FR"),
        ("0612XXXXXX", "FR"),
        ("+3361234XXXX", "FR"),
        ("+33 6 12 34-XX-XX", "FR"),
        ("0612-34-AAAA", "FR"),
        ("212-555-XXXX", "US"),
        ("(212) 555-XXXX", "US"),
        ("1-800-XXX-XXXX", "US"),
        ("1-800-NXX-XXXX", "US"),
        ("1-800-XXX-CARS", "US"),
        ("07911-12xxxx", "GB"),
        ("0171-123XXXX", "DE"),
    ],
)
def test_letters_for_digits_that_nobody_knows_are_none(typed, region):
    """Numbers are copied with an X for each digit that somebody has taken out."""
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("06-12-OB-34-56", "FR"),
        ("06-12-BO-34-56", "FR"),
        ("01-23-45-SS-89", "FR"),
        ("0612-34-SSSS", "FR"),
        ("212-555-OlZ3", "US"),
        ("212-555-OOZZ", "US"),
        ("212-SSS-0123", "US"),
        ("06-12-ab-34-56", "FR"),
    ],
)
def test_letters_that_look_like_digits_or_are_few_are_none(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("0612-ext-104", "FR"),
        ("0123-poste5", "FR"),
        ("0123-poste-5", "FR"),
        ("0800-fax-123", "FR"),
        ("06-12-34-bob5", "FR"),
        ("030-HOTEL1", "DE"),
    ],
)
def test_a_word_that_says_what_its_digits_are_is_none(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("20412-DEMO", "FR"),
        ("20412-Bob1", "FR"),
        ("75001-Lyon", "FR"),
        ("20412-DEMO", "NL"),
        ("201234-Bobby", "NL"),
        ("21412-DEMO", "PT"),
        ("60412-DEMO", "ES"),
        ("60412-DEMO", "CZ"),
        ("20452-DEMO", "DE"),
        ("201234-DEMO", "US"),
    ],
)
def test_a_long_extension_with_a_name_is_no_number(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region", "dial"),
    [
        ("1-800-FREE-411", "US", "18003733411"),
        ("1-800-273-TALK", "US", "18002738255"),
        ("1-800-555-TELL", "US", "18005558355"),
        ("1-800-GO-FEDEX", "US", "18004633339"),
        ("1-800-4MYXBOX", "US", "18004699269"),
        ("1-800-AAA-HELP", "US", "18002224357"),
        ("212-FLOWERS", "US", "2123569377"),
        ("212-555-TALK", "US", "2125558255"),
        ("201-SUPPORT", "US", "2017877678"),
        ("1-212-664-CARS", "US", "12126642277"),
        ("+1 800-FLOWERS", "US", "+18003569377"),
        ("+1 800-FLOWERS", "FR", "+18003569377"),
        ("0800-330-TELE", "DE", "08003308353"),
        ("020 7946-TALK", "GB", "02079468255"),
        ("1300-FLOWER", "AU", "1300356937"),
    ],
)
def test_a_number_that_is_spelt_is_dialled(typed, region, dial):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.dial == dial


@pytest.mark.parametrize(
    ("typed", "dial"),
    [
        ("1 800 FLOWERS", "18003569377"),
        ("1-800 FLOWERS", "18003569377"),
        ("1 (800) FLOWERS", "18003569377"),
        ("1-(800) FLOWERS", "18003569377"),
        ("+1 800 FLOWERS", "+18003569377"),
        ("+1 (800) FLOWERS", "+18003569377"),
        ("(800) FLOWERS", "8003569377"),
        ("(888) GET-HELP", "8884384357"),
    ],
)
def test_a_word_may_stand_apart_behind_a_toll_free_code(typed, dial):
    dialled = read_number(typed, "US")
    assert dialled is not None
    assert dialled.dial == dial
    assert re.sub(r"[^0-9+]", "", in_digits(f"dial {typed} @paris")) == dial


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("800 FLOWERS", "US"),
        ("212 FLOWERS", "US"),
        ("(212) FLOWERS", "US"),
        ("1 212 FLOWERS", "US"),
        ("1 (804) FLOWERS", "US"),
        ("(800) XXX-XXXX", "US"),
        ("(800) 555-XXXX", "US"),
        ("1 800 DEMO", "US"),
        ("1 800  FLOWERS", "US"),
        ("1 800 FLOWERS", "FR"),
        ("(800) FLOWERS", "DE"),
        ("1 800 FLOWERS", ""),
    ],
)
def test_elsewhere_a_word_that_stands_apart_is_none(typed, region):
    """Nor is one of X, which stand for digits that were taken out."""
    assert read_number(typed, region) is None
