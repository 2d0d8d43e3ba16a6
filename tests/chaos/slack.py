"""A Slack that has a bad day all day: the referee of pacing, and the witness of every message.

Lean on purpose: it takes what slack_sdk sends, answers with Slack's own keys, and does to a seeded
share of the calls what networks and servers do. What it saw goes into the ledger.
"""

# ruff: noqa: S311 - dice that a seed decides, not secrets

import asyncio
import json
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from chaos.ledger import Ledger
from starlette.types import Receive, Scope, Send

NAME = re.compile(r"[Kk]\d{6}")
TRIES = re.compile(r"Tries\*?\\n(\d+)")
LATE_SECONDS = 1.2
STALE_SECONDS = 1.5
"""Both are shorter than the harness' quarantine: that is the condition of the promise."""

POSTS = (
    ("rate_limited", 0.08),
    ("drop_before", 0.06),
    ("drop_after", 0.08),
    ("fail_before", 0.03),
    ("fail_after", 0.05),
    ("late_commit", 0.04),
    ("internal_error", 0.02),
)
EDITS = (
    ("rate_limited", 0.06),
    ("drop_before", 0.05),
    ("drop_after", 0.05),
    ("fail_after", 0.04),
    ("late_commit", 0.04),
)
READS = (("rate_limited", 0.06), ("drop_before", 0.08), ("stale", 0.15), ("fail_before", 0.05))
ANSWERS = (("drop_after", 0.06), ("drop_before", 0.06), ("fail_before", 0.05))
FAULTS = {
    "chat.postMessage": POSTS,
    "chat.update": EDITS,
    "chat.delete": EDITS,
    "conversations.history": READS,
    "conversations.replies": READS,
    "respond": ANSWERS,
}


@dataclass
class Seen:
    """A message that people can see."""

    ts: str
    body: dict[str, Any]
    at: float
    thread_ts: str | None


