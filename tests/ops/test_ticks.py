"""When jobs are due: once per local date, and missed runs by their policy."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ticks import MOST_MADE_UP, Daily, Every, Policy, due

PARIS = ZoneInfo("Europe/Paris")
ZONES = ["Europe/Paris", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo"]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def named(year, month, day):
    return datetime(year, month, day, tzinfo=UTC)


def test_a_period_has_one_name_for_every_replica():
    every = Every(15)
    assert {every.newest(NOON + timedelta(seconds=s)) for s in (0, 7.5, 14.999)} == {NOON}
    assert every.newest(NOON + timedelta(seconds=15)) == NOON + timedelta(seconds=15)


def test_a_job_that_never_ran_has_missed_nothing():
    for policy in Policy:
        assert due(Every(60), policy, None, NOON) == [NOON]


def test_a_run_that_was_taken_is_not_due():
    assert due(Every(60), Policy.LATEST, NOON, NOON + timedelta(seconds=59)) == []


def test_all_missed_runs_are_made_up_for_in_order():
    got = due(Every(60), Policy.ALL, NOON - timedelta(minutes=3), NOON)
    assert got == [NOON - timedelta(minutes=2), NOON - timedelta(minutes=1), NOON]


def test_but_no_more_than_a_bounded_number():
    got = due(Every(60), Policy.ALL, NOON - timedelta(days=30), NOON)
    assert len(got) == MOST_MADE_UP
    assert got[-1] == NOON


def test_only_the_latest_is_made_up_for():
    assert due(Every(60), Policy.LATEST, NOON - timedelta(days=1), NOON) == [NOON]


def test_a_day_that_was_missed_is_made_up_for_or_skipped():
    daily, last = Daily(time(9), PARIS), named(2026, 11, 17)
    early = datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert due(daily, Policy.LATEST, last, early) == [named(2026, 11, 19)]
    assert due(daily, Policy.SKIP, last, early) == []
    assert due(daily, Policy.SKIP, last, NOON) == [named(2026, 11, 20)]
    assert due(daily, Policy.ALL, last, NOON) == [named(2026, 11, day) for day in (18, 19, 20)]


def test_the_hour_of_a_daily_job_may_be_changed_at_noon_without_a_second_run():
    assert due(Daily(time(11), PARIS), Policy.SKIP, named(2026, 11, 20), NOON) == []


@pytest.mark.parametrize(("month", "day"), [(3, 29), (10, 25)])
def test_half_past_two_comes_once_when_the_clock_is_changed(month, day):
    daily, moment = Daily(time(2, 30), PARIS), datetime(2026, month, day - 1, 12, tzinfo=UTC)
    taken, last = [], named(2026, month, day - 1)
    for _ in range(24 * 60):
        moment += timedelta(minutes=1)
        for run in due(daily, Policy.SKIP, last, moment):
            taken.append((run, moment))
            last = run
    assert [run for run, _ in taken] == [named(2026, month, day)]


@settings(max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    start=st.dates(date(2000, 1, 1), date(2039, 12, 1)),
    at=st.times().map(lambda moment: moment.replace(microsecond=0)),
)
def test_a_daily_job_runs_once_per_local_date_anywhere(zone, start, at):
    """Against an oracle: every date on which the local clock shows ``at`` or later, once."""
    where = ZoneInfo(zone)
    daily = Daily(at.replace(second=0), where)
    moment = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
    last, taken, expected = daily.newest(moment), [], set()
    for _ in range(3 * 24 * 12):
        moment += timedelta(minutes=5)
        local = moment.astimezone(where)
        if local.time() >= daily.at and named(*local.timetuple()[:3]) > last_before(taken, last):
            expected.add(named(*local.timetuple()[:3]))
        for run in due(daily, Policy.SKIP, taken[-1] if taken else last, moment):
            taken.append(run)
    assert taken == sorted(set(taken))
    assert set(taken) == expected


def last_before(taken, last):
    return taken[-1] if taken else last
