import asyncio
import json

import httpx
import pytest

from bot.telephony.errors import UnexpectedReply, Unreachable
from bot.telephony.events import CallEnded, RawEvent

FROM_THE_START = ""


def numbers(batch):
    return [json.loads(item.body)["seq"] for item in batch.items]


def queries(simulator):
    return [seen.query for seen in simulator.simulation.requests]


async def test_the_first_look_skips_what_is_in_the_buffer(simulator, system):
    simulator.pbx.events.gathering = True
    simulator.pbx.customer_calls_and_hangs_up("+15550100")

    first = await system.feed.fetch(None)
    simulator.pbx.customer_calls_and_hangs_up("+15550101")
    second = await system.feed.fetch(first.cursor)

    assert (first.items, first.cursor, first.more) == ((), "4", True)
    assert numbers(second) == [5, 6, 7, 8, 9]
    assert second.cursor == "9"
    assert queries(simulator) == ["timeout=0&limit=1", "last=4&timeout=30"]


async def test_after_a_first_look_into_an_empty_buffer_nothing_is_skipped(simulator, system):
    first = await system.feed.fetch(None)
    simulator.pbx.customer_calls_and_hangs_up("+15550100")
    second = await system.feed.fetch(first.cursor)

    assert first.cursor == FROM_THE_START
    assert numbers(second) == [0, 1, 2, 3, 4]
    assert queries(simulator)[1] == "timeout=30"


async def test_a_look_waits_for_the_next_event(simulator, system, clock):
    await system.feed.fetch(None)
    look = asyncio.create_task(system.feed.fetch(FROM_THE_START))
    await asyncio.sleep(0.01)
    await clock.advance(29)
    assert not look.done()

    simulator.pbx.leave_voicemail("101")

    assert numbers(await look) == [0]


async def test_a_look_without_news_keeps_the_cursor(simulator, system, clock):
    simulator.pbx.events.gathering = True
    simulator.pbx.leave_voicemail("101")
    look = asyncio.create_task(system.feed.fetch("0"))
    await asyncio.sleep(0.01)
    await clock.advance(30)

    batch = await look

    assert (batch.items, batch.cursor, batch.more) == ((), "0", False)
    assert len(queries(simulator)) == 1


async def test_numbers_that_start_anew_are_followed(simulator, system):
    await simulator.pbx.events.read(None, 0, None)
    for _ in range(5):
        simulator.pbx.leave_voicemail("101")
    before = await system.feed.fetch(FROM_THE_START)
    simulator.pbx.events.restart()
    await simulator.pbx.events.read(None, 0, None)
    simulator.pbx.leave_voicemail("101")

    after = await system.feed.fetch(before.cursor)
    simulator.pbx.leave_voicemail("101")
    later = await system.feed.fetch(after.cursor)

    assert (before.cursor, after.cursor, later.cursor) == ("4", "0", "1")
    assert [numbers(batch) for batch in (after, later)] == [[0], [1]]


async def test_an_overflow_is_jumped_over(simulator, system):
    simulator.pbx.events.gathering = True
    simulator.pbx.leave_voicemail("101")
    simulator.pbx.events.overflow(lost=40)
    simulator.pbx.leave_voicemail("101")

    batch = await system.feed.fetch("0")

    assert (numbers(batch), batch.cursor) == ([41], "41")


def event(seq, kind="call finished", call="17.50"):
    stamp = f"2025-11-20T14:{seq % 60:02}:00+01:00"
    return {"event_type": kind, "seq": seq, "timestamp": stamp, "unique_id": call}


def begins(seq, call="17.50"):
    return event(seq, "incoming call", call)


async def look(answering, cursor, *events):
    """The ends of calls that a look from ``cursor`` brings, whether the start was unseen; and
    where it leads."""
    system, _ = answering(httpx.Response(200, json=list(events)))
    batch = await system.feed.fetch(cursor)
    bodies = map(json.loads, (item.body for item in batch.items))
    ends = [body for body in bodies if body["event_type"] == "call finished"]
    return [body.get("start_unseen", False) for body in ends], batch.cursor


@pytest.mark.parametrize("call", ["17.50", "a/b 1", "100%25", ""])
async def test_a_call_is_known_from_its_beginning_on_over_looks_and_restarts(call, answering):
    _, cursor = await look(answering, "4", begins(5, call), begins(6, "other"))
    _, cursor = await look(answering, cursor)
    ends, cursor = await look(answering, cursor, event(7, call=call))

    assert (ends, cursor) == ([False], "7 other")


@pytest.mark.parametrize(
    "events",
    [
        [event(5)],
        [begins(5, "other"), event(6)],
        [event(5, "internal dial"), event(6)],
        [begins(5), event(50)],
        [begins(5), event(0)],
        [begins(5), begins(6, "other"), event(5)],
        [begins(5), event(7, "internal dial"), event(8)],
    ],
)
async def test_the_end_of_a_call_that_was_not_seen_in_full_says_so(events, answering):
    ends, _ = await look(answering, "4", *events)

    assert ends == [True]


async def test_an_event_that_is_sent_once_more_is_no_gap(answering):
    ends, cursor = await look(answering, "4", begins(5), begins(5), event(6))

    assert (ends, cursor) == ([False], "6")


