"""Posts of the webhook module, in every spelling that its pages show."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.threecx_ru.events import make_parse
from bot.adapters.threecx_ru.simulated_posts import RECORDING, in_capital_case
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import UnknownEvent, UnparsableEvent
from bot.telephony.events import CallAnswered, CallEnded, CallRinging, RawEvent
from bot.telephony.journeys import journey_of

SAMPLE = Path(__file__).parent / "fixtures" / "11_webhook_missed_call.json"
NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
parse = make_parse({})


def raw(body, road="push"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawEvent(road=road, body=content, content_type="application/json", received_at=NOON)


def read(bodies, using=parse):
    return [event for body in bodies for event in using(raw(body))]


def post(event, **more):
    return {"event": event, "id": "251120150000_42-1", "callerid": "15550100", **more}


def test_the_missed_call_sample_rings_a_queue_and_ends_unanswered():
    ringing, ended = read(json.loads(SAMPLE.read_text())["delivery"])

    assert ringing == CallRinging(
        call_id="251120150000_42",
        at=NOON,
        direction=None,
        caller_number="15550100",
        caller_name="Pat",
        requested="15550123",
        queue="800",
        targets=(),
    )
    assert isinstance(ended, CallEnded)
    assert ended.call_id == ringing.call_id
    assert (ended.disposition, ended.direction) == (Disposition.NO_ANSWER, Direction.INBOUND)


def test_a_missed_queue_call_is_one_journey_whose_agents_share_an_id(simulator):
    events = read(simulator.pbx.customer_calls_and_hangs_up())

    assert len({event.call_id for event in events}) == 1
    assert [e.targets for e in events if isinstance(e, CallRinging)] == [(), ("101",), ("0102",)]
    assert [e.disposition for e in events if isinstance(e, CallEnded)] == [Disposition.NO_ANSWER]


def test_the_suffix_that_changes_with_the_answer_does_not_split_the_journey(simulator):
    bodies = simulator.pbx.customer_calls_and_is_answered(by="0102")

    events = read(bodies)

    assert {body["id"][-2:] for body in bodies} == {"-0", "-1"}
    assert len({event.call_id for event in events}) == 1
    assert {e.answered_by for e in events if isinstance(e, CallAnswered)} == {"0102"}
    assert events[-1].disposition is Disposition.ANSWERED


def test_the_end_that_comes_again_with_the_recording_only_repeats_it(simulator):
    *_, end, again = simulator.pbx.customer_calls_and_is_answered()

    assert again["FILES"] == [RECORDING]
    (told,) = parse(raw(again))
    assert told.repeats
    assert replace(told, repeats=False) == parse(raw(end))[-1]
    assert RECORDING not in repr(told)


@pytest.mark.parametrize("scene", ["customer_calls_and_hangs_up", "customer_calls_and_is_answered"])
def test_capital_case_says_the_same(scene, simulator):
    bodies = getattr(simulator.pbx, scene)()
    shouted = [in_capital_case(body) for body in bodies]

    def direction_aside(events):
        return [(type(event), event.call_id, event.queue, event.caller_name) for event in events]

    assert {"Event", "CallerId", "UserType"} <= set(shouted[0])
    assert direction_aside(read(shouted)) == direction_aside(read(bodies))
    assert read(shouted)[-1] == read(bodies)[-1]


def test_an_outgoing_call_goes_to_the_outside_number():
    bodies = [
        post("pickupoutgoing", user="0101", usertype="ext"),
        post("outgoing", user="0101", usertype="ext", finishtype="Ok"),
    ]

    answered, ended = read(bodies)

    for event in (answered, ended):
        assert event.direction is Direction.OUTBOUND
        assert (event.caller_number, event.requested) == ("0101", "15550100")
    assert ended.disposition is Disposition.ANSWERED


def test_an_end_does_not_tell_how_long_people_talked():
    [ended] = read([post("incoming", user="0101", usertype="ext", finishtype="Ok")])

    journey = journey_of(ended)
    assert (journey.answered, journey.talk_is_known) == (True, False)


def test_hanging_up_is_not_yet_the_end():
    assert parse(raw(post("hangupincoming", finishtype="Missed"))) == []


def test_an_end_that_does_not_say_how_leaves_it_open():
    assert [event.disposition for event in parse(raw(post("incoming", finishtype="")))] == [None]


def test_settings_decide_what_a_name_means():
    mine = make_parse({"HangupIncoming": "ended", "started": "ringing", "incoming": "ignored"})

    [ended] = mine(raw(post("HANGUPINCOMING", finishtype="Missed")))
    [ringing] = mine(raw(post("started", user="101")))

    assert isinstance(ended, CallEnded)
    assert isinstance(ringing, CallRinging)
    assert mine(raw(post("incoming"))) == []


@pytest.mark.parametrize(
    ("name", "members", "direction"),
    [
        ("callfinish", {"inbound_did": "15550123"}, Direction.INBOUND),
        ("callfinish", {"did": "Main number"}, Direction.INBOUND),
        ("callfinish", {"inbound_did": " ", "did": ""}, None),
        ("callfinish", {}, None),
        ("outgoing", {"inbound_did": "15550123"}, Direction.OUTBOUND),
        ("incoming", {}, Direction.INBOUND),
        ("callstart", {"inbound_did": "15550123"}, None),
    ],
)
def test_a_did_at_the_end_tells_the_direction_where_the_name_does_not(name, members, direction):
    mine = make_parse({"callstart": "ringing", "callfinish": "ended"})

    events = mine(raw(post(name, finishtype="Ok", **members)))

    assert {event.direction for event in events} == {direction}


def test_a_user_who_is_neither_extension_nor_queue_is_no_agent():
    [answered] = parse(raw(post("pickupincoming", user="+15550177", usertype="other")))

    assert (answered.answered_by, answered.queue) == (None, None)


def test_without_an_id_the_chid_names_the_call():
    [event] = parse(raw({"event": "ringing", "chid": "6f2c1c1e-6a55"}))

    assert event.call_id == "6f2c1c1e-6a55"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"phonebook": "Pat at work", "sip_displayname": "Pat"}, "Pat at work"),
        ({"phonebook": " ", "sip_displayname": "Pat\u0000\n"}, "Pat"),
        ({}, None),
    ],
)
def test_the_best_name_is_shown_without_control_characters(names, shown):
    [event] = parse(raw(post("ringing", **names)))

    assert event.caller_name == shown


def test_an_unknown_name_is_unknown_not_wrong():
    with pytest.raises(UnknownEvent, match=r"^queueoverflow$"):
        parse(raw(post("QueueOverflow")))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"id": "1-0"}, "missing or unreadable: event"),
        ({"event": "", "id": "1-0"}, "missing or unreadable: event"),
        ({"event": "ringing"}, "missing or unreadable: id"),
        ({"event": ["canary"], "id": {"canary": 1}}, "missing or unreadable: event, id"),
        ([post("ringing")], "the body is not a JSON object"),
        (b"", "the body is not a JSON object"),
        (b'{"event": "\xff"}', "the body is not a JSON object"),
        (b'{"event": "\\ud800"}', "the body is not a JSON object"),
        (b"[" * 100_000, "the body is not a JSON object"),
    ],
)
def test_what_cannot_be_read_is_said_without_its_values(body, complaint):
    with pytest.raises(UnparsableEvent) as caught:
        parse(raw(body))

    assert str(caught.value) == complaint


def test_another_road_is_not_read_as_a_post():
    with pytest.raises(UnparsableEvent, match="item of the calls feed"):
        parse(raw(post("ringing"), road="callsinfo"))


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
NAMES = ["id", "chid", "callerid", "user", "usertype", "did", "finishtype", "phonebook"]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["ringing", "Incoming", "pickupoutgoing", "x"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, SCALARS | st.lists(SCALARS))),
)
def test_arbitrary_members_never_raise_anything_else(event, members):
    try:
        events = parse(raw({**members, "event": event}))
    except (UnknownEvent, UnparsableEvent):
        return
    assert all(each.call_id and each.at == NOON for each in events)
