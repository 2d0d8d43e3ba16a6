"""Builds and signs posts in the generic format, as a phone system would; for tests and demos."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from standardwebhooks import Webhook

from bot.clock import Clock

RING_SECONDS: Final = 25
TALK_SECONDS: Final = 90


class Signing(StrEnum):
    """The values of the setting ``webhook_signature``."""

    STANDARD = "standard"
    HMAC = "hmac"
    SHARED_SECRET = "shared_secret"  # noqa: S105 - the name of a mode


@dataclass(frozen=True, slots=True)
class SignedPost:
    """What goes over the wire. The headers are kept out of ``repr``: one may be the secret."""

    headers: dict[str, str] = field(repr=False)
    body: bytes


class GenericSender:
    """A phone system that posts the generic format.

    ``header`` replaces the usual header of the ``hmac`` and ``shared_secret`` modes.
    """

    def __init__(
        self, clock: Clock, secret: str, *, signing: Signing = Signing.STANDARD, header: str = ""
    ) -> None:
        self._clock = clock
        self._secret = secret
        self.signing = signing
        self._header = header
        self._calls = 0
        self._voicemails = 0

    def post(self, *notices: dict[str, Any]) -> SignedPost:
        """One signed post of one event (an object) or several (an array)."""
        posted: Any = notices[0] if len(notices) == 1 else list(notices)
        body = json.dumps(posted, separators=(",", ":"), ensure_ascii=False).encode()
        return SignedPost({"content-type": "application/json", **self.signature(body)}, body)

    def signature(self, body: bytes) -> dict[str, str]:
        """The headers that vouch for ``body``, signed now."""
        match self.signing:
            case Signing.STANDARD:
                return self._standard(body)
            case Signing.HMAC:
                digest = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
                return {self._header or "x-signature": digest}
            case Signing.SHARED_SECRET:
                return {self._header or "x-webhook-secret": self._secret}

    def _standard(self, body: bytes) -> dict[str, str]:
        now = self._clock.now()
        # The id is the same whenever the same thing is sent again.
        message_id = f"msg_{hashlib.sha256(body).hexdigest()[:24]}"
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self._secret).sign(message_id, now, body.decode()),
        }

    def customer_calls_and_hangs_up(
        self,
        caller_number: str = "+15550100",
        caller_name: str = "Pat Example",
        queue: str = "800",
        extensions: Sequence[str] = ("101", "102"),
    ) -> list[SignedPost]:
        """A call that rang until a moment ago and that nobody took."""
        call = self._call(caller_number, caller_name, queue)
        started_at = self._clock.now() - timedelta(seconds=RING_SECONDS)
        return [
            self.post(_notice("call.started", call, started_at)),
            self.post(_notice("call.ringing", call, started_at, extensions=list(extensions))),
            self.post(_notice("call.ended", call, self._clock.now(), disposition="abandoned")),
        ]

    def customer_calls_and_is_answered(
        self,
        caller_number: str = "+15550100",
        caller_name: str = "Pat Example",
        queue: str = "800",
        extension: str = "101",
    ) -> list[SignedPost]:
        """A call that somebody took, finished just now."""
        call = self._call(caller_number, caller_name, queue)
        ended_at = self._clock.now()
        answered_at = ended_at - timedelta(seconds=TALK_SECONDS)
        started_at = answered_at - timedelta(seconds=RING_SECONDS)
        end = {"disposition": "answered", "extension": extension, "talk_seconds": TALK_SECONDS}
        return [
            self.post(_notice("call.started", call, started_at)),
            self.post(_notice("call.ringing", call, started_at, extensions=[extension])),
            self.post(_notice("call.answered", call, answered_at, extension=extension)),
            self.post(_notice("call.ended", call, ended_at, **end)),
        ]

    def whole_call_in_one_post(
        self, caller_number: str = "+15550100", *, answered: bool = False
    ) -> SignedPost:
        """What a system sends that only speaks when a call is over."""
        ended_at = self._clock.now()
        started_at = ended_at - timedelta(seconds=RING_SECONDS)
        call = self._call(caller_number, "", "800")
        more = {"answered": answered, "started_at": started_at.isoformat()}
        return self.post(_notice("call.ended", call, ended_at, **more))

    def voicemail_arrives(self, mailbox: str = "101") -> SignedPost:
        """A mailbox with one new message more."""
        self._voicemails += 1
        notice = {
            "event": "voicemail.changed",
            "at": self._clock.now().isoformat(),
            "mailbox": mailbox,
            "new": self._voicemails,
            "old": 0,
        }
        return self.post(notice)

    def _call(self, caller_number: str, caller_name: str, queue: str) -> dict[str, Any]:
        self._calls += 1
        return {
            "call_id": f"g{int(self._clock.now().timestamp())}-{self._calls}",
            "direction": "inbound",
            "caller_number": caller_number,
            "caller_name": caller_name,
            "requested": queue,
            "queue": queue,
        }


def _notice(event: str, call: dict[str, Any], at: datetime, **more: Any) -> dict[str, Any]:
    return {"event": event, "at": at.isoformat(), **call, **more}
