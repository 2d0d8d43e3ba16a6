"""A poster between an outbox and a Slack stand-in, on a clock that is moved by hand.

Slack is reached through a socket file, since slack_sdk speaks aiohttp: no network is needed.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session, col, select
from starlette.types import ASGIApp
from support.clocks import FixedClock
from support.databases import copy_to
from support.serving import serving, socket_file

from bot.demo.workspace import Fault, Workspace
from bot.settings import Settings
from bot.slack.departures import AskingRequest, without_redirects
from bot.slack.message import Message, section
from bot.slack.poster import Poster
from storage import outbox
from storage.engine import open_engines
from storage.outgoing import Outgoing
from storage.store import Store
from storage.tables import OutboxRow

TOKEN = "xoxb-made-up"
AUDITED = 800
"""Seconds after which even the second audit is over."""


def compose(session: Session, row: Outgoing) -> Message:
    """A card has blocks and says its revision; everything else is its words."""
    if row.kind != "card":
        return Message(str(row.body.get("mrkdwn") or row.body["text"]))
    text = f"card {row.key} as of {row.revision}"
    return Message(text, [section(text)])


def slack_settings(**slack: Any) -> Settings:
    known = {"bot_token": TOKEN, "signing_secret": "made-up", "ops_channel": "C0OPS"}
    return Settings(slack=known | slack, systems={})


@asynccontextmanager
async def served(app: ASGIApp, path: Path) -> AsyncIterator[AsyncWebClient]:
    """The real client of an app behind a socket file."""
    with socket_file(path) as listening:
        async with serving(app, listening), client_of(path) as client:
            yield client


@asynccontextmanager
async def client_of(path: Path, token: str = TOKEN) -> AsyncIterator[AsyncWebClient]:
    """A client as the runtime builds it. Nobody needs to listen at ``path``."""
    connector = aiohttp.UnixConnector(str(path))
    async with aiohttp.ClientSession(
        connector=connector, request_class=AskingRequest, trace_configs=[without_redirects()]
    ) as session:
        yield AsyncWebClient(
            token=token,
            base_url="http://localhost/api/",
            session=session,
            retry_handlers=[],
            timeout=10,
        )


@dataclass
class Delivery:
    """Everything a story of a message needs in its hands."""

    clock: FixedClock
    workspace: Workspace
    store: Store
    poster: Poster

    def letting_send(self, key: str, **values: Any) -> Callable[[Session], int]:
        """A unit that lets a message be sent: by default a notice with its key as text."""
        standard = {"kind": "notice", "slack_channel": "C0SUPPORT", "body": {"text": key}}
        return partial(outbox.put_message, key=key, now=self.clock.now(), **(standard | values))

    async def put(self, key: str, **values: Any) -> int:
        """Let a message be sent by whoever looks next."""
        return await self.store.write(self.letting_send(key, **values))

    async def look(self, times: int = 1) -> None:
        """Do what is due now."""
        for _ in range(times):
            await self.poster.look()
            await self.poster.settle()

    async def run(self, seconds: float, step: float | None = None) -> None:
        """Do what falls due in the next ``seconds``, looking whenever something is, or every
        ``step`` seconds."""
        end = self.clock.now() + timedelta(seconds=seconds)
        await self.look()
        while self.clock.now() < end:
            due = await self.store.read(outbox.next_due) or end
            wait = step or max((min(due, end) - self.clock.now()).total_seconds(), 0.05)
            await self.clock.advance(wait)
            await self.look()

    def restart(self, **parts: Any) -> None:
        """The poster dies with whatever it was doing; another takes its place."""
        for task in self.poster._at_work:  # as a kill would: without asking
            task.cancel()
        old = self.poster
        known = {"settings": old.settings, "client": old.client, "pace": old.pace}
        self.poster = Poster(self.store, self.clock, **({"compose": compose} | known | parts))

    @contextmanager
    def instead(self, **parts: Any) -> Iterator[None]:
        """The poster has another client, other settings or draws otherwise inside the block."""
        before = {"settings": self.poster.settings, "client": self.poster.client}
        self.restart(**parts)
        yield
        self.restart(**before)

    async def row(self, key: str) -> OutboxRow:
        wanted = select(OutboxRow).where(col(OutboxRow.key) == key)
        return await self.store.read(lambda session: session.exec(wanted).one())

    async def revise(self, key: str, text: str) -> None:
        await self.store.write(outbox.revise, key, {"text": text}, self.clock.now())

    def texts(self, channel: str = "C0SUPPORT") -> list[str]:
        """What stands in the channel, threads left out."""
        return [message.text for message in self.workspace.messages(channel)]

    def asked(self, method: str) -> int:
        """How often Slack was asked for something."""
        return sum(call.method == method for call in self.workspace.calls)

    def age(self, since: datetime) -> float:
        return (self.clock.now() - since).total_seconds()


def lose(slack: Delivery, fault: Fault, method: str = "chat.postMessage", **values: Any) -> None:
    """What is asked next by this method gets lost, or whatever else ``fault`` says."""
    slack.workspace.order(method=method, fault=fault, **values)


@asynccontextmanager
async def open_delivery(folder: Path) -> AsyncIterator[Delivery]:
    """A poster, its outbox in ``folder`` and a Slack, all on one clock."""
    clock = FixedClock()
    store = Store(open_engines(f"sqlite:///{copy_to(folder / 'ringback.db')}", serving=False))
    async with httpx.AsyncClient(transport=httpx.MockTransport(_nobody)) as http:
        workspace = Workspace(
            clock,
            bot_token=TOKEN,
            signing_secret="made-up",
            app_url="http://app.test/slack/events",
            http=http,
        )
        async with served(workspace.app, folder / "slack") as client:
            poster = Poster(store, clock, slack_settings(), client, compose)
            yield Delivery(clock, workspace, store, poster)
        await workspace.close()
    await store.close()


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError("Slack had nothing to say to the app")
