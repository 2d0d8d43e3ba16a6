"""What Slack signed comes in, and nothing else does."""

import hashlib
import hmac

import pytest
from support.signing import BODY, NOW, SLACK_SECRET, slack_accepts, slack_headers


def test_a_request_that_slack_signed_is_accepted():
    assert slack_accepts(slack_headers())


def test_a_body_from_slack_need_not_be_text():
    timestamp = str(int(NOW.timestamp()))
    signed = b"v0:" + timestamp.encode() + b":\xff\xfe"
    signature = "v0=" + hmac.new(SLACK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}

    assert slack_accepts(headers, b"\xff\xfe")


@pytest.mark.parametrize("name", ["x-slack-request-timestamp", "x-slack-signature"])
@pytest.mark.parametrize("value", [None, "", "soon", "ü", "\udc80", "v0=", "v0=ü", "١٢٣", "1.5"])
def test_a_slack_header_that_is_missing_or_nonsense_is_rejected(name, value):
    headers = slack_headers()
    del headers[name]
    if value is not None:
        headers[name] = value

    assert not slack_accepts(headers)


def test_another_slack_secret_or_body_is_rejected():
    assert not slack_accepts(slack_headers(secret="another"))
    assert not slack_accepts(slack_headers(), BODY + b"&")


def test_an_empty_slack_secret_rejects_everything():
    timestamp = str(int(NOW.timestamp()))
    signed = b"v0:" + timestamp.encode() + b":" + BODY
    signature = "v0=" + hmac.new(b"", signed, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}

    assert not slack_accepts(headers, secret="")
