import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import stamina
from support.clocks import FixedClock

from bot.adapters.axeos import VENDOR
from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.settings import AxeosSettings
from bot.adapters.axeos.simulator import API_KEY, AxeosSimulator

FIXTURES = Path(__file__).parent / "fixtures"
URL = "https://pbx.example.org"


class Impatient(httpx.AsyncBaseTransport):
    """Reaches an application, and gives up when it does not answer for a moment."""

    def __init__(self, app, seconds=0.05):
        self._inner = httpx.ASGITransport(app=app)
        self._seconds = seconds

    async def handle_async_request(self, request):
        try:
            async with asyncio.timeout(self._seconds):
                return await self._inner.handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer", request=request) from None


class Recorded:
    """A network of one answer, which remembers what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(autouse=True)
def quick_retries():
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def sample():
    def read(name):
        return json.loads((FIXTURES / f"{name}.json").read_text())

    return read


@pytest.fixture
def make_settings():
    def make(**fields):
        given = {"vendor": "axeos", "url": URL, "timezone": "Europe/Amsterdam", **fields}
        if "username" not in given:
            given.setdefault("api_key", API_KEY)
        return AxeosSettings(**given)

    return make


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def simulator(clock):
    return AxeosSimulator(clock)


@pytest.fixture
def http(simulator):
    """No socket is ever opened, so nobody need close it; the same goes for those below."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app))


@pytest.fixture
def build_system(http, clock, make_settings):
    """A whole system that talks to the simulator."""

    def build(**fields):
        return VENDOR.build("paris", make_settings(**fields), http, clock)

    return build


@pytest.fixture
def system(build_system):
    return build_system()


@pytest.fixture
def answering(make_settings, clock):
    """A whole system whose network gives one answer, and the record of what it was asked."""

    def build(answer, **fields):
        network = Recorded(answer if callable(answer) else lambda request: answer)
        http = httpx.AsyncClient(transport=httpx.MockTransport(network))
        return VENDOR.build("paris", make_settings(**fields), http, clock), network

    return build


@pytest.fixture
def client(system) -> AxeosClient:
    return system.client


@pytest.fixture
def impatient(simulator, make_settings, clock):
    """A whole system that talks to the simulator and does not wait for answers that hang."""
    http = httpx.AsyncClient(transport=Impatient(simulator.app))
    return VENDOR.build("paris", make_settings(), http, clock)
