"""What became of a request: every row of the table, and every exception there is."""

import asyncio
import errno
import inspect
import ssl

import aiohttp
import pytest
from aiohttp import client_exceptions
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk import errors
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.outcomes import (
    MESSAGE_LIMIT_SECONDS,
    REQUEST_ERRORS,
    Impossible,
    NotSent,
    Unknown,
    in_words,
    outcome_of,
)


class Answer:
    """What ``SlackApiError`` carries of a response."""

    def __init__(self, data=None, status=200, headers=None):
        self.data, self.status_code, self.headers = data, status, headers or {}


def refused(code=None, status=200, headers=None):
    data = {"ok": False} | ({"error": code} if code else {})
    return outcome_of(SlackApiError("refused", Answer(data, status, headers)))


# Surely not posted


@pytest.mark.parametrize(
    ("code", "status"),
    [("ratelimited", 429), ("ratelimited", 200), ("rate_limited", 200), (None, 429)],
)
def test_a_rate_limit_pauses_the_channel_for_as_long_as_slack_says(code, status):
    outcome = refused(code, status, {"Retry-After": "30"})
    assert outcome == NotSent("rate limited", 30.0, channel_wide=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 1.0),
        ({"Retry-After": "0"}, 1.0),
        ({"retry-after": "7"}, 7.0),
        ({"Retry-After": ["12"]}, 12.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 5.0),
    ],
)
def test_a_pause_is_read_however_it_is_written(headers, seconds):
    assert refused("ratelimited", 429, headers).again_seconds == seconds


@pytest.mark.parametrize("strange", ["nan", "inf", "-inf", "1e400", "999999999999"])
def test_a_pause_without_an_end_is_not_believed(strange):
    """Else it could not be stored, or the channel would be silent for ever."""
    assert 1 <= refused("ratelimited", 429, {"Retry-After": strange}).again_seconds <= 3600


def test_the_message_limit_is_a_long_pause_although_slack_says_200():
    outcome = refused("message_limit_exceeded")
    assert outcome == NotSent("message_limit_exceeded", MESSAGE_LIMIT_SECONDS, channel_wide=True)


# Permanent


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "no_text",
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "metadata_too_large",
        "invalid_metadata_schema",
        "restricted_action",
        "restricted_action_read_only_channel",
        "missing_scope",
        "message_not_found",
        "cant_update_message",
        "a_code_of_next_year",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_a_plain_no_is_final_and_keeps_slacks_word(code, status):
    assert refused(code, status) == Impossible(code)


@pytest.mark.parametrize(
    "code", ["account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"]
)
def test_without_a_good_token_everything_waits(code):
    assert refused(code, 200) == NotSent(
        f"Slack refuses the token ({code})", 60.0, channel_wide=True
    )


# Unknown


@pytest.mark.parametrize(
    "code", ["internal_error", "fatal_error", "request_timeout", "service_unavailable"]
)
@pytest.mark.parametrize("status", [200, 500, 503])
def test_slacks_own_trouble_is_unknown(code, status):
    assert refused(code, status) == Unknown(code)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
@pytest.mark.parametrize("code", [None, "channel_not_found"])
def test_every_5xx_is_unknown_whatever_it_says(code, status):
    assert isinstance(refused(code, status), Unknown)


@pytest.mark.parametrize("data", [None, {}, "text", b"bytes", [], {"ok": False}, {"error": None}])
@pytest.mark.parametrize("status", [200, 302, 404])
def test_an_answer_without_a_word_is_unknown(data, status):
    outcome = outcome_of(SlackApiError("refused", Answer(data, status)))
    assert outcome == Unknown(f"HTTP {status}")


class Raw:
    """aiohttp's own response, which slack_sdk hands over when it cannot read the body: it has
    no ``data`` and no ``status_code``."""

    def __init__(self, status, headers):
        self.status, self.headers = status, headers


def test_an_unreadable_body_is_unknown():
    assert outcome_of(SlackApiError("unreadable", Raw(200, {}))) == Unknown("HTTP 200")


def test_an_unreadable_body_of_a_rate_limit_is_a_rate_limit():
    outcome = outcome_of(SlackApiError("unreadable", Raw(429, {"Retry-After": "9"})))
    assert outcome == NotSent("rate limited", 9.0, channel_wide=True)


# Every exception there is


def classes_in(module, base):
    found = {each for _, each in inspect.getmembers(module, inspect.isclass)}
    return sorted((each for each in found if issubclass(each, base)), key=lambda c: c.__name__)


