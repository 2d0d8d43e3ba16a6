"""A phone system that cannot be asked."""

from datetime import UTC, datetime, timedelta

from bot.alerts.system_down import SystemHealth, failed, identity, recovered

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_one_failure_may_be_chance():
    once = failed(SystemHealth(), "no answer", NOW)
    assert not once.is_down
    assert failed(once, "no answer", LATER).is_down


def test_it_is_down_since_the_first_failure_for_the_newest_reason():
    health = failed(failed(SystemHealth(), "no answer", NOW), "bad key", LATER)
    assert (health.since, health.reason) == (NOW, "bad key")


def test_back_is_back():
    health = recovered(failed(failed(SystemHealth(), "x", NOW), "x", NOW), LATER)
    assert not health.is_down
    assert (health.since, health.back_at) == (NOW, LATER)


def test_each_system_has_one_notice():
    assert identity("paris") != identity("lyon")
