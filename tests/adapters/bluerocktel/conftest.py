"""A BlueRockTEL system built on its simulator, or on answers that a test writes itself."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from support.clocks import FixedClock

from bot.adapters.bluerocktel import VENDOR
from bot.adapters.bluerocktel.settings import BlueRockTelSettings
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.telephony.system import PhoneSystem

TOKEN = "canary-api-token"
FIXTURES = Path(__file__).parent / "fixtures"

Answer = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Answers as a test says, and remembers what was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer: Answer = lambda request: httpx.Response(500)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer(request)

    def answers(self, status: int, body: Any = None, **more: Any) -> None:
        """Answer every request alike: ``body`` as JSON, bytes as they are."""
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        self.answer = lambda request: httpx.Response(status, **content, **more)

    def fails(self, error: type[httpx.TransportError]) -> None:
        def fail(request: httpx.Request) -> httpx.Response:
            raise error("canary-free", request=request)

        self.answer = fail


def build(http: httpx.AsyncClient, **more: Any) -> PhoneSystem:
    settings = BlueRockTelSettings.model_validate(
        {
            "vendor": "bluerocktel",
            "url": "https://acme.bluerocktel.net",
            "token": TOKEN,
            "timezone": "Europe/Paris",
            **more,
        }
    )
    return VENDOR.build("office", settings, http, FixedClock())


@pytest.fixture(autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def simulator(clock: FixedClock) -> BlueRockTelSimulator:
    made = BlueRockTelSimulator(clock, token=TOKEN)
    made.simulation.hang_seconds = 0.01
    return made


@pytest.fixture
def simulated(simulator: BlueRockTelSimulator) -> Callable[..., PhoneSystem]:
    """Builds a system that talks to the simulator."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app))
    return lambda **more: build(http, **more)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def wired(wire: Wire) -> Callable[..., PhoneSystem]:
    """Builds a system that gets the answers of ``wire``."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(wire))
    return lambda **more: build(http, **more)


@pytest.fixture
def sample() -> Callable[[str], Any]:
    """The answer's body in a file of ``fixtures``, by the number its name starts with."""

    def read(number: str) -> Any:
        [path] = FIXTURES.glob(f"{number}_*.json")
        return json.loads(path.read_text(encoding="utf-8"))["response"]["body_json"]

    return read
