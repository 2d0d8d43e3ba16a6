"""The demo's world: a Slack workspace, four phone systems, and the real application between them.

Everything speaks real HTTP on loopback, and nothing needs an account.
"""

import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from bot.adapters import SETTINGS_MODELS
from bot.adapters.axeos.simulator import AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.generic.sender import GenericSender
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.clock import Clock
from bot.commands import COMMANDS
from bot.demo.servers import address, served
from bot.demo.workspace import DemoButton, Workspace
from bot.listening import open_socket
from bot.runtime import open_runtime
from bot.settings import Settings
from bot.settings_file import read_settings
from webhooks.app import create_app

SETTINGS = Path(__file__).with_name("demo.toml")
ZONE = ZoneInfo("Europe/Paris")
SUPPORT = "281"
"""The queue of that name on the simulated MiRTA."""

CALLERS = (
    ("0123456789", "Acme Ltd"),
    ("0145678901", "Priya Shah"),
    ("+442079460018", "Harbour Books"),
    ("0612345678", "O'Neil & Sons"),
)


@dataclass
class Stage:
    """The phone systems of the demo, and what their customers do.

    ``paris`` is a MiRTA that is polled, ``lyon`` an Axeos that is listened to, ``crm`` knows the
    licences, ``door`` posts signed events to us.
    """

    paris: MirtaSimulator
    lyon: AxeosSimulator
    crm: BlueRockTelSimulator
    door: GenericSender
    app_url: str
    http: httpx.AsyncClient
    calls: int = 0

    async def customer_hangs_up(self) -> None:
        """A customer calls Paris, waits, and hangs up."""
        number, name = CALLERS[self.calls % len(CALLERS)]
        self.calls += 1
        self.paris.pbx.customer_calls_and_hangs_up(number, name, "0187654321", 29)

    async def webhook_call(self) -> None:
        """A system that can post reports a missed call, signed."""
        for post in self.door.customer_calls_and_hangs_up("0987654321", "Pat Example", "Sales"):
            await self.http.post(
                f"{self.app_url}/phone/door", content=post.body, headers=post.headers
            )

    async def customer_answers(self) -> None:
        """Whoever was rung back picks up and talks for a minute."""
        for call in list(self.paris.pbx.dialled):
            self.paris.pbx.finish_dial(call.call_id, "ANSWERED", talk_seconds=60)

    async def queue_fills(self) -> None:
        """Six callers wait, the oldest for more than three minutes."""
        self.paris.pbx.set_queue(SUPPORT, waiting=6, longest_wait_seconds=190)

    async def queue_empties(self) -> None:
        """Nobody waits any more."""
        self.paris.pbx.set_queue(SUPPORT)

    async def voicemail_arrives(self) -> None:
        """Somebody leaves a message for extension 104."""
        self.paris.pbx.leave_voicemail("104", "0123456789", "Acme Ltd")

    def buttons(self) -> list[DemoButton]:
        """What the page offers to happen."""
        return [
            DemoButton("A customer calls and hangs up", self.customer_hangs_up),
            DemoButton("The customer picks up", self.customer_answers, "after Call back"),
            DemoButton("Missed call by webhook", self.webhook_call),
            DemoButton("The queue fills", self.queue_fills),
            DemoButton("The queue empties", self.queue_empties),
            DemoButton(
                "A voicemail arrives",
                self.voicemail_arrives,
                "for extension 104: told within a minute",
            ),
        ]


@dataclass
class Scene:
    """The stage, the workspace, and what an application needs to play between them."""

    stage: Stage
    workspace: Workspace
    settings: Settings
    page_url: str
    clock: Clock

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """The real application runs inside. Entered again, it is a restart."""
        port = int(self.stage.app_url.rpartition(":")[2])
        async with (
            open_runtime(self.settings, self.clock) as runtime,
            runtime.working(),
            served(create_app(runtime), open_socket(port=port)),
        ):
            yield


@asynccontextmanager
async def open_scene(folder: Path, clock: Clock, port: int = 0) -> AsyncIterator[Scene]:
    """Set everything up but the application. ``port`` is the page's; 0 takes any.

    Raises ``OSError`` when the port is in use.
    """
    async with AsyncExitStack() as stack:
        page = open_socket(port=port)
        environment = _secrets() | {
            "DATABASE_URL": f"sqlite:///{folder / 'ringback.db'}",
            "SLACK_API_URL": f"{address(page)}/api/",
        }
        stage = await _stage(stack, clock, environment)
        workspace = Workspace(
            clock,
            bot_token=environment["SLACK_BOT_TOKEN"],
            signing_secret=environment["SLACK_SIGNING_SECRET"],
            app_url=f"{stage.app_url}/slack/events",
            http=stage.http,
            url=address(page),
            buttons=stage.buttons(),
            commands={f"/{name}": command.summary for name, command in COMMANDS.items()},
        )
        stack.push_async_callback(workspace.close)
        await stack.enter_async_context(served(workspace.app, page))
        settings = read_settings(SETTINGS, SETTINGS_MODELS, environment)
        yield Scene(stage, workspace, settings, address(page), clock)


async def _stage(stack: AsyncExitStack, clock: Clock, environment: dict[str, str]) -> Stage:
    """The phone systems, each on a port of its own; their addresses go into ``environment``."""
    paris = MirtaSimulator(clock, key=environment["PARIS_KEY"], zone=ZONE)
    lyon = AxeosSimulator(clock, api_key=environment["LYON_KEY"], zone=ZONE.key)
    crm = BlueRockTelSimulator(clock, token=environment["CRM_TOKEN"])
    for name, app, path in (
        ("PARIS_URL", paris.app, "/pbx/proxyapi.php"),
        ("LYON_URL", lyon.app, ""),
        ("CRM_URL", crm.app, ""),
    ):
        listening = open_socket()
        environment[name] = address(listening) + path
        await stack.enter_async_context(served(app, listening))
    with open_socket() as free:
        app_url = address(free)
    http = await stack.enter_async_context(httpx.AsyncClient())
    door = GenericSender(clock, environment["DOOR_SECRET"])
    return Stage(paris, lyon, crm, door, app_url, http)


def _secrets() -> dict[str, str]:
    """Every secret of the demo, new for each run."""
    names = ("SLACK_SIGNING_SECRET", "PARIS_KEY", "LYON_KEY", "CRM_TOKEN")
    return {name: secrets.token_urlsafe(18) for name in names} | {
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_urlsafe(18)}",
        "DOOR_SECRET": "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
    }
