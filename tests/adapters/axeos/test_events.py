"""What each kind of event says in our words, and at which moment."""

from datetime import UTC, datetime, timedelta

import pytest
from adapters.axeos.event_examples import CALL, HEAD, NOON, read

from bot.telephony.calls import Direction
from bot.telephony.errors import UnknownEvent
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    CallTransferred,
    MailboxChanged,
)

FACTS = {
    "call_id": "17.50",
    "at": NOON,
    "direction": Direction.INBOUND,
    "caller_number": "+15550100",
    "caller_name": "Pat",
    "requested": "15550123",
}


def test_an_incoming_call_has_started():
    assert read(CALL | {"event_type": "incoming call"}) == [CallStarted(**FACTS)]


def test_an_internal_dial_rings_each_target_once():
    targets = [
        {"unique_id": "17.51", "user_phone_type": "phone", "user_uuid": "u1", "phone_uuid": "p1"},
        {"unique_id": "17.52", "user_phone_type": "hot-desk", "user_uuid": "u1"},
        {"unique_id": "17.53", "user_phone_type": "number", "user_uuid": "u2", "number": "+1555"},
        {"unique_id": "17.54", "user_phone_type": "forward", "number": "200"},
        {"unique_id": "17.55", "phone_uuid": "p9"},
        {"unique_id": "17.56"},
    ]

    assert read(CALL | {"event_type": "internal dial", "targets": targets}) == [
        CallRinging(**FACTS, targets=("u1", "+1555", "200", "p9"))
    ]


def test_a_target_is_named_by_its_extension_where_one_is_set():
    body = CALL | {"event_type": "internal dial", "targets": [{"user_uuid": "u1"}]}

    [ringing] = read(body, extensions={"u1": "0101"})

    assert ringing.targets == ("0101",)


def test_an_answered_call_tells_who_took_it():
    body = CALL | {"event_type": "call answered", "target": {"user_uuid": "u1"}}

    assert read(body) == [CallAnswered(**FACTS, answered_by="u1")]


def test_an_answered_call_counts_even_if_nobody_is_named():
    assert read(CALL | {"event_type": "call answered"}) == [CallAnswered(**FACTS)]


def test_a_call_that_was_hung_up_is_over():
    body = CALL | {"event_type": "call finished", "reason": "hangup"}

    assert read(body) == [CallEnded(**FACTS)]


@pytest.mark.parametrize("reason", [{"reason": "expired"}, {"reason": "new word"}, {}])
def test_a_call_that_is_merely_no_longer_watched_is_not_certainly_over(reason):
    assert read(CALL | {"event_type": "call finished"} | reason) == [
        CallEnded(**FACTS, certain=False)
    ]


def test_a_call_that_was_not_seen_from_its_start_may_have_been_answered():
    body = CALL | {"event_type": "call finished", "reason": "hangup", "start_unseen": True}

    assert read(body) == [CallEnded(**FACTS, certain=False)]


@pytest.mark.parametrize("called", [{}, {"called_extension": "0205550190"}])
def test_nothing_tells_whether_an_outside_number_picked_up(called):
    facts = {"unique_id": "17.50", "caller": {"phone_uuid": "p1", "number": "101"}, **called}

    [ended] = read(HEAD | facts | {"event_type": "call finished", "reason": "hangup"})

    assert (ended.direction, ended.certain) == (Direction.OUTBOUND, False)


def test_a_colleague_who_does_not_pick_up_is_known():
    facts = {"unique_id": "17.50", "caller": {"phone_uuid": "p1"}, "called_extension": "102"}

    [ended] = read(HEAD | facts | {"event_type": "call finished", "reason": "hangup"})

    assert (ended.direction, ended.certain) == (Direction.INTERNAL, True)


BLIND = CALL | {
    "event_type": "blind transfer",
    "status": "success",
    "transfer_extension": "103",
    "transferer": {"unique_id": "17.51", "linked_id": "17.50", "name": "< unknown >"},
    "transferee": {"unique_id": "17.50", "linked_id": "17.51", "number": "15550100"},
}


