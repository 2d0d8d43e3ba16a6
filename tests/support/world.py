"""A whole Ringback between a Slack stand-in and simulators, moved on by hand.

Slack is reached over a real loopback port, since slack_sdk speaks aiohttp; everything else goes
through ``httpx.ASGITransport``. Nothing runs in the background: ``settle`` does what the loops
would do, on a clock that stands still until it is moved.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from support.clocks import FixedClock
from support.databases import copy_to
from support.process import Process
from support.serving import serving
from support.wires import Wire
from support.world_settings import SECRETS, SETTINGS

from bot.adapters import SETTINGS_MODELS
from bot.adapters.axeos.simulator import AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.generic.sender import GenericSender, SignedPost
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.adapters.threecx_ru.simulator import ThreeCxRuSimulator
from bot.demo.workspace import Workspace
from bot.listening import open_socket
from bot.runtime import Runtime
from bot.settings import Settings
from bot.settings_file import read_settings
from storage import links, outbox, receipts

SOON_SECONDS = 5.0


@dataclass
class World:
    """Everything a story needs in its hands."""

    clock: FixedClock
    settings: Settings
    process: Process
    workspace: Workspace
    app: httpx.AsyncClient
    mirta: MirtaSimulator
    axeos: AxeosSimulator
    crm: BlueRockTelSimulator
    moscow: ThreeCxRuSimulator
    old: ThreeCxLegacySimulator
    door: GenericSender
    wires: dict[str, Wire]
    folder: Path

    @property
    def runtime(self) -> Runtime:
        return self.process.runtime

    async def restart(self) -> None:
        """The process is killed and started again; what it finds undone it takes up."""
        await self.process.stop()
        await self.process.start()
        await self.runtime.carrier.recover()
        await self.settle()

    async def watch(self, system: str) -> None:
        """Do what the clock does for a system: queue figures, boxes, licences. Then settle."""
        await self.runtime.checks.queue_figures(system)
        await self.runtime.checks.mailboxes(system)
        await self.runtime.checks.licences(system)
        await self.settle()

    async def settle(self, rounds: int = 40) -> None:
        """Do what waits, moving the clock over the short pauses between messages."""
        for _ in range(rounds):
            taken = await self.runtime.intake.take_up_waiting()
            await self.runtime.checks.timers()
            await self.runtime.carrier.look()
            await self.runtime.carrier.settle()
            await self.runtime.poster.look()
            await self.runtime.poster.settle()
            due = await self.runtime.store.read(outbox.next_due)
            seconds = (due - self.clock.now()).total_seconds() if due else SOON_SECONDS
            if seconds < SOON_SECONDS:
                await self.clock.advance(max(seconds, 0.01))
            elif not taken:
                return

    async def poll(self, system: str) -> None:
        """Look at a feed until it brings no more, then settle. A long poll is waited out."""
        poller = next(one for one in self.runtime.pollers if one.system == system)
        while True:
            before = await self.runtime.store.read(receipts.count_waiting)
            looking = asyncio.ensure_future(poller.look())
            await self._wait_for(looking)
            after = await self.runtime.store.read(receipts.count_waiting)
            if not await looking and after == before:
                break
        await self.settle()

    async def _wait_for(self, task: asyncio.Future[bool]) -> None:
        while not task.done():
            await asyncio.wait({task}, timeout=0.02)
            if not task.done():
                await self.clock.advance(5.0)

    async def post(self, system: str, *posts: SignedPost) -> list[int]:
        """What a phone system would post to us; returns the status of each answer."""
        statuses = []
        for post in posts:
            reply = await self.app.post(f"/phone/{system}", content=post.body, headers=post.headers)
            statuses.append(reply.status_code)
        await self.settle()
        return statuses

    async def slash(self, user: str, channel: str, line: str) -> str:
        """Type a command; returns the newest thing that only this person sees."""
        before = len(self.workspace.ephemerals(user))
        reply = await self.workspace.slash(user, channel, line)
        assert reply.status_code == 200, reply.text
        await self.settle()
        seen = self.workspace.ephemerals(user)[before:]
        assert seen, f"{line} was not answered"
        return seen[-1].all_text

    async def click(self, user: str, channel: str, text: str, action: str) -> None:
        """Press a button of the message that contains ``text``."""
        message = self.workspace.find(channel, text)
        reply = await self.workspace.click(user, message, action)
        assert reply.status_code == 200, reply.text
        await self.settle()

    async def link(self, user: str, extension: str, system: str) -> None:
        """Link an extension, with an admin's approval if it takes one."""
        answer = await self.slash(user, "C0SUPPORT", f"/pbx link {extension} @{system}")
        if "is yours" not in answer:
            question = self.workspace.dm("U0ANA")[-1]
            await self.workspace.click("U0ANA", question, "link.approve")
            await self.settle()

    async def own(self, user: str, extension: str, system: str) -> None:
        """Somebody has a line already: how they got it is no matter here."""
        now = self.clock.now()
        await self.runtime.store.write(
            links.put_link, user, system, extension, "active", now, "made up"
        )


