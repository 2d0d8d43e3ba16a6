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

import httpx
from starlette.types import ASGIApp
from support.clocks import FixedClock
from support.databases import copy_to
from support.process import Process
from support.serving import serving
from support.wires import Wire

from bot.adapters import SETTINGS_MODELS
from bot.adapters.axeos.simulator import AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.generic.sender import GenericSender, SignedPost
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.adapters.threecx_ru.simulator import ThreeCxRuSimulator
from bot.demo.servers import listen
from bot.demo.workspace import Workspace
from bot.runtime import Runtime
from bot.settings import Settings
from bot.settings_file import read_settings
from storage import links, outbox, receipts

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

{routes}
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
    "MOSCOW_KEY": "simulated-key",
    "OLD_CONSOLE": "canary-old-console",
}

MOSCOW = """
[systems.moscow]
vendor = "threecx_ru"
url = "https://moscow.example"
key = "env:MOSCOW_KEY"
events = "poll"
timezone = "Europe/Moscow"
region = "RU"
"""

OLD = """
[systems.old]
vendor = "threecx_legacy"
url = "http://old.example/ivr/PbxAPI.aspx"
console_password = "env:OLD_CONSOLE"
pins = { 101 = "77101" }
"""
"""Two more systems, for those who hand them to ``open_world`` as ``more``."""


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
        """Do what the clock does for a system now: queue figures and licences. Then settle."""
        await self.runtime.checks.queue_figures(system)
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
    with listen() as listening:
        port = listening.getsockname()[1]
        copy_to(folder / "ringback.db")
        file = folder / "ringback.toml"
        file.write_text(SETTINGS.format(folder=folder, port=port, routes=routes, more=more))
        settings = read_settings(file, SETTINGS_MODELS, SECRETS)
        mirta = MirtaSimulator(clock, key=SECRETS["MIRTA_KEY"], zone=settings.systems["paris"].zone)
        axeos = AxeosSimulator(clock, api_key=SECRETS["AXEOS_KEY"])
        crm = BlueRockTelSimulator(clock, token=SECRETS["CRM_TOKEN"])
        moscow = ThreeCxRuSimulator(clock)
        old = ThreeCxLegacySimulator(clock, console_password=SECRETS["OLD_CONSOLE"])
        apps = {"mirta": mirta.app, "axeos": axeos.app, "bluerocktel": crm.app}
        apps |= {"threecx_ru": moscow.app, "threecx_legacy": old.app}
        wires = {key: _wire(apps.get(of.vendor)) for key, of in settings.systems.items()}
        process = Process(settings, clock, wires)
        transport = httpx.ASGITransport(process)
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
            async with serving(workspace.app, listening):
                await process.start()
                try:
                    yield World(
                        clock=clock,
                        settings=settings,
                        process=process,
                        workspace=workspace,
                        app=app,
                        mirta=mirta,
                        axeos=axeos,
                        crm=crm,
                        moscow=moscow,
                        old=old,
                        door=door,
                        wires=wires,
                        folder=folder,
                    )
                finally:
                    await process.stop()
            await workspace.close()


def _wire(app: ASGIApp | None) -> Wire:
    return Wire(httpx.ASGITransport(app) if app else None)
