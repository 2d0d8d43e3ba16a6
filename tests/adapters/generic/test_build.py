"""A generic system is listened to and nothing else."""

import dataclasses

import httpx
import pytest
from pydantic import ValidationError
from support.clocks import FixedClock

from bot.adapters.generic import VENDOR
from bot.adapters.generic.events import parse
from bot.telephony.errors import NotSupported

OUTGOING = {"key", "vendor", "title", "probe", "client", "parse"}


def no_network(request):
    raise AssertionError("a generic system is never asked anything")


def built():
    settings = VENDOR.settings(vendor="generic", webhook_secret="canary-secret")
    http = httpx.AsyncClient(transport=httpx.MockTransport(no_network))
    return VENDOR.build("front_desk", settings, http, FixedClock())


def test_it_parses_and_has_no_outgoing_part():
    system = built()
    parts = {field.name for field in dataclasses.fields(system)} - OUTGOING

    assert system.parse is parse
    assert {name for name in parts if getattr(system, name) is not None} == set()


def test_asking_for_a_part_says_so_in_one_sentence():
    system = built()

    with pytest.raises(NotSupported, match=r"front_desk \(generic webhook\) cannot place calls\."):
        system.need(system.calls, "place calls")


async def test_the_probe_asks_nothing():
    assert await built().probe() == "only posts to us; there is nothing to ask"


def test_it_has_no_operations():
    assert dict(VENDOR.operations) == {}


def test_the_secret_is_not_shown():
    assert "canary-secret" not in repr(
        VENDOR.settings(vendor="generic", webhook_secret="canary-secret")
    )


@pytest.mark.parametrize("wrong", [{"vendor": "mirta"}, {"vendor": "generic", "url": "https://x"}])
def test_other_settings_are_refused(wrong):
    with pytest.raises(ValidationError):
        VENDOR.settings(**wrong)


@pytest.mark.parametrize("secret", [{}, {"webhook_secret": []}])
def test_a_system_that_only_posts_needs_a_secret(secret):
    with pytest.raises(ValidationError, match="webhook_secret"):
        VENDOR.settings(vendor="generic", **secret)
