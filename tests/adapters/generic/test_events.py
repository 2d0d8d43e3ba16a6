"""The reader of the generic format against its own specification."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.generic.events import READERS, parse
from bot.adapters.generic.forms import MEDIA_TYPE
from bot.adapters.generic.models import (
    EndedNotice,
    MailboxNotice,
    RingingNotice,
    TransferredNotice,
)
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    CallTransferred,
    MailboxChanged,
    RawEvent,
)

FIXTURES = Path(__file__).parent / "fixtures"
NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
SAID: dict[str, Any] = {"call_id": "41", "at": NOON, "id_returns": True}
JSON = "application/json"


def raw(body, content_type=JSON):
    if isinstance(body, dict | list):
        body = json.dumps(body)
    if isinstance(body, str):
        body = body.encode()
    return RawEvent(road="push", body=body, content_type=content_type, received_at=NOON)


def call(event, **more):
    return {"event": event, "call_id": "41", "at": NOON.isoformat(), **more}


def refusal(body, content_type=JSON):
    with pytest.raises(UnparsableEvent) as caught:
        parse(raw(body, content_type))
    return str(caught.value)


def test_a_started_call_keeps_every_fact():
    facts = {
        "direction": "inbound",
        "caller_number": "+15550100",
        "caller_name": "Pat",
        "requested": "0101",
        "queue": "800",
    }

    assert parse(raw(call("call.started", **facts))) == [
        CallStarted(**SAID, **{**facts, "direction": Direction.INBOUND})
    ]


def test_one_ringing_phone_and_several_are_joined_without_repeats():
    posted = call("call.ringing", extension="0101", extensions=["102", "0101", "103"])

    assert parse(raw(posted)) == [CallRinging(**SAID, targets=("0101", "102", "103"))]


def test_an_answered_call_names_who_took_it():
    assert parse(raw(call("call.answered", extension="0101"))) == [
        CallAnswered(**SAID, answered_by="0101")
    ]


def test_a_transfer_names_the_other_call():
    assert parse(raw(call("call.transferred", other_call_id="42"))) == [
        CallTransferred(**SAID, other_call_id="42")
    ]


def test_an_ended_call_that_says_nothing_of_its_outcome_leaves_it_open():
    assert parse(raw(call("call.ended"))) == [CallEnded(**SAID, disposition=None)]


@pytest.mark.parametrize("disposition", list(Disposition))
def test_every_disposition_is_understood(disposition):
    [ended] = parse(raw(call("call.ended", disposition=str(disposition))))

    assert ended.disposition is disposition


@pytest.mark.parametrize(
    ("answered", "disposition"), [(True, Disposition.ANSWERED), (False, Disposition.NO_ANSWER)]
)
def test_a_bare_answered_flag_becomes_a_disposition(answered, disposition):
    [ended] = parse(raw(call("call.ended", answered=answered, talk_seconds=7)))

    assert (ended.disposition, ended.talk_seconds) == (disposition, 7)


def test_a_whole_call_in_one_post_starts_and_ends():
    posted = (FIXTURES / "missed_call_in_one_post.json").read_bytes()

    started, ended = parse(raw(posted))

    assert isinstance(started, CallStarted)
    assert isinstance(ended, CallEnded)
    assert started.at == datetime(2025, 11, 20, 13, 2, 11, tzinfo=UTC)
    assert ended.at == datetime(2025, 11, 20, 13, 2, 40, tzinfo=UTC)
    assert ended.disposition is Disposition.ABANDONED
    assert started.caller_name == ended.caller_name == "Pat Example"


def test_members_that_we_do_not_know_are_dropped():
    events = parse(raw((FIXTURES / "missed_call_in_one_post.json").read_bytes()))

    assert "canary" not in repr(events)


def test_a_mailbox_carries_its_two_counts():
    posted = {"event": "voicemail.changed", "at": 1763640000, "mailbox": "0101", "new": 2, "old": 0}

    assert parse(raw(posted)) == [MailboxChanged(mailbox="0101", new=2, old=0, at=NOON)]


@pytest.mark.parametrize(
    "at", ["2025-11-20T13:00:00+01:00", "2025-11-20T12:00:00Z", 1763640000, 1763640000.0]
)
def test_every_way_to_write_a_moment_means_the_same(at):
    [event] = parse(raw({**call("call.started"), "at": at}))

    assert event.at == NOON
    assert event.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "complaint"),
    [
        ("2025-11-20T13:00:00", "at: has no time zone"),
        ("2025-11-20", "at: has no time zone"),
        ("yesterday", "at: expected ISO 8601"),
        ("", "at: expected ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "at: expected ISO 8601"),
        (1763640000000, "at: expected unix seconds, not milliseconds"),
        (1e300, "at: expected unix seconds, not milliseconds"),
        (10**400, "at: expected unix seconds, not milliseconds"),
        (float("nan"), "at: expected ISO 8601"),
        (float("inf"), "at: expected ISO 8601"),
        (86400, "at: expected a moment between the years 2000 and 2100"),
        (True, "at: expected ISO 8601"),
        (None, "at: expected ISO 8601"),
        ([], "at: expected ISO 8601"),
    ],
)
def test_a_moment_that_is_not_one_is_refused(at, complaint):
    assert refusal({**call("call.started"), "at": at}).startswith(complaint)


@pytest.mark.parametrize(
    ("posted", "complaint"),
    [
        ({"at": 1763640000}, "event: is missing; expected text such as call.ended"),
        ({"event": 5}, "event: expected text such as call.ended"),
        (call("call.started", call_id=41), "call_id: expected text"),
        (call("call.started", call_id=" "), "call_id: expected text"),
        (call("call.started", call_id="4" * 201), "call_id: is longer than 200 characters"),
        (call("call.started", caller_number=15550100), "caller_number: expected text"),
        (call("call.started", queue="x" * 201), "queue: is longer than 200"),
        (call("call.started", direction="in"), "direction: expected 'inbound', 'outbound' or"),
        (call("call.started", direction=1), "direction: expected 'inbound', 'outbound' or"),
        (call("call.ringing", extensions="101"), "extensions: expected a list of texts"),
        (call("call.ringing", extensions=["101", 102]), "extensions[1]: expected text"),
        (call("call.ringing", extensions=["1"] * 101), "extensions: has more than 100 entries"),
        (call("call.transferred"), "other_call_id: is missing"),
        (call("call.ended", answered="true"), "answered: expected true or false"),
        (call("call.ended", answered=1), "answered: expected true or false"),
        (call("call.ended", talk_seconds="7"), "talk_seconds: expected a whole number"),
        (call("call.ended", talk_seconds=7.5), "talk_seconds: expected a whole number"),
        (call("call.ended", talk_seconds=-1), "talk_seconds: expected 0 or more"),
        (call("call.ended", talk_seconds=2**40), "talk_seconds: is too big"),
        (call("call.ended", disposition="gone"), "disposition: expected 'answered'"),
        (call("call.ended", answered=True, disposition="busy"), "answered: contradicts"),
        (call("call.ended", started_at=1763640001), "started_at: is later than at"),
        ({"event": "voicemail.changed", "at": 1763640000, "mailbox": "1"}, "new: is missing"),
        ([call("call.ended"), call("call.started", queue=8)], "[1].queue: expected text"),
        ([call("call.ended"), "x"], "[1]: expected an object"),
        ([call("call.ended")] * 101, "expected at most 100 events"),
        ("5", "the body: expected an object"),
        ("", "the body is not valid JSON"),
        ('{"event": ', "the body is not valid JSON"),
        ("[" * 100_000, "the body is not valid JSON"),
        (b'{"event": "\xff"}', "the body is not valid JSON"),
    ],
)
def test_a_wrong_post_is_refused_naming_the_member(posted, complaint):
    assert refusal(posted).startswith(complaint)


@pytest.mark.parametrize("member", ["caller_number", "caller_name", "requested"])
def test_what_a_caller_chooses_is_cut_and_hides_no_call(member):
    (event,) = parse(raw(call("call.started", **{member: "  " + "x" * 300})))

    assert getattr(event, member) == "x" * 200


def test_every_wrong_member_is_named_at_once():
    complaint = refusal(call("call.ended", queue=8, talk_seconds="7"))

    assert "queue: " in complaint
    assert "talk_seconds: " in complaint


def test_a_complaint_never_shows_the_value():
    wrong = call("call.ended", caller_number=15550100, direction="canary", at="canary")

    assert "15550100" not in refusal(wrong)
    assert "canary" not in refusal(wrong)


def test_a_kind_that_we_do_not_know_is_unknown_not_wrong():
    with pytest.raises(UnknownEvent, match=r"^call\.parked$"):
        parse(raw({"event": "call.parked"}))


def test_an_array_keeps_its_order():
    events = parse(raw([call("call.started"), call("call.ringing"), call("call.ended")]))

    assert [type(event) for event in events] == [CallStarted, CallRinging, CallEnded]


def test_an_unknown_kind_in_an_array_does_not_cost_the_others():
    assert len(parse(raw([call("call.parked"), call("call.ended")]))) == 1


def test_an_array_of_unknown_kinds_is_unknown():
    with pytest.raises(UnknownEvent, match=r"call\.parked"):
        parse(raw([call("call.parked"), call("call.hummed")]))


def test_an_empty_array_is_no_event():
    assert parse(raw([])) == []


def test_control_characters_are_dropped_and_empty_text_is_none():
    [event] = parse(raw(call("call.started", caller_name="Zo\u0000ë\n", queue="  ")))

    assert (event.caller_name, event.queue) == ("Zoë", None)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200), st.sampled_from([JSON, MEDIA_TYPE, "", "text/plain"]))
def test_arbitrary_bytes_never_raise_anything_else(body, content_type):
    with contextlib.suppress(UnknownEvent, UnparsableEvent):
        parse(raw(body, content_type))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = SCALARS | st.lists(SCALARS, max_size=3)
MEMBERS = {
    name: VALUES
    for model in (RingingNotice, TransferredNotice, EndedNotice, MailboxNotice)
    for name in model.model_fields
}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(READERS)), st.fixed_dictionaries({}, optional=MEMBERS))
def test_arbitrary_members_never_raise_anything_else(event, members):
    try:
        events = parse(raw({**members, "event": event}))
    except UnparsableEvent:
        return
    assert all(event.at.tzinfo is UTC for event in events)


def test_half_a_character_in_an_escape_costs_nobody_a_call():
    body = json.dumps(call("call.started", caller_name="Pat \ud800 Lee"))
    assert "\\ud800" in body

    (event,) = parse(raw(body))

    assert event.caller_name == "Pat ? Lee"