@asynccontextmanager
async def open_world(folder: Path, more: str = "", *, routes: str = "") -> AsyncIterator[World]:
    """The world of ``SETTINGS`` with ``routes`` before its own, and ``more`` at the end."""
    clock = FixedClock()
    with open_socket() as listening:
        port = listening.getsockname()[1]
        settings = _settings(folder, port=port, routes=routes, more=more)
        made = _simulators(clock, settings)
        wires = {key: _wire(made.get(of.vendor)) for key, of in settings.systems.items()}
        process = Process(settings, clock, wires)
        transport = httpx.ASGITransport(process)
        async with httpx.AsyncClient(transport=transport, base_url="http://ringback") as app:
            workspace = _workspace(clock, app, port)
            async with serving(workspace.app, listening):
                await process.start()
                try:
                    yield World(
                        clock=clock,
                        settings=settings,
                        process=process,
                        workspace=workspace,
                        app=app,
                        mirta=made["mirta"],
                        axeos=made["axeos"],
                        crm=made["bluerocktel"],
                        moscow=made["threecx_ru"],
                        old=made["threecx_legacy"],
                        door=GenericSender(clock, SECRETS["DOOR_SECRET"]),
                        wires=wires,
                        folder=folder,
                    )
                finally:
                    await process.stop()
            await workspace.close()


def _settings(folder: Path, **values: object) -> Settings:
    copy_to(folder / "ringback.db")
    file = folder / "ringback.toml"
    file.write_text(SETTINGS.format(folder=folder, **values))
    return read_settings(file, SETTINGS_MODELS, SECRETS)


def _simulators(clock: FixedClock, settings: Settings) -> dict[str, Any]:
    """By vendor."""
    zone = settings.systems["paris"].zone
    return {
        "axeos": AxeosSimulator(clock, api_key=SECRETS["AXEOS_KEY"]),
        "bluerocktel": BlueRockTelSimulator(clock, token=SECRETS["CRM_TOKEN"]),
        "mirta": MirtaSimulator(clock, key=SECRETS["MIRTA_KEY"], zone=zone),
        "threecx_legacy": ThreeCxLegacySimulator(clock, console_password=SECRETS["OLD_CONSOLE"]),
        "threecx_ru": ThreeCxRuSimulator(clock),
    }


def _wire(simulator: Any) -> Wire:
    return Wire(httpx.ASGITransport(simulator.app) if simulator else None)


def _workspace(clock: FixedClock, http: httpx.AsyncClient, port: int) -> Workspace:
    return Workspace(
        clock,
        bot_token=SECRETS["SLACK_BOT_TOKEN"],
        signing_secret=SECRETS["SLACK_SIGNING_SECRET"],
        app_url="http://ringback/slack/events",
        http=http,
        url=f"http://127.0.0.1:{port}",
    )
