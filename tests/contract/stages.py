"""One simulator per vendor with something to ask about and to change, and the names of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from support.clocks import FixedClock

from bot.adapters import VENDORS
from bot.adapters.axeos.simulated_office import NIGHT, PAT, SUPPORT, SimulatedCall
from bot.adapters.axeos.simulator import API_KEY, AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.mirta.simulator import KEY, PATH, MirtaSimulator
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.adapters.threecx_ru.simulator import KEY as THREECX_RU_KEY
from bot.adapters.threecx_ru.simulator import ThreeCxRuSimulator

SYSTEM = "paris"
URL = "http://pbx.example"
NUMBER = "0123456789"
CALLER = "0145678901"


@dataclass(frozen=True)
class Facts:
    """``call`` can be ended, ``joins`` can log in to the queue that ``agent`` is in."""

    extension: str = ""
    queue: str = ""
    agent: str = ""
    joins: str = ""
    call: str = ""
    mailbox: str = ""
    message: str = ""
    recording: str = ""
    contact: str = ""
    switch: str = ""


@dataclass
class Stage:
    """``secrets`` are what must never show; ``simulator`` is ``None`` for one that only posts.

    ``customer_calls`` makes a call from ``CALLER`` that a feed has news of.
    """

    settings: dict[str, Any]
    secrets: tuple[str, ...]
    simulator: Any = None
    facts: Facts = Facts()
    customer_calls: Callable[[], object] | None = None

    def build(self, transport, clock):
        """The system on a network of one's own making."""
        vendor = VENDORS[self.settings["vendor"]]
        http = httpx.AsyncClient(transport=transport)
        return vendor.build(SYSTEM, vendor.settings(**self.settings), http, clock)


class Network(httpx.AsyncBaseTransport):
    """Reaches the simulator. Its user loses patience with the requests that ``loses`` names."""

    def __init__(self, app):
        self._inner = httpx.ASGITransport(app=app)
        self.targets: list[str] = []
        self.loses: str | None = None

    async def handle_async_request(self, request):
        target = f"{request.method} {request.url.raw_path.decode()}"
        self.targets.append(target)
        try:
            async with asyncio.timeout(0.05 if target == self.loses else None):
                return await self._inner.handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer", request=request) from None


def axeos(clock: FixedClock) -> Stage:
    simulator = AxeosSimulator(clock)
    members = simulator.pbx.members(caller={"number": "pat"})
    call = SimulatedCall(members["unique_id"], PAT, NUMBER, clock.now(), members)
    simulator.pbx.start(call)
    simulator.pbx.events.gathering = True
    simulator.pbx.customer_calls_and_hangs_up(CALLER)
    settings = {
        "vendor": "axeos",
        "url": URL,
        "api_key": API_KEY,
        "timezone": "Europe/Amsterdam",
        "users": {"101": "pat", "0102": "kim"},
        "queues": {SUPPORT: "Support"},
    }
    facts = Facts(
        extension="101",
        queue=SUPPORT,
        agent="101",
        call=call.unique_id,
        mailbox="101",
        switch=NIGHT,
    )
    return Stage(
        settings,
        (API_KEY, "pat-password", "1111"),
        simulator,
        facts,
        lambda: simulator.pbx.customer_calls_and_hangs_up(CALLER),
    )


def bluerocktel(clock: FixedClock) -> Stage:
    simulator = BlueRockTelSimulator(clock)
    simulator.pbx.customer_calls_and_hangs_up()
    settings = {"vendor": "bluerocktel", "url": URL, "token": simulator.token, "call_logs": True}
    return Stage(
        settings,
        (simulator.token, "simulated-web-password", "was-changed"),
        simulator,
        Facts(),
        lambda: simulator.pbx.customer_calls_and_hangs_up(CALLER),
    )


def generic(clock: FixedClock) -> Stage:
    return Stage({"vendor": "generic", "webhook_secret": "whsec_c2VjcmV0"}, ("whsec_c2VjcmV0",))


def mirta(clock: FixedClock) -> Stage:
    simulator = MirtaSimulator(clock)
    simulator.pbx.dial("105", NUMBER, "")
    answered = simulator.pbx.customer_is_answered(CALLER, "Priya Shah", "0187654321", "104")
    message = simulator.pbx.leave_voicemail("104", NUMBER, "Acme Ltd")
    settings = {
        "vendor": "mirta",
        "url": f"{URL}{PATH}",
        "key": KEY,
        "tenant_code": "DEMO",
        "counted_mailboxes": ["104"],
    }
    facts = Facts(
        extension="104",
        queue="281",
        agent="104",
        joins="102",
        call="105",
        mailbox="104",
        message=message.message_id,
        recording=answered.uniqueid,
    )
    return Stage(
        settings,
        (KEY, "canary"),
        simulator,
        facts,
        lambda: simulator.pbx.customer_calls_and_hangs_up(CALLER, "", "0187654321", 29),
    )


def threecx_legacy(clock: FixedClock) -> Stage:
    simulator = ThreeCxLegacySimulator(clock)
    settings = {
        "vendor": "threecx_legacy",
        "url": f"{URL}/ivr/PbxAPI.aspx",
        "pins": {"100": "77100"},
        "console_password": simulator.pbx.console_password,
    }
    secrets = ("77100", simulator.pbx.console_password)
    return Stage(settings, secrets, simulator, Facts(extension="100"))


def threecx_ru(clock: FixedClock) -> Stage:
    simulator = ThreeCxRuSimulator(clock)
    simulator.pbx.customer_calls()
    settings = {"vendor": "threecx_ru", "url": URL, "key": THREECX_RU_KEY, "events": "poll"}
    facts = Facts(extension="101", queue="800", agent="101", joins="0102", contact="1")
    return Stage(
        settings,
        (THREECX_RU_KEY,),
        simulator,
        facts,
        lambda: simulator.pbx.customer_calls(CALLER),
    )


STAGES = {
    "axeos": axeos,
    "bluerocktel": bluerocktel,
    "generic": generic,
    "mirta": mirta,
    "threecx_legacy": threecx_legacy,
    "threecx_ru": threecx_ru,
}
