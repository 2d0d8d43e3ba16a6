"""A call history that does not tell what a missed call is known by makes the feed blind."""

import json

import pytest
from support.steering import Listener

from bot.telephony.calls import Disposition
from bot.telephony.errors import UnexpectedReply
from bot.telephony.events import CallAnswered, CallEnded, CallStarted

SIMPLE = {
    "sc_uniqueid": "srv01-1.48",
    "sc_start": "2026-11-20 14:02:11",
    "sc_direction": "IN",
    "sc_calleridnum": "15550100",
    "sc_disposition": "NO ANSWER",
}
LEG = {
    "uniqueid": "srv01-1.48",
    "start": "2026-11-20 14:02:11",
    "realsrc": "15550100",
    "direction": "IN",
}
SEAT = SIMPLE | {"sc_whoanswered": "104-DEMO"}
COMPLETED = LEG | {"disposition": "COMPLETED"}


def csv_of(*rows):
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])


def simple_without(*names):
    return json.dumps([{name: value for name, value in SIMPLE.items() if name not in names}])


async def test_a_quiet_morning_without_a_direction_is_no_history_that_hides_calls(wired):
    for events, body, rows in (
        ("simplecdrs", json.dumps([SIMPLE | {"sc_direction": ""}]), 1),
        ("cdrs", csv_of(LEG | {"direction": "", "billsec": "0"}), 1),
        ("cdrs", csv_of(*[LEG | {"direction": "INTERNAL", "billsec": "0"}] * 4), 4),
    ):
        system, _ = wired(body, events=events)
        assert len((await system.feed.fetch(None)).items) == rows


async def news(wired, clock, body, events="cdrs"):
    """The events of all rows that a look brings."""
    system, _ = wired(body, events=events)
    return await Listener(system, clock).news()


@pytest.mark.parametrize(
    ("events", "body", "told"),
    [
        ("simplecdrs", simple_without("sc_direction"), "direction"),
        ("simplecdrs", json.dumps([SIMPLE | {"sc_direction": "EAST"}] * 5), "direction"),
        ("simplecdrs", simple_without("sc_disposition"), "disposition"),
        ("cdrs", csv_of(*[LEG | {"direction": "?", "billsec": "0"}] * 5), "direction"),
        ("cdrs", csv_of(LEG), "disposition"),
        ("cdrs", csv_of(LEG | {"disposition": ""}), "disposition"),
        ("cdrs", csv_of(*[LEG | {"disposition": "TAKEN", "billsec": "20"}] * 5), "disposition"),
    ],
)
async def test_a_history_that_hides_missed_calls_names_the_column(events, body, told, wired):
    system, _ = wired(body, events=events)

    sentence = rf"^paris does not tell the {told} of its calls.* {events}.* {told} "
    with pytest.raises(UnexpectedReply, match=sentence):
        await system.feed.fetch(None)


@pytest.mark.parametrize("events", ["simplecdrs", "cdrs"])
async def test_no_calls_are_no_missing_column(events, wired, clock):
    assert await news(wired, clock, "", events) == []


async def test_one_odd_row_makes_no_system_blind(wired, clock):
    odd = LEG | {"uniqueid": "srv01-1.49", "direction": "EAST", "disposition": ""}
    body = csv_of(odd, LEG | {"disposition": "BUSY"})

    ends = await news(wired, clock, body)

    assert ends[-1].disposition is Disposition.BUSY


@pytest.mark.parametrize(
    "told",
    [
        {"answer": "2026-11-20 14:02:20", "billsec": "20"},
        {"answer": "2026-11-20 14:02:20"},
        {"billsec": "20"},
        {"billsec": "20", "disposition": ""},
    ],
)
async def test_a_time_of_answer_or_talk_means_answered(told, wired, clock):
    _, answered, ended = await news(wired, clock, csv_of(LEG | told))

    assert isinstance(answered, CallAnswered)
    assert ended.disposition is Disposition.ANSWERED


@pytest.mark.parametrize(
    "told",
    [
        {"answer": "", "billsec": "0"},
        {"answer": ""},
        {"answer": "0000-00-00 00:00:00"},
        {"answer": "-0001-11-30 00:00:00"},
        {"answer": "0001-01-01 00:00:00"},
        {"answer": "1970-01-01 01:00:00"},
        {"answer": "N/A 1"},
        {"answer": "2026-11-20 14:02:20", "billsec": "0"},
        {"billsec": "0"},
        {"answer": "2026-11-20 14:02:20", "billsec": "0", "disposition": "NO ANSWER"},
    ],
)
async def test_without_either_nobody_answered(told, wired, clock):
    events = await news(wired, clock, csv_of(LEG | told))

    assert not [event for event in events if isinstance(event, CallAnswered)]
    assert events[-1].disposition in (None, Disposition.NO_ANSWER)


@pytest.mark.parametrize(("billsec", "certain"), [("0", True), ("20", False)])
async def test_a_word_that_is_not_known_is_no_answer_and_talk_makes_it_doubtful(
    billsec, certain, wired, clock
):
    told = {"billsec": billsec, "disposition": "ABANDONED"}
    known = LEG | {"uniqueid": "srv01-1.49", "billsec": "9", "disposition": "ANSWERED"}

    events = await news(wired, clock, csv_of(known, LEG | told))

    started, ended = (event for event in events if event.call_id == "srv01-1.48")
    assert (type(started), type(ended)) == (CallStarted, CallEnded)
    assert (ended.disposition, ended.certain) == (None, certain)


