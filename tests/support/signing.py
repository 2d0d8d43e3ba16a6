"""Requests to our doors, signed as phone systems and Slack sign them, and whether they come in."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook

from bot.settings import SystemSettings
from webhooks.verify import Rejected, Verifier, verify_slack

NOW = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
BODY = '{"event": "call.ended", "caller": "Zoë"}'.encode()
OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
HMAC = hmac.new(b"s3cret", BODY, hashlib.sha256)


def system(
    signature: str = "standard", secrets: Sequence[str] = (NEW,), **more: Any
) -> SystemSettings:
    return SystemSettings.model_validate(
        {"vendor": "x", "webhook_signature": signature, "webhook_secret": list(secrets), **more}
    )


def standard_headers(
    secret: str = NEW, body: bytes = BODY, at: datetime = NOW, delivery: str = "msg_1"
) -> dict[str, str]:
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, at, body.decode()),
    }


def headers_of_bytes(secret: str, body: bytes, at: datetime = NOW) -> dict[str, str]:
    """``standard_headers`` for a body that is no text, which the library cannot sign."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"msg_1.{moment}.".encode() + body, "sha256")
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def raw(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    """As an ASGI server hands them on: text is sent as Latin-1, else as UTF-8."""
    return {name.lower().encode(): _sent(value) for name, value in headers.items()}


def _sent(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def accepted(
    settings: SystemSettings,
    headers: Mapping[str, str],
    body: bytes = BODY,
    query: bytes = b"",
    address: str = "192.0.2.7",
    now: datetime = NOW,
) -> bool:
    try:
        Verifier(settings).verify(raw(headers), query, body, address, now)
    except Rejected:
        return False
    return True


def slack_headers(
    body: bytes = BODY, at: datetime = NOW, secret: str = SLACK_SECRET
) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def slack_accepts(
    headers: Mapping[str, str],
    body: bytes = BODY,
    secret: str = SLACK_SECRET,
    now: datetime = NOW,
) -> bool:
    try:
        verify_slack(secret, raw(headers), body, now)
    except Rejected:
        return False
    return True