@dataclass
class BadSlack:
    """An ASGI application. ``calm`` ends the faults; ``lag`` is how late the referee itself is."""

    ledger: Ledger
    seed: int
    calm: bool = False
    channels: dict[str, dict[str, Seen]] = field(default_factory=dict)
    last_change: float = 0.0
    _tries: Counter[str] = field(default_factory=Counter)
    _paused: dict[str, tuple[float, float]] = field(default_factory=dict)
    _look_at: float = float("inf")
    _late: set[asyncio.Task[None]] = field(default_factory=set)
    _ts: float = 0.0
    _lags: list[tuple[float, float]] = field(default_factory=list)

    async def measure_lag(self) -> None:
        """Note how late this loop runs what it was to run: it must not be blamed on others."""
        while True:
            wanted = self._look_at = time.monotonic() + 0.01
            await asyncio.sleep(0.01)
            now = time.monotonic()
            self._lags = [one for one in self._lags if one[0] > now - 0.5]
            if now - wanted > 0.002:
                self._lags.append((now, now - wanted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        at = self.ledger.now()
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        method = scope["path"].removeprefix("/api/").strip("/")
        if method.startswith("respond/"):
            return await self._respond(method, body, receive, send)
        asked = _arguments(scope, body)
        fault = self._fault(method, asked)
        if method == "chat.postMessage":
            self._referee(asked, at, fault)
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        await self._do(handler, asked, fault, receive, send, method)
        return None

    async def _do(
        self, handler: Any, asked: Any, fault: str, receive: Receive, send: Send, method: str
    ) -> None:
        if fault == "rate_limited":
            seconds = self._dice(method, asked, "seconds").choice((1, 1, 2, 3))
            self._pause(method, asked, seconds)
            answer = {"ok": False, "error": "ratelimited"}
            return await _answer(send, 429, answer, [(b"retry-after", str(seconds).encode())])
        if fault == "late_commit":
            self._later(handler, asked)
            return await drop(receive, send)
        if fault == "drop_before":
            return await drop(receive, send)
        if fault in ("fail_before", "internal_error"):
            status = 500 if fault == "fail_before" else 200
            return await _answer(send, status, {"ok": False, "error": "internal_error"})
        answer = handler(asked, fault) if handler else {"ok": True}
        if fault == "drop_after":
            return await drop(receive, send)
        return await _answer(send, 500 if fault == "fail_after" else 200, answer)

    def _referee(self, asked: dict[str, Any], at: float, fault: str) -> None:
        behind = max(0.0, time.monotonic() - self._look_at)
        lag = max((lag for _, lag in self._lags), default=0.0) + behind
        channel = asked["channel"]
        facts = {"channel": channel, "token": _token(asked), "fault": fault}
        said, until = self._paused.get(channel, (at, 0.0))
        facts |= {"early": round(until - at, 3), "told": round(at - said, 3)}
        self.ledger.note("request", t=at, lag=round(lag, 3), **facts)

    def _pause(self, method: str, asked: dict[str, Any], seconds: int) -> None:
        if method == "chat.postMessage":
            now = self.ledger.now()
            self._paused[asked["channel"]] = now, now + seconds

    def _dice(self, method: str, asked: dict[str, Any], what: str) -> random.Random:
        """The same for the same try of the same message, whatever else goes on."""
        about = json.dumps(asked.get("metadata") or [asked.get("channel"), asked.get("ts")])
        return random.Random(f"{self.seed}{method}{about}{self._tries[method + about]}{what}")

    def _fault(self, method: str, asked: dict[str, Any]) -> str:
        if self.calm or method not in FAULTS:
            return "none"
        about = json.dumps(asked.get("metadata") or [asked.get("channel"), asked.get("ts")])
        self._tries[method + about] += 1
        names, weights = zip(*FAULTS[method], strict=True)
        dice = self._dice(method, asked, "fault")
        return dice.choices([*names, "none"], [*weights, 1 - sum(weights)])[0]

    def _later(self, handler: Any, asked: dict[str, Any]) -> None:
        async def commit() -> None:
            await asyncio.sleep(LATE_SECONDS)
            handler(asked, "late_commit")

        task = asyncio.ensure_future(commit())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _chat_postMessage(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        self._ts = max(time.time(), self._ts + 0.000002)
        ts = f"{self._ts:.6f}"
        channel = asked["channel"]
        seen = Seen(ts, asked, self.ledger.now(), asked.get("thread_ts"))
        self.channels.setdefault(channel, {})[ts] = seen
        self._show("shown", channel, ts, asked, seen.thread_ts)
        return {"ok": True, "ts": ts, "channel": channel, "message": {"ts": ts}}

    def _chat_update(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        channel, ts = asked["channel"], asked["ts"]
        seen = self.channels.get(channel, {}).get(ts)
        if seen is None:
            return {"ok": False, "error": "message_not_found"}
        seen.body = asked | {"metadata": seen.body.get("metadata")}
        self._show("edited", channel, ts, seen.body, seen.thread_ts)
        return {"ok": True, "ts": ts, "channel": channel}

    def _chat_delete(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        return {"ok": self.remove("deleted", asked["channel"], asked["ts"])}

    def remove(self, what: str, channel: str, ts: str) -> bool:
        """Let a message vanish; says whether it was there."""
        gone = self.channels.get(channel, {}).pop(ts, None)
        if gone is not None:
            self.ledger.note(what, channel=channel, ts=ts)
        return gone is not None

    def _show(
        self, what: str, channel: str, ts: str, body: dict[str, Any], thread_ts: str | None
    ) -> None:
        text = json.dumps([body.get("text"), body.get("blocks")], ensure_ascii=False)
        names = sorted({name.upper() for name in NAME.findall(text)})
        tries = TRIES.search(text)
        facts = {"names": names, "tries": int(tries[1]) if tries else 1, "thread": thread_ts}
        token = _token(body)
        said = str(body.get("text"))[:160]
        self.ledger.note(what, channel=channel, ts=ts, token=token, text=said, **facts)
        self.last_change = self.ledger.now()

    def _conversations_history(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        seen = [one for one in self.channels.get(asked["channel"], {}).values()]
        return _page([one for one in seen if one.thread_ts is None], asked, fault, self.ledger)

    def _conversations_replies(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        seen = self.channels.get(asked["channel"], {}).values()
        return _page(
            [one for one in seen if one.thread_ts == asked["ts"]], asked, fault, self.ledger
        )

    def _users_info(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        user = {"id": asked["user"], "name": "somebody", "tz": "Europe/Paris", "profile": {}}
        return {"ok": True, "user": user}

    async def _respond(self, method: str, body: bytes, receive: Receive, send: Send) -> None:
        fault = self._fault("respond", {"channel": method})
        if fault == "drop_before":
            return await drop(receive, send)
        if fault == "fail_before":
            return await _answer(send, 500, {"ok": False})
        text = str(json.loads(body).get("text"))
        self.ledger.note("answer", user=method.removeprefix("respond/"), text=text)
        self.last_change = self.ledger.now()
        return await (drop(receive, send) if fault else _answer(send, 200, {"ok": True}))


def _token(asked: dict[str, Any]) -> str | None:
    """Our own mark on a message."""
    payload = (asked.get("metadata") or {}).get("event_payload") or {}
    return payload.get("token")


def _page(seen: list[Seen], asked: dict[str, Any], fault: str, ledger: Ledger) -> dict[str, Any]:
    oldest = float(asked.get("oldest") or 0)
    fresh = ledger.now() - STALE_SECONDS if fault == "stale" else float("inf")
    shown = [one for one in seen if float(one.ts) >= oldest and one.at <= fresh]
    start, limit = int(asked.get("cursor") or 0), int(asked.get("limit") or 100)
    page = [{"ts": one.ts, "metadata": one.body.get("metadata")} for one in reversed(shown)]
    cursor = str(start + limit) if start + limit < len(page) else ""
    return {
        "ok": True,
        "messages": page[start : start + limit],
        "response_metadata": {"next_cursor": cursor},
    }


def _arguments(scope: Scope, body: bytes) -> dict[str, Any]:
    asked: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode()))
    headers = dict(scope["headers"])
    if b"json" in headers.get(b"content-type", b""):
        return asked | json.loads(body or b"{}")
    asked |= dict(parse_qsl(body.decode()))
    for name in ("metadata", "blocks"):
        if isinstance(asked.get(name), str):
            asked[name] = json.loads(asked[name])
    return asked


async def drop(receive: Receive, send: Send) -> None:
    """Reset the connection without one byte of an answer."""
    transport = send.__self__.transport  # type: ignore[attr-defined] # uvicorn's cycle
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(
    send: Send, status: int, answer: dict[str, Any], more: list[tuple[bytes, bytes]] | None = None
) -> None:
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    start = {"type": "http.response.start", "status": status, "headers": headers + (more or [])}
    await send(start)
    await send({"type": "http.response.body", "body": body})