@pytest.mark.parametrize(
    ("events", "row"),
    [
        ("cdrs", COMPLETED | {"answer": "2026-11-20 14:02:20"}),
        ("cdrs", COMPLETED | {"answer": "2026-11-20 14:02:20", "billsec": ""}),
        ("simplecdrs", SEAT | {"sc_disposition": "COMPLETED"}),
    ],
)
async def test_a_time_of_answer_or_who_it_was_makes_such_a_word_doubtful_too(
    events, row, wired, clock
):
    body = csv_of(row) if events == "cdrs" else json.dumps([row])

    *_, ended = await news(wired, clock, body, events)

    assert (ended.disposition, ended.certain) == (None, False)


@pytest.mark.parametrize("billsec", [{}, {"sc_billsec": ""}, {"sc_billsec": None}])
async def test_a_seat_without_a_word_is_doubtful_where_no_talk_is_told(billsec, wired, clock):
    wordless = SEAT | {"sc_disposition": "", "sc_uniqueid": "srv01-1.49"} | billsec

    *_, ended = await news(wired, clock, json.dumps([SIMPLE, wordless]), "simplecdrs")

    assert (ended.disposition, ended.certain) == (None, False)


@pytest.mark.parametrize("word", ["", "COMPLETED"])
@pytest.mark.parametrize("none", ["0", "0:00:00"])
async def test_a_talk_of_no_seconds_outweighs_who_answered_and_when(none, word, wired, clock):
    seat = SEAT | {"sc_disposition": word, "sc_billsec": none}
    leg = COMPLETED | {"disposition": word, "answer": "2026-11-20 14:02:20", "billsec": none}

    *_, call = await news(wired, clock, json.dumps([seat]), "simplecdrs")
    *_, last_leg = await news(wired, clock, csv_of(leg))

    assert (call.disposition, call.certain) == (None, True)
    assert (last_leg.disposition, last_leg.certain) == (None, True)


@pytest.mark.parametrize(
    "told",
    [
        {"sc_disposition": "COMPLETED", "sc_whoanswered": "VOICEMAIL-102"},
        {"sc_disposition": "COMPLETED", "sc_whoanswered": "VOICEMAIL-102", "sc_billsec": "20"},
        *({"sc_disposition": "CANCEL", "sc_whoanswered": nobody} for nobody in ("-", "0", "281")),
        *({"sc_disposition": "", "sc_whoanswered": who} for who in ("", "104", "VOICEMAIL-102")),
        {"sc_disposition": "NO ANSWER", "sc_whoanswered": "104-DEMO"},
    ],
)
async def test_nobody_a_voicemail_box_or_a_known_word_leaves_no_doubt(told, wired, clock):
    other = SIMPLE | {"sc_uniqueid": "srv01-1.47"}

    *_, ended = await news(wired, clock, json.dumps([other, SIMPLE | told]), "simplecdrs")

    assert ended.certain


async def test_a_leg_that_landed_in_a_voicemail_box_leaves_no_doubt(wired, clock):
    told = {"answer": "2026-11-20 14:02:20", "billsec": "20", "wherelanded": "VOICEMAIL-102"}

    *_, ended = await news(wired, clock, csv_of(COMPLETED | told), "cdrs")

    assert ended.certain


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        ([{"disposition": "ABANDONED"}], "'ABANDONED' in the column disposition of its cdrs"),
        ([{"disposition": "BUSY"}, {"disposition": "TAKEN"}], "'TAKEN' in the column disposition"),
        ([{"direction": "PAGE", "disposition": "BUSY"}] * 4, "'PAGE' in the column direction"),
        ([{"disposition": "x" * 99}], f"'{'x' * 40}' in the column disposition"),
        ([{"direction": "PAGE", "disposition": "BUSY"}, {"disposition": "BUSY"}], None),
        ([{"disposition": "BUSY"}], None),
    ],
)
async def test_a_word_that_is_not_known_is_told_where_it_may_hide_missed_calls(rows, doubt, wired):
    system, _ = wired(csv_of(*(LEG | row for row in rows)), events="cdrs")

    batch = await system.feed.fetch(None)

    assert len(batch.items) == len(rows)
    assert batch.doubt is None if doubt is None else f"paris says {doubt}" in batch.doubt


async def test_voicemail_that_answered_is_nobody_without_a_disposition(wired, clock):
    body = csv_of(LEG | {"billsec": "20", "wherelanded": "VOICEMAIL-102"})

    assert (await news(wired, clock, body))[-1].disposition is Disposition.VOICEMAIL


async def test_a_talking_time_that_comes_later_is_news(wired):
    system, wire = wired(csv_of(LEG | {"billsec": "0"}), events="cdrs")
    before = (await system.feed.fetch(None)).items
    wire.body = csv_of(LEG | {"billsec": "20"}).encode()
    after = (await system.feed.fetch(None)).items

    assert before[0].dedupe_key != after[0].dedupe_key
