"""A 3CX V9/V10 system built on its simulator, or on answers that a test writes itself."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import stamina
from support.clocks import FixedClock

from bot.adapters.threecx_legacy import VENDOR
from bot.adapters.threecx_legacy.settings import ThreeCxLegacySettings
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.telephony.system import PhoneSystem

CONSOLE_PASSWORD = "canary&console pass"

Answer = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Answers as a test says, one answer after the other, and remembers what was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[Answer] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        return answer(request)

    def replies(self, status: int, body: str | bytes = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(lambda request: httpx.Response(status, content=body, headers=named))

    def fails(self, error: type[httpx.TransportError]) -> None:
        def fail(request: httpx.Request) -> httpx.Response:
            raise error("lost", request=request)

        self.answers.append(fail)


def build(http: httpx.AsyncClient, **more: Any) -> PhoneSystem:
    address = {} if "url" in more else {"host": "pbx.example.net"}
    settings = ThreeCxLegacySettings.model_validate(
        {
            "vendor": "threecx_legacy",
            "pins": {"100": "canary100", "0102": "canary0102"},
            "console_password": CONSOLE_PASSWORD,
            **address,
            **more,
        }
    )
    return VENDOR.build("attic", settings, http, FixedClock())


@pytest.fixture(autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def simulator() -> ThreeCxLegacySimulator:
    made = ThreeCxLegacySimulator(FixedClock(), console_password=CONSOLE_PASSWORD)
    for number, extension in made.pbx.extensions.items():
        extension.pin = f"canary{number}"
    made.simulation.hang_seconds = 0.01
    return made


@pytest.fixture
def simulated(simulator: ThreeCxLegacySimulator) -> Callable[..., PhoneSystem]:
    """Builds a system that talks to the simulator."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app))
    return lambda **more: build(http, **more)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def wired(wire: Wire) -> Callable[..., PhoneSystem]:
    """Builds a system that gets the answers of ``wire``."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(wire), follow_redirects=True)
    return lambda **more: build(http, **more)
