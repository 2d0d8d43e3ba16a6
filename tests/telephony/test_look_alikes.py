"""Lists of extensions, dates and addresses have as many digits as numbers, and are none."""

import pytest

from bot.telephony.phone_numbers import read_number


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("104/105/106", "FR"),
        ("104 / 105 / 106", "FR"),
        ("104/105/106", ""),
        ("101/102/103", "ES"),
        ("204/205/206", "DE"),
        ("2040/2041", "DK"),
        ("20412/20413", "DE"),
        ("1101/1102", "US"),
        ("1040/1041", "US"),
    ],
)
def test_pieces_of_one_length_between_slashes_are_extensions(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("1101 1102", "US"),
        ("1101-1102", "US"),
        ("12345-678", "US"),
        ("+1 555 0123", "US"),
        ("1001-1010", "FR"),
        ("12 34 56 78", "FR"),
    ],
)
def test_a_one_before_seven_digits_is_no_number_of_north_america(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("118 218 00", "FR"),
        ("15123456", "FR"),
        ("11212345678", "FR"),
        ("11212345", "DE"),
        ("9112345", "US"),
        ("911-2345", "US"),
        ("9111234567", "US"),
        ("9991234", "GB"),
    ],
)
def test_more_digits_behind_a_short_number_are_none(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("20.11.2026", "DK"),
        ("28/11/2026", "DK"),
        ("28.11.2026", "NO"),
        ("28. 11. 2026", "DE"),
        ("1.12.2026", "DE"),
        ("11/28/2026", "US"),
        ("2026-11-28", "NO"),
        ("2026.11.28", "SG"),
        ("1-1-2026", "DE"),
        ("20-11-26", "DE"),
        ("20-11-26", "FR"),
        ("20-11-26", ""),
    ],
)
def test_a_date_is_no_number(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("10.112.12.10", "FR"),
        ("192.168.1.10", "FR"),
        ("192.168.1.100", "US"),
        ("192.168.178.20", "DE"),
        ("172.16.0.10", "US"),
        ("91.234.56.78", "ES"),
    ],
)
def test_an_address_is_no_number(typed, region):
    assert read_number(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "region", "dial"),
    [
        ("01/23/45/67/89", "FR", "0123456789"),
        ("030/123456", "DE", "030123456"),
        ("030/123/456", "DE", "030123456"),
        ("+49/171/123", "DE", "+49171123"),
        ("212/555-0123", "US", "2125550123"),
        ("116 117", "DE", "116117"),
        ("104 105 106", "FR", "104105106"),
        ("555-0123", "US", "5550123"),
        ("5550123", "US", "5550123"),
        ("310-1234", "CA", "3101234"),
        ("+1 310-1234", "CA", "+13101234"),
        ("1 212 555 0123", "US", "12125550123"),
        ("1 212 555 0123", "GB", "12125550123"),
        ("9 2212 3456", "CR", "922123456"),
        ("0 09 12 34 56 78", "FR", "00912345678"),
        ("11 2345 6789", "IN", "1123456789"),
        ("112 345 6789", "IN", "1123456789"),
        ("20.21.22.23", "DK", "20212223"),
        ("10.20.30.40", "DK", "10203040"),
        ("40.11.20.26", "DK", "40112026"),
        ("20 11 20 26", "DK", "20112026"),
        ("01.23.45.67.89", "FR", "0123456789"),
        ("71-23-45", "AD", "712345"),
        ("28-11", "FR", "2811"),
    ],
)
def test_what_only_looks_like_a_list_a_date_or_an_address_is_dialled(typed, region, dial):
    dialled = read_number(typed, region)
    assert dialled is not None
    assert dialled.dial == dial
