"""The page that specifies the format tells no lies."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters import generic
from bot.adapters.generic.events import READERS, parse
from bot.adapters.generic.forms import MEDIA_TYPE
from bot.telephony.calls import Direction, Disposition
from bot.telephony.events import CallEnded, CallEvent, MailboxChanged, RawEvent

README = Path(generic.__file__).with_name("README.md")
JSON = "application/json"
NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)


def read(body, content_type):
    if isinstance(body, str):
        body = body.encode()
    return parse(RawEvent(road="push", body=body, content_type=content_type, received_at=NOON))


def examples(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", examples("json"))
def test_every_json_example_of_the_specification_is_read(example):
    events = read(example, JSON)

    assert all(isinstance(event, CallEvent | MailboxChanged) for event in events)
    assert events


def test_the_specification_shows_every_event():
    shown = " ".join(examples("json"))

    assert [kind for kind in READERS if f'"{kind}"' not in shown] == []


def test_the_form_example_of_the_specification_says_the_same_as_the_json_one():
    [form] = examples("form")
    [ended] = read(form.strip(), MEDIA_TYPE)

    assert ended == CallEnded(
        call_id="43",
        at=datetime(2025, 11, 20, 13, 2, 40, tzinfo=UTC),
        direction=Direction.INBOUND,
        caller_number="+15550100",
        disposition=Disposition.NO_ANSWER,
        id_returns=True,
    )


def test_the_settings_of_the_specification_can_be_used():
    [example] = examples("toml")
    uncommented = example.replace("\n# ", "\n")

    for text in (example, uncommented):
        settings = generic.VENDOR.settings(**tomllib.loads(text)["systems"]["front_desk"])
        assert settings.webhook_signature == "standard"
    assert settings.webhook_header == "X-Signature"
