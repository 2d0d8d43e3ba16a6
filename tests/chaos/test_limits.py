"""Queues that are neither well nor ill."""

from support.clocks import START

from bot.alerts.queue_threshold import Level, QueueTrouble, evaluate
from bot.settings import ThresholdSettings
from bot.telephony.queues import QueueFigures

LIMITS = ThresholdSettings(metric="longest_wait", warn=60, critical=180, clear=45)


def look(before, seconds):
    figures = QueueFigures(queue_id="281", name="Support", longest_wait_seconds=seconds)
    return evaluate(before, LIMITS, figures, START)


def test_trouble_between_the_limits_stays_until_it_is_below_the_clearing_one():
    well = QueueTrouble(metric="longest_wait", queue_id="281", queue_name="Support")
    between = look(look(well, 70), 50)
    assert between.level is Level.WARN
    assert look(between, 45).level is Level.CLEAR
    assert look(well, 50).level is Level.CLEAR
