"""What people and phone systems want of Ringback: each wish is noted before it is uttered."""

# ruff: noqa: S311 - dice that a seed decides, not secrets

import asyncio
import json
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from chaos.ledger import Ledger
from chaos.pbx import BadPbx
from chaos.replica import Replica
from slack_sdk.signature import SignatureVerifier

from bot.adapters.generic.sender import GenericSender
from bot.clock import SystemClock

CHANNELS = 24
USERS = 400
STORM = "CSTORM"
"""The queue, and the channel, of the storm."""
SITES = ("k900001", "k900002")
"""Phone systems that stop answering in the middle of the storm: critical, and in its channel."""
STORM_SECONDS = 3.0
AT_ONCE = 48
"""So many requests are on their way; the others wait in line, or nobody would ever get an answer
on a busy machine before it gives up."""


@dataclass
class Load:
    """Senders that do not give up: a post is sent again until there is a 2xx."""

    ledger: Ledger
    seed: int
    replicas: list[Replica]
    pbx: BadPbx
    secret: str
    signing_secret: str
    slack_url: str
    alerts_per_second: float
    storm: int
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{self.seed}load")
        self._sender = GenericSender(SystemClock(), self.secret)
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=3, sock_read=3),
        )
        self._calls = 0
        self._commands = 0

    async def run(self, seconds: float) -> None:
        """Utter wishes for so long; what was begun goes on afterwards until it is acknowledged."""
        self._begin(self._storm(seconds / 3))
        until = self.ledger.now() + seconds
        while self.ledger.now() < until:
            await asyncio.sleep(self._dice.expovariate(self.alerts_per_second))
            kind = self._dice.random()
            if kind < 0.75:
                self._begin(self._caller_gives_up())
            elif kind < 0.85:
                self._missed_in_history()
            else:
                self._begin(self._dial())

    async def finish(self) -> None:
        """Wait until everything is acknowledged."""
        await asyncio.gather(*self.tasks)

    async def close(self) -> None:
        """Close the connections."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self._http.close()

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)

    def _caller(self) -> tuple[str, str]:
        self._calls += 1
        return f"+1202{2000000 + self._calls:07d}", f"K{self._calls:06d}"

    async def _storm(self, after: float) -> None:
        """Hundreds of calls for one channel in a few seconds, and systems that fail among them."""
        await asyncio.sleep(after)
        for _ in range(self.storm):
            self._begin(self._one_of_a_storm())
            await asyncio.sleep(STORM_SECONDS / self.storm)
            if len(self.pbx.down) < len(SITES) and self._dice.random() < 4 / self.storm:
                self._fail(SITES[len(self.pbx.down)])
        for site in SITES[len(self.pbx.down) :]:
            self._fail(site)

    def _fail(self, site: str) -> None:
        self.ledger.note("wish", name=site.upper(), tries=1, road="poll", storm=True, critical=True)
        self.pbx.down.add(site)
        self.ledger.note("acknowledged", name=site.upper())

    async def _one_of_a_storm(self) -> None:
        number, name = self._caller()
        self.ledger.note("wish", name=name, tries=1, road="push", storm=True, critical=False)
        await self._post(name, self._ended(number, name, STORM, 1))
        self.ledger.note("acknowledged", name=name)

    async def _caller_gives_up(self) -> None:
        """One missed call, sometimes two of one caller, sometimes the same post twice at once."""
        number, name = self._caller()
        channel = f"CQ{self._dice.randrange(CHANNELS)}"
        tries = 1 + (self._dice.random() < 0.25)
        twice = self._dice.random() < 0.15
        self.ledger.note("wish", name=name, tries=tries, road="push")
        for number_of_try in range(1, tries + 1):
            if number_of_try > 1:
                await asyncio.sleep(self._dice.uniform(0.5, 4))
            body = self._ended(number, name, channel, number_of_try)
            posts = [self._post(name, body) for _ in range(1 + twice)]
            await asyncio.gather(*posts)
        self.ledger.note("acknowledged", name=name)

    def _ended(self, number: str, name: str, queue: str, tries: int) -> dict[str, Any]:
        now = SystemClock().now()
        return {
            "event": "call.ended",
            "at": now.isoformat(),
            "started_at": (now - timedelta(seconds=25)).isoformat(),
            "call_id": f"{name}-{tries}",
            "direction": "inbound",
            "caller_number": number,
            "caller_name": name,
            "requested": queue,
            "queue": queue,
            "disposition": "abandoned",
        }

    async def _post(self, name: str, body: dict[str, Any]) -> None:
        while True:
            post = self._sender.post(body)
            status, _ = await self._try("/phone/door", post.body, post.headers)
            if 200 <= status < 300:
                self.ledger.note("posted", key=post.headers["webhook-id"], status=status)
                return
            if status == 503:
                self.ledger.note("busy", name=name)
            elif status == 401 and self._hours_wrong():
                self.ledger.note("too_old", name=name)  # a signature of another hour
            elif status:
                self.ledger.note("refused", name=name, status=status)
                return
            await asyncio.sleep(self._dice.uniform(0.1, 0.4))

    def _hours_wrong(self) -> bool:
        """Whether the one process has a clock that is hours wrong, or had until a moment ago.

        Several go by their database's clock: none of them has a reason to refuse anybody.
        """
        return len(self.replicas) == 1 and self.replicas[0].is_hours_wrong

    async def _try(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """The status of the answer and what it says, 0 for none."""
        url = self._dice.choice(self.replicas).url + path
        try:
            async with self._http.post(url, data=body, headers=headers) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    def _missed_in_history(self) -> None:
        number, name = self._caller()
        self.ledger.note("wish", name=name, tries=1, road="poll")
        self.pbx.misses(number, name)
        self.ledger.note("acknowledged", name=name)

    async def _dial(self) -> None:
        """Every command is another person's, so that every answer has its command."""
        if self._commands >= USERS:
            return
        self._commands += 1
        user, number = f"U{self._commands:04d}", f"012345{self._commands:04d}"
        form = {
            "command": "/dial",
            "text": number,
            "user_id": user,
            "user_name": user.lower(),
            "team_id": "T1",
            "channel_id": "C1",
            "trigger_id": f"{self.seed}.{self._commands}",
            "response_url": f"{self.slack_url}/respond/{user}",
        }
        self.ledger.note("command", user=user, number=number)
        body = urlencode(form)
        while True:
            status, said = await self._try("/slack/events", body.encode(), self._signed(body))
            if status == 200:
                break
            await asyncio.sleep(self._dice.uniform(0.1, 0.4))
        self.ledger.note("command_acknowledged", user=user)
        if said:  # what Slack shows to the person at once
            self.ledger.note("answer", user=user, text=str(json.loads(said)["text"]))

    def _signed(self, body: str) -> dict[str, str]:
        timestamp = str(int(SystemClock().now().timestamp()))
        signature = SignatureVerifier(self.signing_secret).generate_signature(
            timestamp=timestamp, body=body
        )
        assert signature is not None
        return {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature,
        }
