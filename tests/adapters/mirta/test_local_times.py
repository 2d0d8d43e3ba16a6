"""Local times without a zone, twice a year in trouble."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mirta.local_times import utc_time

PARIS = ZoneInfo("Europe/Paris")


def test_a_winter_time_is_read_in_the_systems_zone():
    assert utc_time("2025-11-20 14:02:11", PARIS) == datetime(2025, 11, 20, 13, 2, 11, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_taken_as_the_first_without_a_hint():
    assert utc_time("2026-10-25 02:30:00", PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", [0, 1])
def test_the_identifier_tells_which_of_the_two_hours_it_was(hour):
    began = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    uniqueid = f"srv01-{int(began.timestamp())}.48"

    assert utc_time("2026-10-25 02:30:00", PARIS, uniqueid) == began


def test_the_hour_that_does_not_exist_is_still_read():
    assert utc_time("2026-03-29 02:30:00", PARIS) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01 00:00:00", "1763643731"])
def test_nonsense_is_not_a_time(text):
    with pytest.raises(ValueError, match=r"."):
        utc_time(text, PARIS)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("0001-01-01 00:00:00", "Europe/Paris"),
        ("9999-12-31 23:59:59", "America/New_York"),
        ("0001-01-01 00:00:00+05:00", "UTC"),
    ],
)
def test_a_moment_outside_the_calendar_is_not_a_time(text, zone):
    with pytest.raises(ValueError, match=r"."):
        utc_time(text, ZoneInfo(zone))


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([PARIS, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), UTC]),
)
def test_every_moment_comes_back_from_its_local_text(moment, zone):
    moment = moment.replace(microsecond=0)
    text = moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    uniqueid = f"srv01-{int(moment.timestamp())}.1"

    assert abs(utc_time(text, zone, uniqueid) - moment) < timedelta(seconds=1)