OUTBOUND = {
    "caller": {"phone_uuid": "p1"},
    "called_did": None,
    "called_extension": "0205550190",
}


def test_that_our_own_phone_was_picked_up_says_nothing_of_a_call_to_outside():
    assert read(CALL | OUTBOUND | {"event_type": "call answered"}) == []


def test_a_transfer_of_a_call_to_outside_does_not_either():
    events = read(BLIND | OUTBOUND)

    assert [type(event) for event in events] == [CallTransferred]


def test_a_blind_transfer_joins_the_legs_of_both_sides():
    assert read(BLIND) == [CallAnswered(**FACTS), CallTransferred(**FACTS, other_call_id="17.51")]


def test_an_attended_transfer_joins_every_leg_of_all_three_sides():
    body = CALL | {
        "event_type": "attended transfer",
        "status": "success",
        "transferer": {
            "unique_id_1": "17.51",
            "linked_id_1": "17.50",
            "unique_id_2": "17.60",
            "linked_id_2": "17.61",
        },
        "transferee": {"unique_id": "17.50", "linked_id": "17.51"},
        "transfer_target": {"unique_id": "17.61", "linked_id": "17.60"},
    }

    answered, *transfers = read(body)

    assert answered == CallAnswered(**FACTS)
    assert transfers == [
        CallTransferred(**FACTS, other_call_id=leg) for leg in ("17.51", "17.60", "17.61")
    ]


@pytest.mark.parametrize("kind", ["blind transfer", "attended transfer"])
@pytest.mark.parametrize("status", ["failure", "", "new word"])
def test_a_transfer_that_failed_joins_nothing(kind, status):
    assert read(BLIND | {"event_type": kind, "status": status}) == []


@pytest.mark.parametrize("kind", [{}, {"event_type": "voicemail"}, {"event_type": "call finished"}])
def test_a_mailbox_event_is_known_by_its_members_whatever_its_name(kind):
    members = {"voicemail_uuid": "v1", "mailbox_number": "0101"}
    members |= {"new_messages": 2, "old_messages": 3}

    assert read(HEAD | kind | members) == [MailboxChanged(mailbox="0101", new=2, old=3, at=NOON)]


@pytest.mark.parametrize(
    "body",
    [
        {"event_type": "phone status update", "phone_uuid": "p1", "status_code": 8},
        {"event_type": "user logged in", "user_uuid": "u1", "phone_uuid": "p1"},
        {"event_type": "user logged out", "user_uuid": "u1", "phone_uuid": "p1"},
        {"event_type": "user list changed"},
        {"event_type": "phone list changed"},
    ],
)
def test_phones_and_users_say_nothing_about_calls(body):
    assert read(HEAD | body) == []


@pytest.mark.parametrize("kind", [{"event_type": "fax received"}, {"event_type": ""}, {}])
def test_an_unknown_kind_is_named_as_such(kind):
    with pytest.raises(UnknownEvent):
        read(HEAD | kind)


