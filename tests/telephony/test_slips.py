"""Slips of the finger and odd spellings: no stranger's phone rings, and no limit is got round."""

import pytest

from bot.telephony.phone_numbers import read_number


@pytest.mark.parametrize(
    "typed",
    [
        "012345678O",
        "O123456789",
        "1O4",
        "10l",
        "14h30",
        "bob2",
        "ext104",
        "x104",
        "pat5",
        "U0BO",
        "C0987654321",
        "104abc",
        "800 FLOWERS",
        "104-105",
        "104 105",
        "104/105",
        "104+105",
        "10.0.0.1",
        "10\u2074",
        "(104) 105",
        "104 - 105",
        "0800-OOO-123",
        "0800-OOO",
        "01-23-45-6--OO-O",
        "3pm-meeting",
        "1" * 101,
        "0123456789 or so",
    ],
)
@pytest.mark.parametrize("region", ["FR", "US", ""])
def test_what_is_not_written_like_a_number_is_none(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "dial"),
    [
        ("1-800-FLOWERS", "18003569377"),
        ("1-800-GO-FEDEX", "18004633339"),
        ("(800)FLOWERS", "8003569377"),
        ("+1-888-GET-HELP", "+18884384357"),
        ("9-1-800-FLOWERS", "918003569377"),
        ("212-FLOWERS", "2123569377"),
        ("36 10", "3610"),
        ("0 105", "0105"),
        ("104", "104"),
    ],
)
def test_what_is_written_like_one_is(typed, dial):
    dialled = read_number(typed, "US")
    assert dialled is not None
    assert dialled.dial == dial


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("1-800-FREE-411", "US", "+18003733411"),
        ("1-800-FREE411", "US", "+18003733411"),
        ("1-800-GOOG-411", "US", "+18004664411"),
        ("+49-800-FLOWERS", "DE", "+498003569377"),
        ("0800-330-TELE", "DE", "+498003308353"),
        ("1-800-273-TALK", "US", "+18002738255"),
        ("1-212-664-CARS", "US", "+12126642277"),
        ("1300-FLOWER", "AU", "+611300356937"),
    ],
)
def test_letters_may_stand_anywhere_behind_the_beginning(typed, region, e164):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.e164 == e164


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("030/123456-tel", "DE"),
        ("+49 30 123456-Bob", "DE"),
        ("0171-1234567-mobil", "DE"),
        ("0664-123456-mob", "AT"),
        ("27 12 34-tel", "LU"),
        ("555-0123-ext", "US"),
        ("732-4567-ext", "US"),
        ("10.30-meeting", "FR"),
        ("2.15-meeting", "US"),
        ("7/30-meeting", "US"),
        ("104-HOTEL1", "FR"),
        ("104-lobby1", "FR"),
        ("104-mobile", "FR"),
        ("104-ext5", "FI"),
        ("104-DEMO", "FI"),
        ("2040-DEMO", "DK"),
        ("201-desk2", "DE"),
        ("3015-HOTEL1", "US"),
        ("104-HOTEL1", "NL"),
    ],
)
def test_a_word_behind_a_number_is_none_of_its_digits(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        *(("204 205", region) for region in ("US", "DE", "FI", "SE", "LU")),
        ("104/5", "FR"),
        ("10.45", "FR"),
        ("20.11.26", "DE"),
    ],
)
def test_two_extensions_a_time_and_a_date_are_no_short_number(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region", "dial"),
    [("39.19", "FR", "3919"), ("36.39", "FR", "3639"), ("71.23.45", "AD", "712345")],
)
def test_pairs_with_dots_are_a_number_where_they_can_be_no_time(typed, region, dial):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.dial == dial


@pytest.mark.parametrize("typed", ["\u202e9876543210", "01 23 \u202e98 76 54\u202c"])
def test_a_number_that_is_shown_backwards_is_none(typed):
    assert read_number(typed, "FR") is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("116 117", "FR"),
        ("116 000", "GB"),
        ("712 345", "AD"),
        ("20.12.34", "NC"),
        ("131 444", "AU"),
        ("13.14.44", "AU"),
        ("555-0123", "US"),
        ("\u202d+33 1 23 45 67 89\u202c", "FR"),
    ],
)
def test_what_a_region_has_is_a_number_however_it_is_written(typed, region):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert not dialled.emergency


@pytest.mark.parametrize(
    "typed", ["0 15", "0-17", "9 15", "(0) 15", "(0)17", "0 - 15", "0-(15)", "0 112", "0112"]
)
def test_an_emergency_number_behind_an_outside_line_is_one(typed):
    dialled = read_number(typed, "FR")
    assert dialled is not None
    assert dialled.emergency


@pytest.mark.parametrize(
    ("typed", "region", "abroad"),
    [
        ("0 0044 20 7946 0018", "DE", "+442079460018"),
        ("000442079460018", "DE", "+442079460018"),
        ("0 00 1 212 555 0123", "DE", "+12125550123"),
        ("0000123456", "FR", "000123456"),
        ("0044 20 7946 0018", "DE", None),
        ("030 123456", "DE", None),
        ("0123456789", "FR", None),
        ("+971 50 123 4567", "FR", None),
        ("+90 2123456789", "SG", None),
        ("+90 (0)212 345 67 89", "TR", None),
        ("900 12 345", "NO", None),
        ("900 123 456", "ES", None),
        ("9012 3456", "SG", None),
    ],
)
def test_a_number_of_another_country_behind_an_outside_line_is_known(typed, region, abroad):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.abroad == abroad
