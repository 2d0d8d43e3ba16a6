"""A process that hostile clients are let loose on, and what an honest one asks of it."""

import asyncio
import json
import random
import resource
import sqlite3
import time
from collections import Counter
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from chaos.replica import Replica
from chaos.round import SECRETS
from chaos.slack import NAME, BadSlack

from bot.adapters.generic.sender import GenericSender, SignedPost
from bot.clock import SystemClock

ANNEX_SECRET = "whsec_YW5uZXgtc2VjcmV0LWFubmV4LXNlY3JldC1hbm5leA=="
CHANNELS = 40
"""One after the other, at twenty posts a second: the pace of a channel holds nothing up."""
FRESH = 2_000
"""So many forgeries are made of one genuine post: it must not grow too old."""


@dataclass
class Honest:
    """How honest posts were answered. ``took`` is milliseconds each, ``names`` who was taken."""

    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return sorted(self.took)[len(self.took) // 2]

    @property
    def worst(self) -> float:
        return max(self.took)


@dataclass
class Target:
    """The process, and ways to it. ``annex`` and ``door`` are two phone systems."""

    replica: Replica
    slack: BadSlack
    folder: Path
    http: aiohttp.ClientSession
    dice: random.Random
    door: GenericSender = field(init=False)
    annex: GenericSender = field(init=False)
    _calls: int = 0

    def __post_init__(self) -> None:
        self.door = GenericSender(SystemClock(), SECRETS["DOOR_SECRET"])
        self.annex = GenericSender(SystemClock(), ANNEX_SECRET)

    def missed(self, sender: GenericSender, queue: str) -> tuple[str, SignedPost]:
        """One missed call, and the name of its caller."""
        self._calls += 1
        name, now = f"K{self._calls:06d}", SystemClock().now().isoformat()
        call = {"call_id": name, "caller_number": f"+1202{2000000 + self._calls}"}
        told = {"caller_name": name, "direction": "inbound", "requested": queue, "queue": queue}
        end = {"event": "call.ended", "at": now, "started_at": now, "disposition": "abandoned"}
        return name, sender.post(call | told | end)

    async def post(self, system: str, post: SignedPost) -> tuple[int, str]:
        """The status and the text of the answer; 0 where there was none."""
        url = f"{self.replica.url}/phone/{system}"
        try:
            async with self.http.post(url, data=post.body, headers=post.headers) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    async def honest(self, seconds: float) -> "Honest":
        """Twenty posts a second of the annex."""
        asked = Honest()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            name, post = self.missed(self.annex, f"CA{self._calls % CHANNELS}")
            began = time.monotonic()
            status, _ = await self.post("annex", post)
            took = time.monotonic() - began
            asked.statuses[status] += 1
            asked.took.append(took * 1000)
            if status == 202:
                asked.names.append(name)
            await asyncio.sleep(max(0.0, 0.05 - took))
        return asked

    def rows(self, key: str) -> int:
        """How many receipts have that id."""
        file = f"file:{self.folder}/ringback.db?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=5)) as opened:
            asked = "SELECT count(*) FROM receipts WHERE dedupe_key = ?"
            return int(opened.execute(asked, (key,)).fetchone()[0])

    async def wait_ready(self, status: int, patience: float) -> float:
        """Seconds until ``/readyz`` answers so; ``patience`` when it does not."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < patience:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self.http.get(f"{self.replica.url}/readyz") as answer:
                    if answer.status == status:
                        return waited
            await asyncio.sleep(0.1)
        return patience

    async def wait_shown(self, names: Collection[str], patience: float) -> float:
        """Seconds until each of these alerts is in Slack; ``patience`` when one is not."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < patience:
            if self.shown() >= set(names):
                return waited
            await asyncio.sleep(0.1)
        return patience

    def shown(self) -> set[str]:
        """Whose alerts are in Slack."""
        seen = (one.body for each in self.slack.channels.values() for one in each.values())
        return {name.upper() for body in seen for name in NAME.findall(json.dumps(body))}

    def memory_mb(self) -> float:
        """What the process has in memory now."""
        assert self.replica.child is not None
        pages = Path(f"/proc/{self.replica.child.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize() / 1e6


@dataclass
class Forger:
    """Makes posts that somebody has changed on the way."""

    sender: GenericSender
    dice: random.Random
    _genuine: SignedPost = field(init=False)
    _made: int = 0

    def forge(self) -> SignedPost:
        """A post of which one character of a header, or one bit, is another, more or less."""
        if self._made % FRESH == 0:
            self._genuine = self.sender.post({"event": "call.ended", "number": self._made})
        self._made += 1
        dice, post = self.dice, self._genuine
        name = dice.choice(["webhook-id", "webhook-timestamp", "webhook-signature", ""])
        if name:
            return SignedPost(post.headers | {name: self._changed(post.headers[name])}, post.body)
        place = dice.randrange(len(post.body))
        other = bytes([post.body[place] ^ (1 << dice.randrange(8))])
        return SignedPost(post.headers, post.body[:place] + other + post.body[place + 1 :])

    def _changed(self, genuine: str) -> str:
        value, dice = genuine, self.dice
        while value == genuine:
            place, cut = dice.randrange(len(genuine) + 1), dice.randrange(2)
            put = dice.choice(["", chr(dice.randrange(33, 127)), str(dice.randrange(10))])
            value = genuine[:place] + put + genuine[place + cut :]
        return value
