"""Forms, and bodies that only claim to be one."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.generic.events import parse
from bot.adapters.generic.forms import MEDIA_TYPE
from bot.telephony.errors import UnparsableEvent
from bot.telephony.events import CallEnded, MailboxChanged, RawEvent

FIXTURES = Path(__file__).parent / "fixtures"
JSON = "application/json"
NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)


def read(body, content_type):
    if isinstance(body, str):
        body = body.encode()
    return parse(RawEvent(road="push", body=body, content_type=content_type, received_at=NOON))


def refusal(body, content_type=MEDIA_TYPE):
    with pytest.raises(UnparsableEvent) as caught:
        read(body, content_type)
    return str(caught.value)


def test_a_form_says_the_same_as_json():
    body = (FIXTURES / "answered_call.form").read_bytes()
    same = {
        "event": "call.ended",
        "at": 1763643760.5,
        "call_id": "43",
        "direction": "inbound",
        "caller_number": "+15550100",
        "caller_name": "Zoë Example",
        "extension": "0101",
        "answered": True,
        "talk_seconds": 42,
    }

    assert read(body, f"{MEDIA_TYPE}; charset=utf-8") == read(json.dumps(same), JSON)


@pytest.mark.parametrize("listed", ["extensions=101,0102", "extensions=101&extensions=0102"])
def test_a_form_lists_extensions_in_either_way(listed):
    [event] = read(f"event=call.ringing&call_id=41&at=1763640000&{listed}", MEDIA_TYPE)

    assert event.targets == ("101", "0102")


def test_a_form_of_a_mailbox_has_numbers():
    form = "event=voicemail.changed&at=2025-11-20T12:00:00Z&mailbox=101&new=2&old=1"

    assert read(form, MEDIA_TYPE) == [MailboxChanged(mailbox="101", new=2, old=1, at=NOON)]


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ("event=call.ended&call_id=1&call_id=2", "call_id: is given twice"),
        ("event=call.ended&call_id=1&at=1763640000&talk_seconds=7.5", "talk_seconds: expected a"),
        ("event=call.ended&call_id=1&at=1763640000&answered=perhaps", "answered: expected true"),
        ("event=call.ended&call_id=1", "at: is missing"),
        ("event=call.ended&call_id=1&at=" + "9" * 400, "at: expected ISO 8601"),
        ("call_id=1", "event: is missing"),
        ("", "event: is missing"),
        ("event=%ff", "the body is neither JSON nor a form"),
        ("&".join(["a=1"] * 201), "the body is neither JSON nor a form"),
    ],
)
def test_a_wrong_form_is_refused_naming_the_member(form, complaint):
    assert refusal(form, MEDIA_TYPE).startswith(complaint)


def test_json_that_curl_labelled_as_a_form_is_read_as_json():
    assert read(
        " " + json.dumps({"event": "call.ended", "call_id": "41", "at": 1763640000}), MEDIA_TYPE
    ) == [CallEnded(call_id="41", at=NOON, id_returns=True)]


def test_another_media_type_is_refused():
    assert refusal("event: call.ended", "text/plain").startswith("expected JSON or a form")
