"""The feed looks at whole days again and misses nothing; the store drops what it knows."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from support.clocks import FixedClock

from bot.adapters.mirta import build
from bot.adapters.mirta.feed import FIRST_LOOK, Cursor
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.adapters.simulation import Fault
from bot.telephony.calls import Disposition
from bot.telephony.errors import PhoneSystemError, UnparsableEvent
from bot.telephony.events import CallEnded, FeedItem, PhoneEvent, RawEvent
from bot.telephony.system import PhoneSystem

MISSED = {"sc_direction": "IN", "sc_disposition": "NO ANSWER"}


def keys(items: tuple[FeedItem, ...]) -> list[str]:
    return [item.dedupe_key for item in items]


def parsed(system: PhoneSystem, item: FeedItem) -> list[PhoneEvent]:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return system.parse(
        RawEvent(
            road=system.feed.name,
            body=item.body,
            content_type=item.content_type,
            received_at=now,
        )
    )


@pytest.fixture(params=["simplecdrs", "cdrs"])
async def either(request, simulator: MirtaSimulator, clock: FixedClock, settings: Callable):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app)) as http:
        yield build("paris", settings(events=request.param), http, clock)


async def test_the_first_look_brings_no_calls_of_the_past(either, simulator, clock):
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)
    await clock.advance(15 * 60)

    batch = await either.feed.fetch(None)

    assert batch.items == ()


async def test_the_first_look_brings_the_call_that_has_just_ended(either, simulator):
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)

    batch = await either.feed.fetch(None)

    assert len(batch.items) == 1
    assert not batch.more
    assert not either.feed.holds
    assert len(simulator.simulation.requests) == 1


async def test_a_missed_call_after_the_first_look_is_seen_and_parsed(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "O'Neil, Pat", "15550123", 29)

    (item,) = (await either.feed.fetch(cursor)).items

    started, ended = parsed(either, item)
    assert (started.caller_number, started.caller_name) == ("15550100", "O'Neil, Pat")
    assert started.at == clock.now() - timedelta(seconds=29)
    assert ended.at == clock.now()
    assert ended.disposition is Disposition.NO_ANSWER


async def test_the_same_call_has_the_same_key_at_every_look(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)

    first = await either.feed.fetch(cursor)
    await clock.advance(15)
    second = await either.feed.fetch(first.cursor)

    assert len(first.items) == 1
    assert keys(first.items) == keys(second.items)


async def test_a_row_that_changes_is_seen_anew(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    call = simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)
    before = await either.feed.fetch(cursor)

    call.disposition, call.who_answered = "ANSWERED", "104-DEMO"
    after = await either.feed.fetch(before.cursor)

    assert keys(before.items) != keys(after.items)
    assert parsed(either, after.items[0])[-1].disposition is Disposition.ANSWERED


async def test_a_row_that_learns_who_answered_is_seen_anew(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    call = simulator.pbx.customer_is_answered("15550100", "Pat", "15550123", "104", talk_seconds=20)
    before = await either.feed.fetch(cursor)

    call.who_answered = "105-DEMO"

    assert keys(before.items) != keys((await either.feed.fetch(before.cursor)).items)


async def test_a_row_that_comes_late_is_still_seen(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    began = clock.now() + timedelta(seconds=5)
    for _ in range(4):
        await clock.advance(1800)
        cursor = (await either.feed.fetch(cursor)).cursor
    simulator.pbx.add_call(
        number="15550100",
        dialled="15550123",
        disposition="NO ANSWER",
        duration=20,
        started_at=began,
    )

    assert len((await either.feed.fetch(cursor)).items) == 1


async def test_two_calls_of_the_same_second_have_two_keys(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)

    assert len(set(keys((await either.feed.fetch(cursor)).items))) == 2


@pytest.mark.parametrize("end_included", [True, False])
async def test_a_call_over_midnight_is_seen_whichever_way_the_span_ends(
    end_included, either, simulator, clock
):
    simulator.pbx.end_included = end_included
    clock.set(datetime(2026, 11, 20, 22, 58, tzinfo=UTC))
    cursor = (await either.feed.fetch(None)).cursor
    clock.set(datetime(2026, 11, 20, 23, 10, tzinfo=UTC))
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 660)
    simulator.pbx.customer_calls_and_hangs_up("15550101", "Kit", "15550123", 30)

    batch = await either.feed.fetch(cursor)

    starts = [parsed(either, item)[0].at for item in batch.items]
    assert starts == [
        datetime(2026, 11, 20, 22, 59, tzinfo=UTC),
        datetime(2026, 11, 20, 23, 9, 30, tzinfo=UTC),
    ]


async def test_a_call_of_yesterday_that_ends_after_a_look_of_today_is_seen(
    either, simulator, clock
):
    clock.set(datetime(2026, 11, 20, 22, 0, tzinfo=UTC))
    cursor = (await either.feed.fetch(None)).cursor
    clock.set(datetime(2026, 11, 20, 23, 30, tzinfo=UTC))  # half past midnight in Paris
    cursor = (await either.feed.fetch(cursor)).cursor
    clock.set(datetime(2026, 11, 20, 23, 40, tzinfo=UTC))
    simulator.pbx.customer_is_answered(
        "15550100", "Pat", "15550123", "104", waited_seconds=5, talk_seconds=3000
    )

    assert len((await either.feed.fetch(cursor)).items) == 1


async def test_a_pause_of_days_is_made_up_for(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(3600)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)
    await clock.advance(3 * 86400)

    assert len((await either.feed.fetch(cursor)).items) == 1


async def test_both_hours_that_come_twice_in_autumn_are_told_apart(either, simulator, clock):
    clock.set(datetime(2026, 10, 24, 23, 0, tzinfo=UTC))
    cursor = (await either.feed.fetch(None)).cursor
    moments = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    for moment in moments:
        clock.set(moment + timedelta(seconds=29))
        simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)

    batch = await either.feed.fetch(cursor)

    assert [parsed(either, item)[0].at for item in batch.items] == moments
    assert len(set(keys(batch.items))) == 2


async def test_a_failed_look_raises_and_leaves_the_old_cursor_good(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)
    simulator.simulation.order(Fault.HTML)

    with pytest.raises(PhoneSystemError):
        await either.feed.fetch(cursor)

    assert len((await either.feed.fetch(cursor)).items) == 1


async def test_nothing_but_our_own_columns_is_stored(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)

    (item,) = (await either.feed.fetch(cursor)).items

    stored = json.loads(item.body)
    assert "pincode" not in stored
    assert "canary" not in item.body.decode()
    assert not [name for name in stored if name.isdigit()]


async def test_an_unreadable_row_is_kept_to_be_seen_as_a_failure(wired):
    rows = [
        MISSED | {"sc_uniqueid": "", "sc_start": "soon"},
        MISSED | {"sc_uniqueid": "a", "sc_start": "soon"},
    ]
    system, _ = wired(json.dumps(rows))

    batch = await system.feed.fetch(None)

    assert len(set(keys(batch.items))) == 2


@pytest.mark.parametrize(
    ("start", "timezone"),
    [
        ("0001-01-01 00:00:00", "Europe/Paris"),
        ("9999-12-31 23:59:59", "America/New_York"),
    ],
)
async def test_a_row_outside_the_calendar_does_not_keep_the_others_away(start, timezone, wired):
    rows = [
        MISSED | {"sc_uniqueid": "a", "sc_start": start},
        MISSED | {"sc_uniqueid": "b", "sc_start": "2099-11-20 14:02:11"},
    ]
    system, _ = wired(json.dumps(rows), timezone=timezone)

    outside, usual = (await system.feed.fetch(None)).items

    with pytest.raises(UnparsableEvent):
        parsed(system, outside)
    assert parsed(system, usual)[0].call_id == "b"


async def test_a_cursor_that_cannot_be_read_starts_anew(either, simulator, clock, caplog):
    simulator.pbx.customer_calls_and_hangs_up("15550100", "Pat", "15550123", 29)
    await clock.advance(15 * 60)

    batch = await either.feed.fetch("not ours")

    assert batch.items == ()
    assert Cursor.from_text(batch.cursor, clock.now()).since == clock.now() - FIRST_LOOK
    assert "unreadable cursor" in caplog.text


async def test_a_dialled_call_ends_as_answered_busy_or_never(either, simulator, clock):
    cursor = (await either.feed.fetch(None)).cursor
    await clock.advance(60)
    calls = [await either.calls.originate("402", "15550199") for _ in range(3)]
    assert (await either.feed.fetch(cursor)).items == ()
    await clock.advance(60)
    simulator.pbx.finish_dial(calls[0].call_id, "ANSWERED", talk_seconds=30)
    simulator.pbx.finish_dial(calls[1].call_id, "BUSY")

    batch = await either.feed.fetch(cursor)

    ends = [parsed(either, item)[-1] for item in batch.items]
    assert all(isinstance(end, CallEnded) for end in ends)
    assert [end.disposition for end in ends] == [Disposition.ANSWERED, Disposition.BUSY]
    assert await either.call_count.count_active() == 1


async def test_the_days_are_those_of_the_systems_own_zone(clock, wired):
    clock.set(datetime(2026, 11, 20, 10, 30, tzinfo=UTC))
    system, wire = wired("", timezone="Pacific/Auckland")

    await system.feed.fetch(None)

    assert ZoneInfo("Pacific/Auckland").utcoffset(clock.now()) == timedelta(hours=13)
    assert wire.requests[0].url.params["start"] == "2026-11-20"
    assert wire.requests[0].url.params["end"] == "2026-11-21"
