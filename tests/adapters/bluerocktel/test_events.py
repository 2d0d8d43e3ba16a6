"""The call-log feed and what its items say."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.bluerocktel.events import parse_call_log
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import UnexpectedReply, UnknownEvent, UnparsableEvent
from bot.telephony.events import CallEnded, CallStarted, RawEvent

PARIS = ZoneInfo("Europe/Paris")
LOG = {
    "id": 9001,
    "direction": "inbound",
    "status": "missed",
    "number_from": "+15550100",
    "number_to": "+15550123",
    "started_at": "2025-11-20T14:02:11Z",
    "ended_at": "2025-11-20T14:02:40Z",
}


def raw(log):
    body = log if isinstance(log, bytes) else json.dumps(log).encode()
    received_at = datetime(2025, 11, 20, 15, tzinfo=UTC)
    return RawEvent(
        road="call_logs", body=body, content_type="application/json", received_at=received_at
    )


def keys(batch):
    return [item.dedupe_key for item in batch.items]


def numbers(batch):
    return [json.loads(item.body)["id"] for item in batch.items]


def test_the_vendors_general_call_record_is_a_start_and_an_end(sample):
    [log] = sample("09")["data"]

    started, ended = parse_call_log(raw(log), PARIS)

    facts = {
        "call_id": "call-log-9001",
        "direction": Direction.INBOUND,
        "caller_number": "+15550100",
        "requested": "+15550123",
    }
    assert started == CallStarted(at=datetime(2025, 11, 20, 14, 2, 11, tzinfo=UTC), **facts)
    assert ended == CallEnded(
        at=datetime(2025, 11, 20, 14, 2, 40, tzinfo=UTC),
        disposition=Disposition.NO_ANSWER,
        **facts,
    )


@pytest.mark.parametrize(
    ("status", "disposition"),
    [
        ("completed", Disposition.ANSWERED),
        ("Missed", Disposition.NO_ANSWER),
        ("voicemail", Disposition.VOICEMAIL),
    ],
)
def test_each_known_status_is_a_disposition(status, disposition):
    *_, ended = parse_call_log(raw({**LOG, "status": status}), PARIS)

    assert ended.disposition is disposition


def test_a_log_with_an_end_alone_still_ends_the_call():
    log = {"id": 1, "status": "missed", "ended_at": "2025-11-20T14:02:40Z"}

    [ended] = parse_call_log(raw(log), PARIS)

    assert (ended.direction, ended.caller_number, ended.requested) == (None, None, None)


def test_a_time_without_an_offset_is_local_and_the_first_when_it_happens_twice():
    log = {**LOG, "started_at": "2025-10-26 02:30:00", "ended_at": "2025-10-26 03:30:00"}

    started, ended = parse_call_log(raw(log), PARIS)

    assert started.at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert ended.at == datetime(2025, 10, 26, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "log",
    [
        {**LOG, "status": "teleported"},
        {**LOG, "status": None},
        {"id": 1},
        {**LOG, "ended_at": None},
    ],
)
def test_a_log_that_says_too_little_is_an_unknown_event(log):
    with pytest.raises(UnknownEvent):
        parse_call_log(raw(log), PARIS)


@pytest.mark.parametrize(
    "log",
    [
        b"",
        b'{"half": [1,',
        b"\xff",
        b"[" * 100_000,
        [LOG],
        {"status": "missed"},
        {**LOG, "ended_at": "yesterday"},
        {**LOG, "started_at": 17},
    ],
)
def test_what_is_no_call_log_is_unparsable(log):
    with pytest.raises(UnparsableEvent):
        parse_call_log(raw(log), PARIS)


async def test_the_first_look_brings_no_old_calls(simulator, simulated):
    simulator.pbx.customer_calls_and_hangs_up()
    feed = simulated(call_logs=True).feed

    first = await feed.fetch(None)
    second = await feed.fetch(first.cursor)

    assert (keys(first), keys(second)) == ([], [])


@pytest.mark.parametrize("paginated", [False, True])
async def test_later_looks_bring_new_calls_by_increasing_id(paginated, simulator, simulated):
    simulator.pbx.paginated, simulator.pbx.per_page = paginated, 1
    simulator.pbx.customer_calls_and_hangs_up()
    system = simulated(call_logs=True)
    first = await system.feed.fetch(None)

    second_call = simulator.pbx.customer_calls_and_hangs_up()
    third_call = simulator.pbx.log_call("completed", "+33699999999", "+33123456789", 60)
    batch = await system.feed.fetch(first.cursor)

    assert numbers(batch) == [second_call, third_call]
    [_, ended] = system.parse(raw(batch.items[0].body))
    assert (ended.disposition, ended.at) == (Disposition.NO_ANSWER, simulator.pbx.clock.now())


async def test_a_log_that_changes_is_news_and_one_that_does_not_is_none(simulator, simulated):
    feed = simulated(call_logs=True).feed
    cursor = (await feed.fetch(None)).cursor
    number = simulator.pbx.log_call("in progress", "+33699999999", "+33123456789", 60)
    first = await feed.fetch(cursor)
    again = await feed.fetch(first.cursor)
    simulator.pbx.call_logs[number]["status"] = "missed"
    changed = await feed.fetch(again.cursor)
    assert keys(again) == keys(first)
    assert keys(changed) != keys(first)
    assert numbers(changed) == [number]


async def test_a_log_that_becomes_visible_late_is_not_lost(simulator, simulated):
    feed = simulated(call_logs=True).feed
    cursor = (await feed.fetch(None)).cursor
    late, on_time = (simulator.pbx.customer_calls_and_hangs_up() for _ in range(2))
    hidden = simulator.pbx.call_logs.pop(late)

    seen = await feed.fetch(cursor)
    simulator.pbx.call_logs[late] = hidden
    seen_later = await feed.fetch(seen.cursor)

    assert numbers(seen) == [on_time]
    assert late in numbers(seen_later)


async def test_unknown_members_neither_stop_the_feed_nor_get_into_it(simulator, simulated):
    system = simulated(call_logs=True)
    cursor = (await system.feed.fetch(None)).cursor
    simulator.pbx.extra_fields = True
    simulator.pbx.customer_calls_and_hangs_up()

    [item] = (await system.feed.fetch(cursor)).items

    assert b"simulated-api-token" not in item.body
    assert b"tenant_uuid" not in item.body
    assert len(system.parse(raw(item.body))) == 2


async def test_a_row_without_a_number_stops_the_look_and_is_not_skipped(wire, wired):
    wire.answers(200, [LOG, {"status": "missed"}])

    with pytest.raises(UnexpectedReply):
        await wired(call_logs=True).feed.fetch("0:0")


async def test_a_look_asks_once_and_changes_nothing(simulator, simulated):
    await simulated(call_logs=True).feed.fetch(None)

    assert [seen.method for seen in simulator.simulation.requests] == ["GET"]
    assert simulator.pbx.call_log_refreshes == 0


async def test_an_old_cursor_brings_everything_that_came_meanwhile(simulator, simulated):
    feed = simulated(call_logs=True).feed
    cursor = (await feed.fetch(None)).cursor
    for _ in range(120):
        simulator.pbx.customer_calls_and_hangs_up()

    assert len((await feed.fetch(cursor)).items) == 120


def test_a_number_that_was_stored_with_half_a_character_is_read_without_it():
    _, ended = parse_call_log(raw({**LOG, "number_from": "01\ud83d23", "number_to": "\x00"}), PARIS)

    assert (ended.caller_number, ended.requested) == ("0123", None)
