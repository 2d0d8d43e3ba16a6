"""Requests as bytes, signed ahead of time, so that the load generator has little left to do."""

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

KEY = b"a-key-that-only-the-benchmark-has"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(KEY).decode()
SIGNING_SECRET = "the-benchmark-signs-for-slack"
BODY_BYTES = 700
CHANNELS = 100

_numbers = itertools.count(1)


def phone_post(notice: dict[str, Any], path: str = "/phone/door") -> bytes:
    """One signed post of ``BODY_BYTES``: members that we do not know are there, as in life."""
    bare = json.dumps(notice)
    body = json.dumps({**notice, "more": "x" * (BODY_BYTES - len(bare) - 12)}).encode()
    name, at = f"msg_{next(_numbers)}_{time.time_ns()}", str(int(time.time()))
    digest = hmac.digest(KEY, f"{name}.{at}.".encode() + body, hashlib.sha256)
    headers = {
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "content-type": "application/json",
    }
    return request(path, headers, body)


def command_post(text: str, response_url: str, path: str = "/slack/events") -> bytes:
    """A slash command, signed as Slack signs."""
    form = {
        "command": "/pbx",
        "text": text,
        "user_id": "U0BENCH",
        "user_name": "bench",
        "team_id": "T0BENCH",
        "channel_id": "C0BENCH",
        "trigger_id": f"{next(_numbers)}.{time.time_ns()}",
        "response_url": response_url,
    }
    body, at = urlencode(form).encode(), str(int(time.time()))
    signed = hmac.digest(SIGNING_SECRET.encode(), b"v0:" + at.encode() + b":" + body, "sha256")
    headers = {
        "x-slack-request-timestamp": at,
        "x-slack-signature": "v0=" + signed.hex(),
        "content-type": "application/x-www-form-urlencoded",
    }
    return request(path, headers, body)


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answered_calls() -> Iterator[dict[str, Any]]:
    """Calls that somebody takes: four events each, for ever."""
    while True:
        call = _call()
        yield {"event": "call.started", **call}
        yield {"event": "call.ringing", **call, "extensions": ["101", "102"]}
        yield {"event": "call.answered", **call, "extension": "101"}
        yield {
            "event": "call.ended",
            **call,
            "extension": "101",
            "disposition": "answered",
            "talk_seconds": 1,
        }


def missed_call(number: int) -> dict[str, Any]:
    """A whole missed call in one event; its card has ``bench-number`` in it.

    Channels take turns: a second card for a channel within a second waits for Slack's pace.
    """
    call = {**_call(), "queue": f"q{number % CHANNELS:03}"}
    ended = {"event": "call.ended", **call, "started_at": call["at"], "disposition": "abandoned"}
    return {**ended, "caller_name": f"bench-{number}"}


def open_calls() -> Iterator[dict[str, Any]]:
    """Calls that begin, and do not end."""
    while True:
        yield {"event": "call.started", **_call()}


def _call() -> dict[str, Any]:
    number = next(_numbers)
    return {
        "at": datetime.now(UTC).isoformat(),
        "call_id": f"call-{number}-{time.time_ns()}",
        "direction": "inbound",
        "caller_number": f"+3361{number % 10_000_000:07}",
        "caller_name": "Pat Example",
        "requested": "+33100000000",
        "queue": f"q{number % CHANNELS:03}",
    }
