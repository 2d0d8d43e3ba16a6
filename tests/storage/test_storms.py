"""When an alert that is raised is listed with others instead of having a card of its own."""

from datetime import timedelta

import pytest
from support.clocks import START

from storage import alerts, storms

CHANNEL, SEVERITY = "C0SUPPORT", 2
LATER = START + timedelta(hours=8)


def begin_storm(session):
    """A storm that has taken in an alert just now."""
    alert_id = alerts.add_alert(
        session,
        kind="missed_call",
        dedup_key="a",
        system="paris",
        tenant="main",
        state="open",
        now=START,
    )
    storms.join_storm(session, CHANNEL, SEVERITY, alert_id, START)


@pytest.mark.parametrize(
    ("channel", "severity", "seconds", "hold_until", "crowded"),
    [
        (CHANNEL, SEVERITY, 9, None, True),
        (CHANNEL, SEVERITY, 11, None, False),
        (CHANNEL, SEVERITY, 9, LATER, False),
        (CHANNEL, SEVERITY + 1, 9, None, False),
        ("C0OPS", SEVERITY, 9, None, False),
    ],
)
async def test_a_storm_takes_in_what_follows_soon_and_is_not_held_back(
    store, channel, severity, seconds, hold_until, crowded
):
    await store.write(begin_storm)
    now = START + timedelta(seconds=seconds)
    assert await store.read(storms.is_crowded, channel, severity, now, hold_until) is crowded


@pytest.mark.parametrize(
    ("cards", "due_at", "crowded"), [(4, START, False), (5, START, True), (5, LATER, False)]
)
async def test_a_channel_is_crowded_once_five_cards_are_due(store, put, cards, due_at, crowded):
    for number in range(cards):
        await put(f"{number}", slack_channel=CHANNEL, kind="card", at=due_at)
    assert await store.read(storms.is_crowded, CHANNEL, SEVERITY, START) is crowded
    assert await store.read(storms.is_crowded, CHANNEL, SEVERITY, START, LATER) is (cards == 5)
