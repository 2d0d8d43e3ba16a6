"""Which channels an alert goes to, and from when on."""

from datetime import UTC, datetime

import pytest

from bot.alerts.routing import destinations, quiet_until, route_of
from bot.settings import RouteSettings

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def route(channel="C1", **more):
    return RouteSettings.model_validate({"channel": channel, **more})


def channels(*routes, kind="missed_call", system="paris", queues=(), now=NOON):
    found = destinations(routes, kind, system, frozenset(queues), now)
    return [each.slack_channel for each in found]


def test_the_first_route_that_matches_wins():
    assert channels(route("C1"), route("C2")) == ["C1"]


def test_a_route_that_goes_on_is_not_the_last():
    goes_on = {"continue": True}
    assert channels(route("C1", **goes_on), route("C2"), route("C3")) == ["C1", "C2"]
    assert channels(route("C1", **goes_on), route("C1"), route("C3")) == ["C1"]


@pytest.mark.parametrize(
    "other",
    [{"systems": ["lyon"]}, {"alerts": ["voicemail"]}, {"queues": ["Sales"]}],
    ids=str,
)
def test_a_route_for_something_else_is_passed(other):
    assert channels(route("C1", **other), route("C2"), queues={"Support", "281"}) == ["C2"]
    assert channels(route("C1", **other)) == []


def test_any_name_of_a_queue_will_do():
    assert channels(route(queues=["281"]), queues={"Support", "281"}) == ["C1"]


def test_a_route_for_queues_does_not_want_what_has_no_queue():
    assert channels(route(queues=["281"]), route("C2")) == ["C2"]


def quiet(now, hours="20:00-07:00", zone="Europe/Paris"):
    until = quiet_until(route(quiet_hours=hours, timezone=zone), now)
    return until and until.astimezone(UTC)


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(2026, 11, 20, 18, 59, 59), None),
        (at(2026, 11, 20, 19, 0), at(2026, 11, 21, 6, 0)),
        (at(2026, 11, 20, 23, 30), at(2026, 11, 21, 6, 0)),
        (at(2026, 11, 21, 5, 59, 59), at(2026, 11, 21, 6, 0)),
        (at(2026, 11, 21, 6, 0), None),
    ],
)
def test_quiet_hours_may_run_over_midnight(now, until):
    assert quiet(now) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(2026, 3, 28, 22, 0), at(2026, 3, 29, 5, 0)),
        (at(2026, 10, 24, 22, 0), at(2026, 10, 25, 6, 0)),
    ],
)
def test_quiet_hours_end_by_the_wall_clock_when_that_is_changed(now, until):
    assert quiet(now) == until


def test_quiet_hours_within_a_day_end_on_that_day():
    assert quiet(at(2026, 11, 20, 11, 30), "12:00-13:00") == at(2026, 11, 20, 12, 0)
    assert quiet(at(2026, 11, 20, 12, 30), "12:00-13:00") is None


def test_half_and_quarter_hours_of_zones_count():
    now = at(2026, 11, 20, 14, 20)
    assert quiet(now, "20:00-07:00", "Asia/Kathmandu") == at(2026, 11, 21, 1, 15)
    assert quiet(now, "20:00-07:00", "America/St_Johns") is None


def test_a_held_alert_says_until_when():
    night = at(2026, 11, 20, 23, 30)
    (held,) = destinations(
        [route(quiet_hours="20:00-07:00", timezone="Europe/Paris")],
        "missed_call",
        "paris",
        frozenset(),
        night,
    )
    assert held.hold_until == at(2026, 11, 21, 6, 0)


def test_a_channels_ways_are_those_of_its_first_route():
    first = route("C1", numbers="masked")
    assert route_of([route("C2"), first, route("C1")], "C1") == first
    assert route_of([], "C1") is None
