"""What is dialled is the number that was read: ``+44 (0)20`` has a zero too many."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telephony.phone_numbers import as_dialled, read_number, to_e164

REGIONS = st.sampled_from(["", *sorted(phonenumbers.SUPPORTED_REGIONS)])


@pytest.mark.parametrize(
    ("typed", "region", "dial"),
    [
        ("+44 (0)20 7946 0018", "FR", "+442079460018"),
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("0044 (0)20 7946 0018", "FR", "00442079460018"),
        ("011 44 (0)20 7946 0018", "US", "011442079460018"),
        ("00 44 (0) 20 7946 0018", "", "00442079460018"),
        ("810 44 (0)20 7946 0018", "RU", "810442079460018"),
        ("0036 (06) 1 234 5678", "FR", "003612345678"),
        ("(0)20 7946 0018", "GB", "02079460018"),
        ("+33 01 23 45 67 89", "FR", "+33123456789"),
        ("0030 210 123 4567", "FR", "00302101234567"),
        ("+39 06 1234 5678", "FR", "+390612345678"),
        ("0039 06 1234 5678", "FR", "00390612345678"),
        ("+7 (8) 495 123-45-67", "RU", "+74951234567"),
        ("8 (495) 123-45-67", "RU", "84951234567"),
        ("1 212 555 0123", "US", "12125550123"),
    ],
)
def test_what_is_dialled_at_home_alone_is_left_out_behind_a_country(typed, region, dial):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.dial == dial
    assert to_e164(dial, region) == dialled.e164


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("9 00 44 20 7946 0000", "GB"),
        ("9 00 49 30 12345678", "IE"),
        ("9 501 234 5678", "US"),
        ("9 506 234 5678", "CA"),
        ("9 80 12 34 56", "DK"),
        ("9 800 123 456", "ES"),
        ("00 996 700 123456", "SG"),
        ("32 (0)12 34 56 78", "US"),
        ("810 244 (0) 923123456", "RU"),
        ("0039 (06) 69812345", "FR"),
    ],
)
def test_a_digit_that_may_be_an_outside_lines_or_the_numbers_own_is_dialled(typed, region):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.dial == re.sub("[ ()]", "", typed)


@given(st.from_regex(r"[019]?(00|011|810)?[1-9][0-9]{6,14}", fullmatch=True), REGIONS)
def test_no_digit_goes_that_nobody_set_apart(typed, region):
    dialled = read_number(typed, region)
    assert dialled is None or dialled.dial == typed


@pytest.mark.parametrize(
    ("typed", "region", "shown"),
    [
        ("0123456789", "FR", "01 23 45 67 89"),
        ("+33 (0)1 23 45 67 89", "FR", "01 23 45 67 89"),
        ("0033123456789", "FR", "+33 1 23 45 67 89"),
        ("0033 01 23 45 67 89", "FR", "00330123456789"),
        ("0044 020 7946 0018", "FR", "004402079460018"),
        ("0044 (0)20 7946 0018", "FR", "+44 20 7946 0018"),
        ("442079460018", "FR", "442079460018"),
        ("1 212 555 0123", "US", "+1 212-555-0123"),
        ("9 501 234 5678", "US", "95012345678"),
        ("0123456789", "", "0123456789"),
        ("*97", "FR", "*97"),
    ],
)
def test_what_is_shown_has_the_digits_that_are_dialled(typed, region, shown):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert as_dialled(dialled, region) == shown
