"""A simulated PBX with something of everything on it, and our system talking to it."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import stamina
from adapters.mirta.examples import furnish
from support.clocks import FixedClock

from bot.adapters.mirta import build
from bot.adapters.mirta.client import MirtaClient
from bot.adapters.mirta.settings import MirtaSettings
from bot.adapters.mirta.simulator import KEY, MirtaSimulator
from bot.telephony.system import PhoneSystem

FIXTURES = Path(__file__).parent / "fixtures"
URL = "https://portal.pbxcloud.example/pbx/proxyapi.php"


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def fixture() -> Callable[[str], dict[str, Any]]:
    return lambda name: json.loads((FIXTURES / f"{name}.json").read_text())


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def settings() -> Callable[..., MirtaSettings]:
    def make(**changed: Any) -> MirtaSettings:
        usual = {
            "vendor": "mirta",
            "url": URL,
            "key": KEY,
            "tenant_code": "DEMO",
            "timezone": "Europe/Paris",
        }
        return MirtaSettings(**(usual | changed))

    return make


@pytest.fixture
def simulator(clock: FixedClock) -> MirtaSimulator:
    simulator = MirtaSimulator(clock, zone=ZoneInfo("Europe/Paris"))
    simulator.simulation.hang_seconds = 0.01
    return simulator


@pytest.fixture
def furnished(simulator: MirtaSimulator) -> MirtaSimulator:
    """What the vendor's example requests name: a recording, a message, a row, a call."""
    furnish(simulator.pbx)
    return simulator


@pytest.fixture
async def system(
    simulator: MirtaSimulator, clock: FixedClock, settings: Callable[..., MirtaSettings]
) -> AsyncIterator[PhoneSystem]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app)) as http:
        yield build("paris", settings(), http, clock)


@pytest.fixture
def client(system: PhoneSystem) -> MirtaClient:
    assert isinstance(system.client, MirtaClient)
    return system.client


class Wire:
    """A made-up network: says ``body`` to everything, or raises, and counts."""

    def __init__(self, body: str | bytes = "", status: int = 200, labelled: str = "text/html"):
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.labelled = labelled
        self.raises: type[httpx.TransportError] | None = None
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.raises:
            raise self.raises("made up", request=request)
        return httpx.Response(
            self.status, content=self.body, headers={"content-type": self.labelled}
        )


@pytest.fixture
async def wired(
    clock: FixedClock, settings: Callable[..., MirtaSettings]
) -> AsyncIterator[Callable[..., tuple[PhoneSystem, Wire]]]:
    """Builds a system on a ``Wire`` that answers what the test says."""
    open_clients: list[httpx.AsyncClient] = []

    def make(
        body: str | bytes = "",
        status: int = 200,
        labelled: str = "text/html",
        raises: type[httpx.TransportError] | None = None,
        **changed: Any,
    ) -> tuple[PhoneSystem, Wire]:
        wire = Wire(body, status, labelled)
        wire.raises = raises
        http = httpx.AsyncClient(transport=httpx.MockTransport(wire))
        open_clients.append(http)
        return build("paris", settings(**changed), http, clock), wire

    yield make
    for http in open_clients:
        await http.aclose()