@pytest.mark.parametrize(
    ("body", "direction"),
    [
        ({"caller": {"trunk_uuid": "t1"}, "called_extension": "101"}, Direction.INBOUND),
        ({"caller": {"user_uuid": "u1"}, "called_extension": "101"}, Direction.INTERNAL),
        ({"caller": {"phone_uuid": "p1"}, "called_extension": "0101"}, Direction.INTERNAL),
        ({"caller": {"user_uuid": "u1"}}, Direction.OUTBOUND),
        ({"caller": {"user_uuid": "u1"}, "called_extension": "+15550"}, Direction.OUTBOUND),
        ({"caller": {"user_uuid": "u1"}, "called_extension": "0205550190"}, Direction.OUTBOUND),
        ({"caller": {"number": "1555"}, "called_did": "1"}, Direction.INBOUND),
        ({"caller": {}, "called_did": "1", "called_extension": "101"}, Direction.INBOUND),
        ({"caller": {"user_uuid": "u1", "number": "101"}, "called_did": "1"}, Direction.INTERNAL),
        (
            {"caller": {"user_uuid": "u1", "number": "15550100"}, "called_did": "1"},
            Direction.INBOUND,
        ),
        (
            {"caller": {"user_uuid": "u1", "number": "15550100"}, "called_extension": "15550123"},
            Direction.OUTBOUND,
        ),
        ({"caller": {"number": "reception"}, "called_extension": "101"}, Direction.INTERNAL),
        ({"caller": {"number": "anonymous"}, "called_extension": "101"}, Direction.INBOUND),
        ({"caller": {"number": "< unknown >"}, "called_extension": "101"}, Direction.INBOUND),
        ({"caller": {"number": ""}, "called_extension": "101"}, Direction.INTERNAL),
        ({"caller": {"number": "102"}, "called_extension": "101"}, Direction.INTERNAL),
        ({"caller": {"number": "102"}, "called_extension": "15550123"}, Direction.OUTBOUND),
        ({"caller": {"number": "15550100"}, "called_extension": "101"}, Direction.INBOUND),
        ({"caller": {"number": "15550100"}, "called_extension": "15550123"}, Direction.INBOUND),
        (
            {"caller": {"number": "100", "normalized_number": "+15550100"}, "called_did": None},
            Direction.INBOUND,
        ),
        (
            {"caller": {"phone_uuid": "p1", "number": "15550100"}, "called_extension": "15550123"},
            Direction.OUTBOUND,
        ),
        ({"caller": None, "called_did": "1"}, Direction.INBOUND),
        ({"called_did": "1"}, Direction.INBOUND),
        ({"caller": {"phone_uuid": "p1"}, "called_did": "1"}, Direction.INTERNAL),
        ({"caller": None}, None),
        ({}, None),
    ],
)
def test_the_direction_follows_from_the_caller_and_the_number_dialled(body, direction):
    [started] = read(HEAD | {"event_type": "incoming call", "unique_id": "17.50"} | body)

    assert started.direction is direction
    assert started.requested == (body.get("called_did") or body.get("called_extension"))


def test_a_caller_without_a_name_or_number_is_not_called_unknown():
    caller = {"trunk_uuid": "t1", "number": "", "name": "< unknown >"}

    [started] = read(CALL | {"event_type": "incoming call", "caller": caller})

    assert (started.caller_number, started.caller_name) == (None, None)


def test_a_number_that_is_not_normalised_is_taken_as_it_is():
    caller = {"trunk_uuid": "t1", "number": "102", "normalized_number": None}

    [started] = read(CALL | {"event_type": "incoming call", "caller": caller})

    assert started.caller_number == "102"


def test_the_journey_of_the_sample_is_a_missed_call(sample):
    events = [read(event) for event in sample("events_missed_call")["response"]["body_json"]]

    [[started], [ringing], nothing, [ended]] = events
    assert isinstance(started, CallStarted)
    assert ringing.targets == ("11111111-0000-4000-8000-000000000001",)
    assert nothing == []
    assert ended == CallEnded(
        **FACTS | {"call_id": "1763647331.50", "at": NOON + timedelta(seconds=29)}
    )


@pytest.mark.parametrize(
    "timestamp",
    [
        "2025-11-20T13:02:11Z",
        "2025-11-20T14:02:11+01:00",
        "2025-11-20T14:02:11+0100",
        "2025-11-20T14:02:11",
        "2025-11-20 14:02:11",
        "20251120T140211",
    ],
)
def test_a_time_without_a_zone_is_read_in_the_zone_of_the_settings(timestamp):
    [started] = read(CALL | {"event_type": "incoming call", "timestamp": timestamp})

    assert started.at == NOON
    assert started.at.tzinfo is UTC


@pytest.mark.parametrize("hour", [0, 1])
def test_in_the_repeated_hour_the_moment_nearer_to_the_arrival_is_meant(hour):
    received_at = datetime(2026, 10, 25, hour, 30, 5, tzinfo=UTC)
    body = CALL | {"event_type": "incoming call", "timestamp": "2026-10-25T02:30:00"}

    [started] = read(body, received_at=received_at)

    assert started.at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
