"""When a queue is in trouble, how bad it is, and when that is over."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.queue_threshold import (
    Level,
    QueueTrouble,
    evaluate,
    identity,
    measure,
    unlisted,
    unwatched,
)
from bot.settings import ThresholdSettings
from bot.telephony.queues import QueueFigures

START = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
WAIT = ThresholdSettings(metric="longest_wait", warn=60, critical=180, clear=45)
HELD = WAIT.model_copy(update={"hold_seconds": 30.0})
AGENTS = ThresholdSettings(metric="agents_available", warn=1, critical=0, clear=2)


def figures(limits, value):
    names = {"longest_wait": "longest_wait_seconds", "agents_available": "agents_available"}
    return QueueFigures(queue_id="281", name="Support", **{names[limits.metric]: value})


def course(limits, *values, step=10):
    """The trouble after looks ``step`` seconds apart."""
    trouble = QueueTrouble(metric=limits.metric, queue_id="281", queue_name="Support")
    for number, value in enumerate(values):
        now = START + timedelta(seconds=number * step)
        trouble = evaluate(trouble, limits, figures(limits, value), now)
    return trouble


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((59,), Level.CLEAR),
        ((60,), Level.WARN),
        ((179,), Level.WARN),
        ((180,), Level.CRITICAL),
        ((60, 46), Level.WARN),
        ((60, 45), Level.CLEAR),
        ((46,), Level.CLEAR),
        ((200, 100), Level.WARN),
        ((200, 50), Level.WARN),
        ((200, 0), Level.CLEAR),
        ((60, 45, 59), Level.CLEAR),
    ],
)
def test_trouble_begins_at_one_limit_and_ends_beyond_another(values, level):
    assert course(WAIT, *values).level is level


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ((2,), Level.CLEAR),
        ((1,), Level.WARN),
        ((0,), Level.CRITICAL),
        ((0, 1), Level.WARN),
        ((0, 2), Level.CLEAR),
        ((0, 5), Level.CLEAR),
    ],
)
def test_for_some_figures_low_is_bad(values, level):
    assert course(AGENTS, *values).level is level


def test_trouble_must_hold_before_it_counts():
    assert course(HELD, 70, 70, 70).level is Level.CLEAR
    assert course(HELD, 70, 70, 70, 70).level is Level.WARN


def test_trouble_that_goes_away_in_between_begins_anew():
    assert course(HELD, 70, 70, 10, 70, 70).level is Level.CLEAR


def test_trouble_that_was_held_began_when_it_was_first_seen():
    assert course(HELD, 70, 70, 70, 70).since == START


def test_getting_worse_must_hold_too_and_getting_better_must_not():
    assert course(HELD, 70, 70, 70, 70, 200).level is Level.WARN
    assert course(HELD, 70, 70, 70, 70, 200, 200, 200, 200).level is Level.CRITICAL
    assert course(HELD, 70, 70, 70, 70, 10).level is Level.CLEAR


def test_the_peak_is_the_worst_figure_even_one_that_did_not_hold():
    assert course(WAIT, 70, 170, 90).peak == 170
    assert course(HELD, 70, 70, 70, 70, 200, 80).peak == 200
    assert course(HELD, 90, 70, 70, 70).peak == 90
    assert course(AGENTS, 1, 0, 1).peak == 0


def test_the_next_trouble_has_a_peak_of_its_own():
    trouble = course(WAIT, 170, 10, 70)
    assert (trouble.peak, trouble.since) == (70, START + timedelta(seconds=20))


def test_a_spike_that_did_not_hold_is_forgotten():
    assert course(HELD, 170, 10, 70, 70, 70, 70).peak == 70


@pytest.mark.parametrize("before", [(), (70,), (200,)])
def test_an_unknown_figure_is_no_better_and_no_worse_and_not_the_one_before(before):
    known, unknown = course(WAIT, *before), course(WAIT, *before, None)
    assert unknown.value is None
    assert (unknown.level, unknown.peak, unknown.since) == (known.level, known.peak, known.since)


def test_a_queue_that_stays_away_is_unknown_and_then_over():
    trouble = course(WAIT, 200)
    for minutes, level in ((1, Level.CRITICAL), (60, Level.CRITICAL), (61, Level.CLEAR)):
        trouble = unlisted(trouble, START + timedelta(minutes=minutes))
        assert (trouble.level, trouble.value) == (level, None), minutes


def test_what_was_seen_before_a_queue_went_away_counts_for_nothing_when_it_is_back():
    held = WAIT.model_copy(update={"hold_seconds": 300.0})
    worse = QueueTrouble(
        metric="longest_wait",
        queue_id="281",
        queue_name="Support",
        level=Level.WARN,
        peak=200,
        since=START,
        worse_since=START,
    )
    back = evaluate(unwatched(worse), held, figures(WAIT, 70), START + timedelta(days=2))
    assert (back.level, back.peak) == (Level.CLEAR, 70)


def test_a_queue_that_is_listed_again_was_not_away():
    away = unlisted(course(WAIT, 200), START)
    back = evaluate(away, WAIT, figures(WAIT, 200), START + timedelta(minutes=59))
    again = unlisted(back, START + timedelta(minutes=60))
    assert (back.value, again.level) == (200, Level.CRITICAL)


def test_an_unknown_figure_is_not_the_end_of_holding():
    assert course(HELD, 70, None, None, 70).level is Level.WARN


def test_the_share_of_callers_who_gave_up_needs_callers():
    def rate(**more):
        return measure(QueueFigures(queue_id="1", name="x", **more), "abandoned_rate")

    assert rate(offered=8, abandoned=2) == 25
    assert rate(offered=0, abandoned=0) is None
    assert rate(offered=8) is None
    assert rate(abandoned=2) is None


def test_each_metric_looks_at_its_own_figure():
    of_all = QueueFigures(
        queue_id="1",
        name="x",
        waiting=1,
        longest_wait_seconds=2,
        agents_available=3,
        service_level_percent=4.0,
    )
    metrics = ("waiting", "longest_wait", "agents_available", "service_level")
    assert [measure(of_all, metric) for metric in metrics] == [1, 2, 3, 4.0]
    assert len({identity("paris", "1", metric) for metric in metrics}) == 4
