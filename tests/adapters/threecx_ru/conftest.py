"""A simulator, and the adapter built on it as in real life."""

import asyncio

import httpx
import pytest
import stamina
from support.clocks import FixedClock

from bot.adapters.threecx_ru import VENDOR
from bot.adapters.threecx_ru.simulator import KEY, ThreeCxRuSimulator

URL = "https://pbx.example.ru"


@pytest.fixture(autouse=True)
def _retries_do_not_wait():
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def simulator(clock):
    made = ThreeCxRuSimulator(clock)
    made.simulation.hang_seconds = 5
    return made


class ImpatientTransport(httpx.AsyncBaseTransport):
    """The network between us and the simulator: what does not answer soon times out."""

    def __init__(self, app):
        self._inner = httpx.ASGITransport(app=app)
        self.impatient = False

    async def handle_async_request(self, request):
        try:
            async with asyncio.timeout(0.02 if self.impatient else 5):
                return await self._inner.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("too slow", request=request) from error


@pytest.fixture
def build(clock):
    """Build a system on a transport; further settings by keyword."""

    def made(transport, **settings):
        values = {"vendor": "threecx_ru", "url": URL, "key": KEY, **settings}
        http = httpx.AsyncClient(transport=transport)
        return VENDOR.build("moscow", VENDOR.settings(**values), http, clock)

    return made


@pytest.fixture
def network(simulator):
    return ImpatientTransport(simulator.app)


@pytest.fixture
def system(build, network):
    return build(network)


@pytest.fixture
def client(system):
    return system.client


@pytest.fixture
def answered(build):
    """A client that gets one fixed answer to everything, and the list of its requests."""

    def made(content, status=200, **settings):
        requests = []

        def answer(request):
            requests.append(request)
            if isinstance(content, bytes | str):
                return httpx.Response(status, content=content)
            return httpx.Response(status, json=content)

        return build(httpx.MockTransport(answer), **settings), requests

    return made
