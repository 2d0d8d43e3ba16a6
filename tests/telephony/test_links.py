"""What Slack made a link of is read where it stands: what is around it counts, too."""

import pytest

from bot.telephony.phone_numbers import read_number


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("#31#<tel:0123456789|0123456789>", "FR"),
        ("*31#<tel:0123456789|01 23 45 67 89>", "FR"),
        ("0<tel:0123456789|01 23 45 67 89>", "FR"),
        ("9 <tel:+33123456789|+33 1 23 45 67 89>", "FR"),
        ("104<tel:0123456789>", "FR"),
        ("<tel:0123456789|01 23 45 67 89> 104", "FR"),
        ("0123456789 or <tel:0987654321|09 87 65 43 21>", "FR"),
        ("call <tel:0123456789>", "FR"),
        ("<tel:0123456789|a> <tel:0987654321|b>", "FR"),
        ("<tel:5550123> <tel:5550124>", "US"),
        ("911<tel:0123456789|0123456789>", "US"),
        ("<tel:0123456789", "FR"),
        ("<tel:012345678O>", "FR"),
    ],
)
def test_what_stands_around_a_link_is_not_left_out(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    "typed",
    [
        "<tel:0987654321|01 23 45 67 89>",
        "<tel:0123456789|01>",
        "<tel:0123456789|#31#0123456789>",
        "<tel:0123456789|\uff10\uff11>",
    ],
)
def test_a_link_that_shows_another_number_is_none(typed):
    assert read_number(typed, "FR") is None


@pytest.mark.parametrize(
    ("typed", "region", "dial"),
    [
        ("+1<tel:8005551234|800-555-1234>", "US", "+18005551234"),
        ("+33 <tel:123456789|1 23 45 67 89>", "FR", "+33123456789"),
        (" <tel:0123456789|01 23 45 67 89> ", "FR", "0123456789"),
        ("<tel:+33123456789|33 1 23 45 67 89>", "FR", "+33123456789"),
        ("<tel:+33123456789|Pat>", "FR", "+33123456789"),
        ("<tel:0123456789|>", "FR", "0123456789"),
        ("0 <tel:003312345678>", "DE", "0003312345678"),
    ],
)
def test_a_link_is_read_with_what_stands_around_it(typed, region, dial):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.dial == dial


@pytest.mark.parametrize("typed", ["Tel:0123456789", "TEL: 01 23 45 67 89", " tel: 0123456789"])
def test_tel_may_be_written_in_any_letters(typed):
    dialled = read_number(typed, "FR")
    assert dialled is not None
    assert dialled.dial == "0123456789"


@pytest.mark.parametrize("typed", ["tel:tel:0123456789", "Tel 0123456789", "0123456789 tel:"])
def test_tel_stands_once_and_in_front(typed):
    assert read_number(typed, "FR") is None