@pytest.mark.parametrize("seq", [60, 0])
async def test_a_gap_between_two_looks_leaves_no_call_known(seq, answering):
    ends, cursor = await look(answering, "5 17.50", event(seq))

    assert (ends, cursor) == ([True], str(seq))


async def test_a_call_that_begins_after_a_gap_is_known(answering):
    ends, _ = await look(answering, "5", begins(50), event(51), begins(0), event(1))

    assert ends == [False, False]


async def test_a_call_that_goes_on_in_a_gap_stays_doubtful_whatever_rule_it_passes(answering):
    _, cursor = await look(answering, "5 17.50 other", begins(60))
    ends, later = await look(answering, cursor, begins(61), event(62))

    assert (cursor, ends, later) == ("60 ?17.50 ?other", [True], "62 ?other")


async def test_a_call_that_the_first_look_sees_begin_is_known_with_its_beginning(answering):
    system, _ = answering(httpx.Response(200, json=[begins(4)]))
    first = await system.feed.fetch(None)
    ends, _ = await look(answering, first.cursor, event(5))

    assert numbers(first) == [4]
    assert ends == [False]


@pytest.mark.parametrize(
    ("cursor", "seqs", "skipped"),
    [
        ("4", [5, 6], False),
        ("4", [4, 5], False),
        (FROM_THE_START, [7, 8], False),
        ("4", [6], True),
        ("4", [0, 1], True),
        ("4", [5, 50, 51], True),
    ],
)
async def test_events_that_the_system_left_out_are_told(cursor, seqs, skipped, answering):
    system, _ = answering(httpx.Response(200, json=[event(seq) for seq in seqs]))

    doubt = (await system.feed.fetch(cursor)).doubt

    assert (doubt is not None and "paris left out events" in doubt) is skipped


async def test_calls_whose_end_is_never_told_do_not_pile_up(answering):
    _, cursor = await look(answering, "", *(begins(seq, str(seq)) for seq in range(1500)))

    assert len(cursor.split()) == 1001
    assert (await look(answering, cursor, event(1500, call="1499")))[0] == [False]


async def test_gathering_that_was_switched_off_is_switched_on_again(simulator, system):
    simulator.pbx.events.gathering = True
    simulator.pbx.leave_voicemail("101")
    simulator.pbx.events.reset()
    simulator.pbx.leave_voicemail("101")
    look = asyncio.create_task(system.feed.fetch("0"))
    await asyncio.sleep(0.01)
    simulator.pbx.leave_voicemail("0102")

    batch = await look

    assert numbers(batch) == [0]
    assert b'"0102"' in batch.items[0].body


async def test_the_same_number_at_another_time_is_another_event(answering):
    news = {"seq": 0, "timestamp": "2025-11-20T14:02:11+01:00", "event_type": "user list changed"}
    later = news | {"timestamp": "2025-11-20T15:00:00+01:00"}
    call = news | {"event_type": "call finished", "unique_id": "17.50"}
    system, _ = answering(httpx.Response(200, json=[news, later, call, news]))

    keys = [item.dedupe_key for item in (await system.feed.fetch("0")).items]

    assert len(set(keys)) == 3
    assert keys[0] == keys[3]
    assert keys[2] == "0 2025-11-20T14:02:11+01:00 call finished 17.50"


async def test_a_strange_event_does_not_hold_up_the_others(answering):
    strange = {"seq": 1, "event_type": ["?"], "timestamp": None, "unique_id": {}, "caller": 5}
    system, _ = answering(httpx.Response(200, json=[strange, {"seq": 2}]))

    batch = await system.feed.fetch("0")

    assert (numbers(batch), batch.cursor) == ([1, 2], "2")


async def test_the_cursor_is_the_last_number_received_even_if_it_is_smaller(answering):
    system, _ = answering(httpx.Response(200, json=[{"seq": 900}, {"seq": 0}, {"seq": 1}]))

    assert (await system.feed.fetch("899")).cursor == "1"


@pytest.mark.parametrize("body", [[{"event_type": "x"}], [{"seq": None}], ["x"], {"seq": 1}])
async def test_events_without_a_number_cannot_be_continued_from(body, answering):
    system, _ = answering(httpx.Response(200, json=body))

    with pytest.raises(UnexpectedReply):
        await system.feed.fetch("0")


async def test_a_lost_connection_is_reported_to_the_poller(answering):
    def fail(request):
        raise httpx.ReadTimeout("lost", request=request)

    system, network = answering(fail)

    with pytest.raises(Unreachable):
        await system.feed.fetch("511")

    assert {request.url.params["last"] for request in network.requests} == {"511"}


async def test_a_broken_encoding_goes_through_feed_and_parser(answering, clock):
    body = b'[{"event_type": "call finished", "seq": 1, "timestamp": "2025-11-20T14:02:11Z",'
    body += b' "unique_id": "17.50", "reason": "hangup", "caller": {"name": "Jos\xe9 \\udce9"}}]'
    system, _ = answering(httpx.Response(200, content=body))

    [item] = (await system.feed.fetch("0")).items
    [ended] = system.parse(
        RawEvent(
            road=system.feed.name,
            body=item.body,
            content_type=item.content_type,
            received_at=clock.now(),
        )
    )

    assert isinstance(ended, CallEnded)
    assert ended.caller_name == "Jos\ufffd "


def test_a_look_is_known_to_wait_for_news(system):
    assert system.feed.holds is True