AIOHTTP = classes_in(client_exceptions, Exception)
SLACK_SDK = classes_in(errors, Exception)
NO_REQUEST_ERRORS = {aiohttp.WSMessageTypeError}
"""Of web sockets, and of nothing that we send."""

NEVER_LEFT_US = {
    "ClientConnectorCertificateError",
    "ClientConnectorDNSError",
    "ClientConnectorError",
    "ClientConnectorSSLError",
    "ClientProxyConnectionError",
    "ClientSSLError",
    "ConnectionTimeoutError",
    "InvalidURL",
    "InvalidUrlClientError",
    "UnixClientConnectorError",
}
"""The complete list: everything else has to be taken for posted."""


def made(kind):
    """One without the arguments that its constructor wants."""
    return kind.__new__(kind)


def test_there_is_something_to_walk():
    assert len(AIOHTTP) > 25
    assert len(SLACK_SDK) > 6
    assert {kind.__name__ for kind in AIOHTTP} >= NEVER_LEFT_US


@pytest.mark.parametrize("kind", AIOHTTP, ids=lambda kind: kind.__name__)
def test_every_exception_of_aiohttp_is_caught_and_read_rightly(kind):
    if kind in NO_REQUEST_ERRORS:
        return
    assert issubclass(kind, REQUEST_ERRORS)
    surely_not = isinstance(outcome_of(made(kind)), NotSent)
    assert surely_not == (kind.__name__ in NEVER_LEFT_US)


@pytest.mark.parametrize("kind", SLACK_SDK, ids=lambda kind: kind.__name__)
def test_every_exception_of_slack_sdk_is_caught(kind):
    assert issubclass(kind, REQUEST_ERRORS)
    if kind is not SlackApiError:
        assert isinstance(outcome_of(made(kind)), Unknown)


LOST = "the connection to Slack was lost"
UNREADABLE = "Slack's answer cannot be read"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "Slack did not answer in time"),
        (aiohttp.ServerTimeoutError(), "Slack did not answer in time"),
        (aiohttp.ServerDisconnectedError(), LOST),
        (ConnectionResetError(), LOST),
        (BrokenPipeError(), LOST),
        (ssl.SSLError(), LOST),
        (OSError(), LOST),
        (aiohttp.ClientPayloadError(), UNREADABLE),
        (SlackClientError(), UNREADABLE),
        (AttributeError("'str' object has no attribute 'get'"), UNREADABLE),
        (RecursionError("maximum recursion depth exceeded"), UNREADABLE),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), UNREADABLE),
        (made(aiohttp.InvalidUrlRedirectClientError), UNREADABLE),
        (aiohttp.ClientError(), "the request to Slack failed (ClientError)"),
    ],
    ids=lambda of: type(of).__name__,
)
def test_what_else_may_come_up_is_caught_unknown_and_told_in_words(error, words):
    assert isinstance(error, REQUEST_ERRORS)
    assert outcome_of(error) == Unknown(words)


def no_connection(kind, *error):
    """What aiohttp makes of ``error`` when it cannot connect to an address that is a secret."""
    return kind(ConnectionKey("secret", 443, True, True, None, None, None), *error)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            no_connection(aiohttp.ClientConnectorError, OSError(errno.ECONNREFUSED, "to secret")),
            "connection refused",
        ),
        (no_connection(aiohttp.ClientConnectorError, OSError("to secret")), "no connection"),
        (
            no_connection(aiohttp.ClientConnectorDNSError, OSError(-2, "secret")),
            "its name cannot be looked up",
        ),
        (
            no_connection(aiohttp.ClientConnectorSSLError, ssl.SSLError(1, "secret")),
            "no encrypted connection",
        ),
        (
            no_connection(aiohttp.ClientConnectorCertificateError, ssl.CertificateError("secret")),
            "its certificate is not valid",
        ),
        (aiohttp.ConnectionTimeoutError("secret"), "no connection in time"),
        (aiohttp.InvalidURL("secret"), "its address is not one"),
    ],
    ids=lambda of: type(of).__name__,
)
def test_why_slack_cannot_be_reached_is_told_in_words(error, words):
    assert outcome_of(error) == NotSent(f"Slack cannot be reached: {words}", 5.0)


def test_what_slack_says_is_told_in_its_own_words():
    assert in_words(SlackApiError("no", Answer({"error": "not_allowed"}))) == (
        "Slack says not_allowed"
    )
    assert in_words(SlackApiError("no", Raw(502, {}))) == "Slack says HTTP 502"


def test_a_cancelled_request_is_not_caught():
    assert not issubclass(asyncio.CancelledError, REQUEST_ERRORS)
