"""What is dialled is the number that was read: ``+44 (0)20`` has a zero too many."""

import pytest

from bot.telephony.phone_numbers import read_number, to_e164


@pytest.mark.parametrize(
    ("typed", "region", "dial"),
    [
        ("+44 (0)20 7946 0018", "FR", "+442079460018"),
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("0044 (0)20 7946 0018", "FR", "00442079460018"),
        ("011 44 (0)20 7946 0018", "US", "011442079460018"),
        ("44 (0)20 7946 0018", "FR", "442079460018"),
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
