"""A PBX that tells its times in another zone than the settings say is found out."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.adapters.mirta import build
from bot.adapters.mirta.simulator import MirtaSimulator


@pytest.fixture(params=["simplecdrs", "cdrs"])
async def in_utc(request, clock, settings):
    """A PBX that tells UTC, and how we see it in a zone."""
    simulator = MirtaSimulator(clock, zone=ZoneInfo("UTC"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app)) as http:
        yield (
            simulator.pbx,
            lambda zone: (
                build("paris", settings(events=request.param, timezone=zone), http, clock).feed
            ),
        )


async def off(wired, *rows):
    usual = {"sc_direction": "IN", "sc_disposition": "NO ANSWER"}
    named = [usual | {"sc_uniqueid": name, "sc_start": start} for name, start in rows]
    system, _ = wired(json.dumps(named))
    return (await system.feed.fetch(None)).off


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Paris", -1),
        ("Asia/Tokyo", -9),
        ("Asia/Kolkata", -5.5),
        ("America/Los_Angeles", 8),
        ("UTC", None),
    ],
)
async def test_a_wrong_zone_is_seen_with_the_first_call(in_utc, zone, hours):
    pbx, feed_in = in_utc
    feed = feed_in(zone)
    assert (await feed.fetch(None)).off is None
    pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)

    batch = await feed.fetch(None)

    assert batch.off == (None if hours is None else timedelta(hours=hours))


async def test_a_long_call_in_the_right_zone_is_not_off(in_utc, clock):
    pbx, feed_in = in_utc
    await clock.advance(3600)
    pbx.customer_is_answered("15550100", "Pat", "15550123", "104", talk_seconds=3600)

    assert (await feed_in("UTC").fetch(None)).off is None


@pytest.mark.parametrize(
    ("start", "minutes"), [("14:03:11", None), ("14:12:11", 10), ("13:02:11", None)]
)
async def test_without_a_second_in_the_identifier_only_the_future_shows(start, minutes, wired):
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert await off(wired, ("a", f"2026-11-20 {start}")) == expected


async def test_one_odd_row_among_others_says_nothing(wired, clock):
    second = int(clock.now().timestamp())
    rows = [(f"srv01-{second}.{each}", "2026-11-20 14:02:11") for each in (1, 2)]
    odd = (f"srv01-{second}.3", "2026-11-20 13:02:11")
    assert await off(wired, *rows, odd) is None


async def test_what_is_no_whole_step_off_is_no_zone(wired, clock):
    second = int(clock.now().timestamp())
    assert await off(wired, (f"srv01-{second}.1", "2026-11-20 13:24:11")) is None
