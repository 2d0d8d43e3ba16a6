"""Spans of time as people type them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.spans import read_span

NOW = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "until", "rest"),
    [
        ("lunch for 15m", "13:17:11", "lunch"),
        ("for 15 min lunch", "13:17:11", "lunch"),
        ("15 minutes", "13:17:11", ""),
        ("Support lunch FOR 2H", "15:02:11", "Support lunch"),
        ("lunch until 14:30", "13:30:00", "lunch"),
        ("until 3pm", "14:00:00", ""),
        ("until 15", "14:00:00", ""),
        ("until 14.30 lunch", "13:30:00", "lunch"),
        ("until 14h30 lunch", "13:30:00", "lunch"),
        ("Support until 15h", "14:00:00", "Support"),
        ("until 15 H", "14:00:00", ""),
        ("until 15 h 05", "14:05:00", ""),
        ("at the till for 15m", "13:17:11", "at the till"),
        ("Support for 14h", "03:02:11", "Support"),
        ("Support for 1h30m", "14:32:11", "Support"),
        ("for 1 hour 30 min lunch", "14:32:11", "lunch"),
        ("for 1h05", "14:07:11", ""),
        ("for 2h 3 people", "15:02:11", "3 people"),
        ("2 hours and 10 minutes", "15:12:11", ""),
        ("lunch 15m.", "13:17:11", "lunch"),
        ("lunch for 15 min! Back soon", "13:17:11", "lunch Back soon"),
        ("lunch (15m)", "13:17:11", "lunch"),
        ("lunch “for 15m”", "13:17:11", "lunch"),
        ("until 14:30. lunch", "13:30:00", "lunch"),
        ("until 3 p.m.", "14:00:00", ""),
        ("until 3p.m., lunch", "14:00:00", "lunch"),
        ("until 3 p. m.", "14:00:00", ""),
        ("lunch „15m“", "13:17:11", "lunch"),
        ("lunch 15m…", "13:17:11", "lunch"),
        ("until 15:00, room 7", "14:00:00", "room 7"),
        ("lunch for 2 people for 15m", "13:17:11", "lunch for 2 people"),
        ("until 18:00 today", "17:00:00", ""),
        ("until 3 p.m. today lunch", "14:00:00", "lunch"),
        ("until 15:00, today (lunch)", "14:00:00", "(lunch)"),
        ("to 15m", "13:17:11", "to"),
        ("room 7 - 15m", "13:17:11", "room 7 -"),
        ("1 to 1 - for 15m", "13:17:11", "1 to 1 -"),
        ("until 15:00 met a customer", "14:00:00", "met a customer"),
    ],
)
def test_an_end_is_found_and_taken_out_of_the_text(text, until, rest):
    span = read_span(text, NOW, PARIS)
    assert span.until is not None
    assert (f"{span.until.astimezone(UTC):%H:%M:%S}", span.rest) == (until, rest)
    assert span.until > NOW


@pytest.mark.parametrize(
    "text",
    [
        *("", "lunch", "room 15", "for lunch", "format 3mm", "until lunch", "pause d'1h"),
        *("Support(24h)", "a-15m", "x“15m”"),
    ],
)
def test_what_is_no_span_stays_as_it_is(text):
    assert read_span(text, NOW, PARIS).until is None
    assert read_span(text, NOW, PARIS).rest == text


def test_a_time_that_has_passed_today_is_meant_for_tomorrow():
    span = read_span("until 09:00", NOW, PARIS)
    assert span.until == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["until 14:00 today", "until 2pm, today", "until 14:02 today"])
def test_a_time_that_has_passed_is_not_today(text):
    with pytest.raises(ValueError, match="has passed"):
        read_span(text, NOW, PARIS)


@pytest.mark.parametrize("text", ["until 12am", "until 0:00", "until 00"])
def test_midnight_has_several_names(text):
    assert read_span(text, NOW, PARIS).until == datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["until 25:00", "until 14:75", "until 99", "until 25h", "until 14h75"]
)
def test_a_time_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError, match="must be in"):
        read_span(text, NOW, PARIS)


@pytest.mark.parametrize(
    "text",
    [
        "until 25pm", "until 13pm", "until 0am", "until noon", "for 1.5 h", "for 15x", "until 9-5",
        "for -5m", "until -1", "lunch for", "until", "for 0m", "for 0h 0m",
        "until 30m", "until 5 min", "until 2h30m", "until 2 hours", "til 14h", "till 15m",
        "until “14:30”", "(for 1.5 h)", "“until noon”", "for 15\u2019", "10-15 min", "10\u201315m",
        "lunch till 14:30", "break for one hour", "lunch 1.5h", "from 14:00 to 15:00",
    ],
)  # fmt: skip
def test_an_end_in_other_words_is_no_reason(text):
    with pytest.raises(ValueError, match=r"must be in|in other words|no time at all"):
        read_span(text, NOW, PARIS)


@pytest.mark.parametrize(
    "text",
    [
        "until 14:00 tomorrow",
        "until 14:00 until 15:00",
        "until 14:00 lunch until 15",
        "lunch until 2pm on Monday",
        "until 14h fri",
        "until 14:00, tomorrow",
        "until 14:00 (tomorrow)",
        "back until 3pm for 15m",
        "until 14:00, 15:00",
        "until 14:00 or 15:00",
        "until 14:00) until",
        "for 2h. until noon",
        "lunch 15m, 1h",
        "for 1 h 30",
        "for 2 hours and a half",
        "for 1 hour and a quarter",
        "for 10 to 15 minutes",
        "10 \u2013 15m",
        "for 10 - 15 min",
        "desk 3 - 15m tomorrow",
        "room 7 - 1h and a half",
        "line 2 - 1h 30",
        "until 18:00. today",
        "until 14:30 GMT",
        "until 14:30 utc",
        "until 14:30 CEST",
        "for 2h tomorrow",
        "until 5 in the afternoon",
        'Support for "15m"',
    ],
)
def test_two_ends_or_one_on_another_day_are_not_guessed_at(text):
    with pytest.raises(ValueError, match="another day"):
        read_span(text, NOW, PARIS)


@given(st.text(max_size=40))
def test_no_other_text_breaks_the_reading(text):
    try:
        span = read_span(text, NOW, PARIS)
    except ValueError:
        assert re.search(r"til|for|0\s*[hm]", text, re.IGNORECASE)
    else:
        assert span.until is None or span.until >= NOW
