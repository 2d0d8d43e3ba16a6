"""Events that make no sense are unreadable or unknown, and break nothing."""

import pytest
from adapters.axeos.event_examples import CALL, HEAD, read
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.axeos.models import EVENT_MEMBERS
from bot.telephony.errors import UnknownEvent, UnparsableEvent


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<event/>",
        b"[]",
        b'"incoming call"',
        b"[" * 100_000,
        HEAD | {"event_type": "incoming call"},
        HEAD | {"event_type": "incoming call", "unique_id": ""},
        CALL | {"event_type": "incoming call", "caller": "Pat"},
        CALL | {"event_type": "incoming call", "timestamp": "just now"},
        CALL | {"event_type": "incoming call", "timestamp": None},
        CALL | {"event_type": "incoming call", "timestamp": "0001-01-01T00:00:00"},
        CALL | {"event_type": "incoming call", "timestamp": "0001-01-01T00:00:00+01:00"},
        CALL | {"event_type": "incoming call", "timestamp": "9999-12-31T23:59:59-05:00"},
        CALL | {"event_type": "internal dial", "targets": {"unique_id": "1"}},
        CALL | {"event_type": "incoming call", "seq": "many"},
        HEAD | {"mailbox_number": "101", "new_messages": -1, "old_messages": 0},
        HEAD | {"mailbox_number": "101", "new_messages": "some", "old_messages": 0},
        HEAD | {"event_type": ["incoming call"]},
    ],
)
def test_what_cannot_be_read_is_said_to_be_unreadable(body):
    with pytest.raises(UnparsableEvent):
        read(body)


def test_a_complaint_names_the_member_and_not_what_is_in_it():
    with pytest.raises(UnparsableEvent) as caught:
        read(CALL | {"event_type": "incoming call", "caller": "+15550100"})

    assert str(caught.value) == "the event cannot be read at caller"


def test_a_name_with_odd_characters_is_cleaned():
    caller = {"trunk_uuid": "t1", "name": "Jos\udce9 \u0000Garc\u00eda\n"}

    [started] = read(CALL | {"event_type": "incoming call", "caller": caller})

    assert started.caller_name == "Jos García"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(EVENT_MEMBERS)) | st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)
KINDS = st.sampled_from(
    ["incoming call", "internal dial", "call answered", "call finished", "attended transfer"]
)


@given(body=JSON, kind=KINDS)
def test_no_json_at_all_breaks_the_parser(body, kind):
    event = CALL | {"event_type": kind} | body if isinstance(body, dict) else body
    try:
        events = read(event)
    except (UnknownEvent, UnparsableEvent):
        return
    assert isinstance(events, list)


@given(content=st.binary(max_size=200))
def test_no_bytes_at_all_break_the_parser(content):
    with pytest.raises(UnparsableEvent):
        read(content)
