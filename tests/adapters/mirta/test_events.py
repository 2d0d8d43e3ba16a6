"""Rows of the call histories become events."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mirta.events import CallEvents
from bot.adapters.mirta.models import Cdr, SimpleCdr
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import CallAnswered, CallEnded, CallStarted, RawEvent

parse = CallEvents(ZoneInfo("Europe/Paris"))
NOW = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)


def raw(row: object, road: str = "simplecdrs") -> RawEvent:
    body = json.dumps(row).encode()
    return RawEvent(road=road, body=body, content_type="application/json", received_at=NOW)


def simple(**changed: object) -> dict[str, object]:
    return {
        "uniqueid": "srv01-1763643731.48",
        "start": "2025-11-20 14:02:11",
        "direction": "IN",
        "caller_number": "15550100",
        "caller_name": "Pat",
        "dialled": "15550123",
        "disposition": "NO ANSWER",
        "duration": 29,
        "who_answered": "",
    } | changed


def leg(**changed: object) -> dict[str, object]:
    return {
        "uniqueid": "srv01-1.1",
        "linkedid": "srv01-1.1",
        "start": "2025-11-20 14:02:11",
        "direction": "IN",
        "clid": '"Pat" <15550100>',
        "realsrc": "15550100",
        "dialled": "15550123",
        "last_destination": "104-DEMO",
        "disposition": "NO ANSWER",
        "duration": 29,
        "billsec": 0,
    } | changed


def test_a_call_that_nobody_took_starts_and_ends():
    started, ended = parse(raw(simple()))

    assert started == CallStarted(
        call_id="srv01-1763643731.48",
        at=datetime(2025, 11, 20, 13, 2, 11, tzinfo=UTC),
        direction=Direction.INBOUND,
        caller_number="15550100",
        caller_name="Pat",
        requested="15550123",
    )
    assert isinstance(ended, CallEnded)
    assert ended.at == datetime(2025, 11, 20, 13, 2, 40, tzinfo=UTC)
    assert ended.disposition is Disposition.NO_ANSWER
    assert ended.certain
    assert ended.answered_by is None


def test_the_vendors_sample_row_is_parsed_as_the_feed_stores_it(fixture):
    row = fixture("10_simplecdrs_json_doubled")["response"]["body_json"][0]
    stored = SimpleCdr.model_validate(
        {name.replace("_", ""): value for name, value in row.items()}
    ).model_dump()

    started, ended = parse(raw(stored))

    assert started.call_id == "srv01-1763647331.48"
    assert ended.disposition is Disposition.NO_ANSWER


def test_a_taken_call_says_who_took_it_and_when():
    row = simple(disposition="ANSWERED", who_answered="104-DEMO", duration=65, billsec=60)

    _, answered, ended = parse(raw(row))

    assert isinstance(answered, CallAnswered)
    assert answered.answered_by == "104"
    assert answered.at == datetime(2025, 11, 20, 13, 2, 16, tzinfo=UTC)
    assert ended.disposition is Disposition.ANSWERED
    assert ended.talk_seconds == 60


def test_without_a_talking_time_none_is_made_up():
    row = simple(disposition="ANSWERED", who_answered="104-DEMO", duration=65)

    _, answered, ended = parse(raw(row))

    assert answered.at == datetime(2025, 11, 20, 13, 2, 11, tzinfo=UTC)
    assert ended.talk_seconds is None


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        ("IN", Direction.INBOUND),
        ("OUT", Direction.OUTBOUND),
        ("LOCAL", Direction.INTERNAL),
        ("", None),
    ],
)
def test_directions_are_translated(word, direction):
    assert parse(raw(simple(direction=word)))[0].direction is direction


@pytest.mark.parametrize(
    ("word", "disposition"),
    [
        ("NO ANSWER", Disposition.NO_ANSWER),
        ("BUSY", Disposition.BUSY),
        ("FAILED", Disposition.FAILED),
        ("CONGESTION", Disposition.FAILED),
        ("SOMETHING NEW", None),
    ],
)
def test_dispositions_are_translated_and_new_ones_are_unknown(word, disposition):
    events = parse(raw(simple(disposition=word)))

    assert events[-1].disposition is disposition
    assert not [event for event in events if isinstance(event, CallAnswered)]


def test_a_name_that_is_the_number_is_no_name():
    assert parse(raw(simple(caller_name="15550100")))[0].caller_name is None


def test_all_legs_of_a_call_have_one_identifier():
    events = [
        event
        for row in (leg(), leg(uniqueid="srv01-1.2"), leg(uniqueid="srv01-1.3"))
        for event in parse(raw(row, "cdrs"))
    ]

    assert {event.call_id for event in events} == {"srv01-1.1"}


def test_only_the_callers_own_leg_ends_the_call():
    rung = leg(uniqueid="srv01-1.2")

    assert [type(event) for event in parse(raw(rung, "cdrs"))] == [CallStarted]
    assert [type(event) for event in parse(raw(leg(), "cdrs"))] == [CallStarted, CallEnded]


def test_another_leg_says_who_took_the_call():
    taken = leg(uniqueid="srv01-1.2", disposition="ANSWERED", billsec=20)

    _, answered = parse(raw(taken, "cdrs"))

    assert isinstance(answered, CallAnswered)
    assert answered.answered_by == "104"


def test_without_linked_identifiers_every_row_is_a_call():
    _, ended = parse(raw(leg(linkedid="", uniqueid="srv01-9.9"), "cdrs"))

    assert ended.call_id == "srv01-9.9"


@pytest.mark.parametrize(
    "event",
    [
        raw(leg(disposition="ANSWERED", where_landed="VOICEMAIL-102"), "cdrs"),
        raw(simple(disposition="ANSWERED", who_answered="Voicemail 102")),
    ],
    ids=["cdrs", "simplecdrs"],
)
def test_a_call_that_landed_in_voicemail_was_not_taken_by_a_person(event):
    events = parse(event)

    assert [type(event) for event in events] == [CallStarted, CallEnded]
    assert events[-1].disposition is Disposition.VOICEMAIL
    assert events[-1].answered_by is None


def test_a_posted_event_is_unknown():
    with pytest.raises(UnknownEvent):
        parse(raw(simple(), "push"))


@pytest.mark.parametrize(
    "row", [[], "text", {}, simple(uniqueid=""), simple(start="soon"), simple(start={"a": 1})]
)
@pytest.mark.parametrize("road", ["simplecdrs", "cdrs"])
def test_rows_that_cannot_be_read_are_said_to_be_unparsable(row, road):
    with pytest.raises(UnparsableEvent):
        parse(raw(row, road))


@pytest.mark.parametrize(
    "row",
    [
        simple(start="0001-01-01 00:00:00"),
        simple(start="9999-12-31 23:59:59", duration="7200"),
        simple(duration="9" * 20),
        simple(disposition="ANSWERED", duration="9" * 20, billsec="1"),
    ],
)
def test_calls_that_begin_or_end_outside_the_calendar_are_unparsable(row):
    with pytest.raises(UnparsableEvent):
        parse(raw(row))


@given(st.binary(max_size=60), st.sampled_from(["simplecdrs", "cdrs"]))
def test_no_bytes_whatever_bring_another_exception(body, road):
    event = RawEvent(road=road, body=body, content_type="", received_at=NOW)
    with pytest.raises(UnparsableEvent):
        parse(event)


def test_stored_rows_read_back_the_same():
    row = Cdr.model_validate(leg(realsrc="15550100"))

    assert Cdr.model_validate_json(row.model_dump_json()) == row
