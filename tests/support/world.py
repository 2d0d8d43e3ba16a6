"""A whole Ringback between a Slack stand-in and simulators, moved on by hand.

Slack is reached over a real loopback port, since slack_sdk speaks aiohttp; everything else goes
through ``httpx.ASGITransport``. Nothing runs in the background: ``settle`` does what the loops
would do, on a clock that stands still until it is moved.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from support.clocks import FixedClock

from bot.adapters import VENDORS
from bot.adapters.axeos.simulator import AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.generic.sender import GenericSender, SignedPost
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.demo.workspace import Workspace
from bot.runtime import Runtime, open_runtime
from bot.settings import Settings, SystemSettings
from bot.settings_file import read_settings
from storage import outbox, receipts
from webhooks.app import create_app

SETTINGS = """
[database]
url = "sqlite:///{folder}/ringback.db"

[slack]
bot_token = "env:SLACK_BOT_TOKEN"
signing_secret = "env:SLACK_SIGNING_SECRET"
api_url = "http://127.0.0.1:{port}/api/"
ops_channel = "C0OPS"
admins = ["U0ANA"]

[systems.paris]
vendor = "mirta"
url = "http://mirta.example/pbx/proxyapi.php"
key = "env:MIRTA_KEY"
tenant_code = "DEMO"
timezone = "Europe/Paris"
region = "FR"

[systems.lyon]
vendor = "axeos"
url = "https://axeos.example"
api_key = "env:AXEOS_KEY"
timezone = "Europe/Paris"
region = "FR"

[systems.crm]
vendor = "bluerocktel"
url = "https://crm.example"
token = "env:CRM_TOKEN"
timezone = "Europe/Paris"

[systems.door]
vendor = "generic"
webhook_secret = "env:DOOR_SECRET"
region = "FR"
timezone = "Europe/Paris"

[[routes]]
channel = "C0SUPPORT"
timezone = "Europe/Paris"

[[thresholds]]
metric = "longest_wait"
warn = 60
critical = 180
clear = 45
{more}
"""

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-canary-bot-token",
    "SLACK_SIGNING_SECRET": "canary-signing-secret",
    "MIRTA_KEY": "canary-mirta-key",
    "AXEOS_KEY": "canary-axeos-key",
    "CRM_TOKEN": "canary-crm-token",
    "DOOR_SECRET": "whsec_Y2FuYXJ5LWRvb3Itc2VjcmV0LWNhbmFyeS1kb29y",
}


@dataclass
class World:
    """Everything a story needs in its hands."""

    clock: FixedClock
    settings: Settings
    runtime: Runtime
    workspace: Workspace
    app: httpx.AsyncClient
    mirta: MirtaSimulator
    axeos: AxeosSimulator
    crm: BlueRockTelSimulator
    door: GenericSender

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
            soon = due is not None and (due - self.clock.now()).total_seconds() < 5
            if soon:
                await self.clock.advance(0.3)
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


@asynccontextmanager
async def open_world(folder: Path, more: str = "") -> AsyncIterator[World]:
    """The world of ``SETTINGS`` with ``more`` at the end of the file."""
    clock = FixedClock()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        file = folder / "ringback.toml"
        file.write_text(SETTINGS.format(folder=folder, port=port, more=more))
        models = {name: vendor.settings for name, vendor in VENDORS.items()}
        settings = read_settings(file, models, SECRETS)
        mirta = MirtaSimulator(clock, key=SECRETS["MIRTA_KEY"], zone=settings.systems["paris"].zone)
        axeos = AxeosSimulator(clock, api_key=SECRETS["AXEOS_KEY"])
        crm = BlueRockTelSimulator(clock, token=SECRETS["CRM_TOKEN"])
        simulators = {"mirta": mirta.app, "axeos": axeos.app, "bluerocktel": crm.app}

        def http(system: SystemSettings) -> httpx.AsyncClient:
            app = simulators.get(system.vendor)
            return httpx.AsyncClient(transport=httpx.ASGITransport(app) if app else None)

        async with open_runtime(settings, clock, http=http) as runtime:
            transport = httpx.ASGITransport(create_app(runtime))
            async with httpx.AsyncClient(transport=transport, base_url="http://ringback") as app:
                workspace = Workspace(
                    clock,
                    bot_token=SECRETS["SLACK_BOT_TOKEN"],
                    signing_secret=SECRETS["SLACK_SIGNING_SECRET"],
                    app_url="http://ringback/slack/events",
                    http=app,
                    url=f"http://127.0.0.1:{port}",
                )
                door = GenericSender(clock, SECRETS["DOOR_SECRET"])
                async with _served(workspace, listening):
                    yield World(clock, settings, runtime, workspace, app, mirta, axeos, crm, door)
                await workspace.close()


@asynccontextmanager
async def _served(workspace: Workspace, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(workspace.app, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag, not an event
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
