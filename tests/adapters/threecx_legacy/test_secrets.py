"""PINs and the console password travel in the query: they must not get out of it."""

import logging

import httpx
import pytest

from bot.telephony.errors import PhoneSystemError

ANSWERS = [
    (200, "error canary100", {}),
    (200, "error for canary&console pass", {}),
    (200, '{"canary100": 1}', {"content_type": "application/json"}),
    (302, "", {"location": "http://canary100.example/?pin=canary100&pwd=canary%26console+pass"}),
    (302, "", {"location": "http://[canary100"}),
    (401, "canary100", {}),
    (403, "canary100", {}),
    (404, "canary100", {}),
    (500, "canary100", {}),
]
LOST = [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]


def chain(error):
    """The error and everything that hangs on it."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


async def failures(system):
    """What both functions and the probe raise."""
    orders = [
        system.client.make_call(extension="100", number="101"),
        system.client.update_extension(extension="100", disable=True),
        system.probe(),
    ]
    errors = []
    for order in orders:
        try:
            await order
        except PhoneSystemError as error:
            errors += chain(error)
    return errors


@pytest.mark.parametrize("method", ["get", "post"])
async def test_no_error_and_no_log_line_holds_a_secret(method, wire, wired, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    errors = []
    for status, body, headers in ANSWERS:
        wire.answers.clear()
        wire.replies(status, body, **headers)
        errors += await failures(wired(method=method))

    assert len(errors) >= 2 * len(ANSWERS)
    assert all("canary" not in f"{link} {link!r}" for link in errors)
    assert len(caplog.records) >= 3 * len(ANSWERS)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("lost", LOST)
async def test_no_lost_connection_shows_a_secret(lost, wire, wired, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    wire.fails(lost)

    errors = await failures(wired())

    assert len(errors) >= 3
    assert all("canary" not in f"{link} {link!r}" for link in errors)
    assert "canary" not in caplog.text


def test_the_system_and_its_settings_do_not_show_secrets(wired):
    system = wired()

    assert "canary" not in f"{system!r} {system.client!r} {vars(system.client)!r}"
