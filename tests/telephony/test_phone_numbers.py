"""One number has many spellings; some spellings are no number at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telephony.phone_numbers import (
    Dialled,
    for_reading,
    in_digits,
    is_emergency,
    read_number,
    shown_number,
    to_e164,
)

SPELLINGS = [
    "0123456789",
    "01 23 45 67 89",
    "01.23.45.67.89",
    "01-23-45-67-89",
    "01/23/45/67/89",
    "(01) 23 45 67 89",
    "(0)1 23 45 67 89",
    " 0123456789 ",
    "+33123456789",
    "+33 1 23 45 67 89",
    "+33 (0)1 23 45 67 89",
    "+33(0)123456789",
    "+33.1.23.45.67.89",
    "+33-1-23-45-67-89",
    "+33 01 23 45 67 89",
    "(+33) 1 23 45 67 89",
    "0033123456789",
    "0033 1 23 45 67 89",
    "00 33 1 23 45 67 89",
    "33123456789",
    "33 1 23 45 67 89",
    "tel:+33123456789",
    "tel:+33-1-23-45-67-89",
    "0123 456 789",
]


def test_there_are_24_spellings():
    assert len(set(SPELLINGS)) == 24


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_number(spelling):
    assert to_e164(spelling, "FR") == "+33123456789"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_can_be_typed(spelling):
    dialled = read_number(spelling, "FR")
    assert dialled is not None
    assert dialled.e164 == "+33123456789"
    assert dialled.dial in ("+33123456789", "0033123456789", "33123456789", "0123456789")
    assert to_e164(dialled.dial, "FR") == "+33123456789"


@pytest.mark.parametrize(
    "number",
    [None, "", " ", "anonymous", "Anonymous", "RESTRICTED", "private", "unknown", "Unavailable"],
)
def test_a_withheld_number_is_none(number):
    assert shown_number(number) is None
    assert to_e164(number, "FR") is None
    assert for_reading(number, "FR") == "withheld"


@pytest.mark.parametrize("number", ["101", "0101", "9200", "999999", "alice", "sip:alice@example"])
def test_what_stays_inside_has_no_public_form(number):
    assert to_e164(number, "FR") is None
    assert for_reading(number, "FR")


def test_without_a_region_only_international_forms_are_read():
    assert to_e164("0123456789", "") is None
    assert to_e164("+33123456789", "") == "+33123456789"
    assert to_e164("0033123456789", "") == "+33123456789"


def test_a_number_is_shown_as_people_at_home_write_it():
    assert for_reading("+33123456789", "FR") == "01 23 45 67 89"
    assert for_reading("+33123456789", "GB") == "+33 1 23 45 67 89"
    assert for_reading("pat", "FR") == "pat"


@pytest.mark.parametrize("region", ["FR", "GB", "US", "DE", ""])
@pytest.mark.parametrize("number", ["112", "911", "999", "1 1 2", "+112", "112#", "*112"])
def test_the_great_emergency_numbers_are_known_everywhere(number, region):
    dialled = read_number(number, region)
    assert dialled is not None
    assert dialled.emergency


def test_the_emergency_numbers_of_a_country_are_known_there():
    assert is_emergency("15", "FR")
    assert is_emergency("110", "DE")
    assert not is_emergency("15", "DE")
    assert not is_emergency("101", "FR")


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("0899123456", "FR"),
        ("+33 899 12 34 56", "GB"),
        ("09098790001", "GB"),
        ("1-900-555-0100", "US"),
        ("118218", "FR"),
        ("11850", "ES"),
    ],
)
def test_premium_numbers_are_known(number, region):
    dialled = read_number(number, region)
    assert dialled is not None
    assert dialled.premium


@pytest.mark.parametrize("number", ["00112", "+33112", "0033 112", "+33 0 112", "+44999", "+1911"])
def test_an_emergency_number_behind_a_country_is_one(number):
    dialled = read_number(number, "FR")
    assert dialled is not None
    assert dialled.emergency


@pytest.mark.parametrize("number", ["+33144556677", "0015", "+33 1 12 11 21 12", "0033911223344"])
def test_a_number_that_holds_the_digits_of_an_emergency_is_none(number):
    dialled = read_number(number, "FR")
    assert dialled is not None
    assert not dialled.emergency


@pytest.mark.parametrize(
    "number",
    ["*82911", "*67 911", "#31#112", "*9911", "9911", "0112", "9 112", "0 911", "**112", "*72999"],
)
def test_an_emergency_number_behind_a_code_or_an_outside_line_is_one(number):
    dialled = read_number(number, "US")
    assert dialled is not None
    assert dialled.emergency


@pytest.mark.parametrize(
    ("number", "region"),
    [("9 0899123456", "FR"), ("9 1 900 555 1234", "US"), ("0 0900 1 123456", "DE")],
)
def test_a_premium_number_behind_an_outside_line_is_not_an_ordinary_one(number, region):
    dialled = read_number(number, region)
    assert dialled is None or dialled.premium


@pytest.mark.parametrize(
    "number", ["*82 900 555 1234", "*72 0033899123456", "*21*0123456789#", "#31#0899123456"]
)
def test_what_stands_behind_a_code_is_not_dialled(number):
    assert read_number(number, "FR") is None
    assert read_number(number, "US") is None


@pytest.mark.parametrize("number", ["*97", "*98", "#21#", "*21*", "**21", "*1234"])
def test_a_code_is_dialled_as_it_is(number):
    assert read_number(number, "FR") == Dialled(number, None)


@pytest.mark.parametrize(
    "number",
    [
        "01\u00a023\u202f45\u00a067\u00a089",
        "\u202a0123456789\u202c",
        "01\u201123\u201045\u201367-89",
        "\uff0b33 1 23 45 67 89",
        "01\u200b23456789",
        "0123\t456789",
    ],
)
def test_what_is_pasted_with_odd_blanks_and_hyphens_is_a_number(number):
    dialled = read_number(number, "FR")
    assert dialled is not None
    assert dialled.e164 == "+33123456789"
    assert dialled.dial.isascii()


@pytest.mark.parametrize(
    "shown", ["sip:anonymous@anonymous.invalid", "Anonymous@anonymous.invalid", "<unknown>", "-1"]
)
def test_a_withheld_number_has_many_spellings(shown):
    assert shown_number(shown) is None


@pytest.mark.parametrize("text", ["101 please", "101 now", "bob 2", "12 now please", "call 101"])
def test_words_are_no_digits(text):
    assert read_number(text, "FR") is None
    assert read_number(text, "US") is None


def test_a_vanity_number_is_a_number():
    dialled = read_number("1-800-FLOWERS", "US")
    assert dialled is not None
    assert dialled.e164 == "+18003569377"


@pytest.mark.parametrize("number", ["0123456789", "+4915112345678", "101", "3244", "10234", "*97"])
def test_ordinary_numbers_cost_nothing_special(number):
    dialled = read_number(number, "FR")
    assert dialled is not None
    assert not dialled.premium
    assert not dialled.emergency


@pytest.mark.parametrize(
    "text",
    [
        "0899 12 34 56 00",
        "01 23 45 67 89 ext 5",
        "01234567890123456789",
        "*21*0123456789#",
        "1234567",
    ],
)
def test_what_is_too_long_or_too_short_for_its_region_is_no_number(text):
    assert read_number(text, "FR") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pat",
        "<!channel>",
        "0123456789;x",
        "0123\n456789",
        "@paris",
        "-1",
        "\u2212101",
        "+33123",
    ],
)
def test_what_is_no_number_is_none(text):
    assert read_number(text, "FR") is None


@pytest.mark.parametrize(
    "text", ["<tel:0123456789|01 23 45 67 89>", "<tel:0123456789>", "<tel:+33123456789|Pat>"]
)
def test_slacks_links_are_numbers(text):
    dialled = read_number(text, "FR")
    assert dialled is not None
    assert dialled.e164 == "+33123456789"


def test_letters_on_keys_are_digits():
    dialled = read_number("1-800-FLOWERS", "US")
    assert dialled is not None
    assert dialled.dial == "18003569377"


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("1-800-FLOWERS", "1-800-3569377"),
        ("dial tel:0123a456b78", "dial tel:01232456278"),
        ("104 @paris2", "104 @paris2"),
        ("call <@U0123ANA> back", "call <@U0123ANA> back"),
    ],
)
def test_vanity_numbers_are_spelt_in_digits_and_words_stay(typed, spelt):
    assert in_digits(typed) == spelt


def test_an_unknown_region_leaves_national_numbers_as_they_were_typed():
    dialled = read_number("01 23 45 67 89", "")
    assert dialled is not None
    assert (dialled.dial, dialled.e164, dialled.is_short) == ("0123456789", None, False)


@given(st.text(max_size=40), st.sampled_from(["FR", "US", ""]))
def test_no_text_breaks_the_reading(text, region):
    dialled = read_number(text, region)
    to_e164(text, region)
    for_reading(text, region)
    if dialled is not None:
        assert set(dialled.dial) <= set("+0123456789*#")
