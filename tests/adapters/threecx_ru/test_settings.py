"""What can be set, and what is refused before anything is asked."""

import re
import tomllib
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from bot.adapters import threecx_ru
from bot.adapters.threecx_ru import VENDOR

USUAL = {"vendor": "threecx_ru", "url": "https://pbx.example.ru", "key": "k"}
ABSENT = "call_log dnd forwarding hang_up hosts mailboxes pausing recordings switches voicemail"


def built(clock, **settings):
    values = VENDOR.settings(**{**USUAL, **settings})
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(500)))
    return VENDOR.build("moscow", values, http, clock)


@pytest.mark.parametrize(
    "url",
    [
        "https://pbx.example.ru/webapi/canary/",
        "https://pbx.example.ru/?key=canary",
        "https://canary:canary@pbx.example.ru",
        "pbx.example.ru",
    ],
)
def test_an_address_with_more_than_the_host_is_refused_without_showing_it(url):
    with pytest.raises(ValidationError) as caught:
        VENDOR.settings(**{**USUAL, "url": url})

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [{"key": ""}, {"events": "push"}, {"event_names": {"x": "started"}}, {"contact_digits": 0}],
)
def test_impossible_values_are_refused(wrong):
    with pytest.raises(ValidationError):
        VENDOR.settings(**{**USUAL, **wrong})


def test_the_webhook_module_cannot_sign_so_a_token_is_the_usual_way():
    assert VENDOR.settings(**USUAL).webhook_signature == "shared_secret"


def test_it_listens_unless_told_to_poll(clock):
    assert built(clock).feed is None
    assert built(clock, events="poll").feed.name == "callsinfo"


def test_the_example_of_the_readme_can_be_used():
    readme = Path(threecx_ru.__file__).with_name("README.md").read_text()
    [example] = re.findall(r"^```toml\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    uncommented = example.replace("\n# ", "\n")

    for text in (example, uncommented):
        settings = VENDOR.settings(**tomllib.loads(text)["systems"]["moscow"])
        assert settings.timezone == "Europe/Moscow"
    assert settings.event_names == {"hangupincoming": "ended"}


def test_what_the_vendor_lacks_is_none(clock):
    system = built(clock)

    assert [name for name in ABSENT.split() if getattr(system, name) is not None] == []


def test_nothing_is_asked_while_building(clock):
    def fail(request):
        raise AssertionError("no input or output in build")

    http = httpx.AsyncClient(transport=httpx.MockTransport(fail))
    system = VENDOR.build("moscow", VENDOR.settings(**USUAL), http, clock)

    assert system.key == "moscow"
