"""Which licences are to be remembered today."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.licence_renewal import due_reminders, identity
from bot.telephony.hosts import Host

TODAY = date(2026, 11, 20)
STEPS = (60, 30, 14, 7, 3, 1, 0)


def host(days, **more):
    renews_on = None if days is None else TODAY + timedelta(days=days)
    return Host(host_id="5", name="pbx.example.net", renews_on=renews_on, **more)


def steps(*hosts, today=TODAY):
    return [(each.step, each.days_left) for each in due_reminders(hosts, today, STEPS)]


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (60, 60),
        (31, 60),
        (30, 30),
        (29, 30),
        (14, 14),
        (8, 14),
        (7, 7),
        (2, 3),
        (1, 1),
        (0, 0),
        (-1, 0),
        (-400, 0),
    ],
)
def test_the_tightest_step_counts(days, step):
    assert steps(host(days)) == [(step, days)]


@pytest.mark.parametrize("quiet", [host(61), host(None), host(7, active=False)], ids=str)
def test_what_is_far_off_unknown_or_inactive_is_left_alone(quiet):
    assert steps(quiet) == []


def test_the_order_of_the_steps_in_the_settings_is_no_matter():
    assert due_reminders([host(7)], TODAY, sorted(STEPS)) == due_reminders([host(7)], TODAY, STEPS)


def test_a_day_without_a_step_repeats_the_last_one_under_the_same_name():
    names = {
        identity("crm", due_reminders([host(7)], TODAY + timedelta(days=day), STEPS)[0])
        for day in range(4)
    }
    assert len(names) == 1


def test_a_renewed_date_has_a_name_of_its_own():
    (before,) = due_reminders([host(7)], TODAY, STEPS)
    (after,) = due_reminders([host(8)], TODAY + timedelta(days=1), STEPS)
    assert before.step == after.step
    assert identity("crm", before) != identity("crm", after)


def test_half_past_eleven_at_night_in_london_is_tomorrow_in_paris():
    night = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("UTC"))
    in_paris = night.astimezone(ZoneInfo("Europe/Paris")).date()
    assert steps(host(1), today=in_paris) == [(0, 0)]
    assert steps(host(1), today=night.date()) == [(1, 1)]
