"""A MiRTA phone system with a bad line: what rings is counted, whatever the caller gets to hear."""

# ruff: noqa: S311 - dice that a seed decides, not secrets

import random
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from chaos.ledger import Ledger
from chaos.slack import drop
from starlette.types import Message, Receive, Scope, Send

from bot.adapters.mirta.simulator import MirtaSimulator
from bot.clock import SystemClock


@dataclass
class BadPbx:
    """An ASGI application in front of the simulator.

    ``/site/NAME/...`` is another system with a good line, until it is ``down``.
    """

    ledger: Ledger
    seed: int
    calm: bool = False
    down: set[str] = field(default_factory=set)
    simulator: MirtaSimulator = field(init=False)
    sites: MirtaSimulator = field(init=False)
    _asked: int = 0

    def __post_init__(self) -> None:
        self.simulator = MirtaSimulator(SystemClock(), zone=ZoneInfo("Europe/Paris"))
        self.sites = MirtaSimulator(SystemClock(), zone=ZoneInfo("Europe/Paris"))
        self.simulator.pbx.extensions |= {str(number): "somebody" for number in range(201, 1000)}

    def misses(self, number: str, name: str) -> None:
        """A call that nobody took goes into the history; nobody is told."""
        self.simulator.pbx.customer_calls_and_hangs_up(number, name, "0123450000", 12)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        body = message.get("body", b"")
        if scope["path"].startswith("/site/"):
            return await self._site(message, scope, receive, send)
        asked = dict(parse_qsl(scope["query_string"].decode()) + parse_qsl(body.decode("latin-1")))
        fault = self._fault()
        if fault == "drop_before":
            return await drop(receive, send)
        if asked.get("reqtype", "").upper() == "DIAL":
            self.ledger.note("rang", number=asked.get("dest"), fault=fault)
        if fault == "drop_after":
            return await drop(receive, send)
        return await self.simulator.app(scope, _once(message, receive), send)

    async def _site(self, message: Message, scope: Scope, receive: Receive, send: Send) -> None:
        _, _, site, rest = scope["path"].split("/", 3)
        if site in self.down:
            self.ledger.note("look_failed", name=site.upper())
            return await drop(receive, send)
        path = {"path": f"/{rest}", "raw_path": f"/{rest}".encode()}
        return await self.sites.app({**scope, **path}, _once(message, receive), send)

    def _fault(self) -> str:
        self._asked += 1
        if self.calm:
            return "none"
        dice = random.Random(f"{self.seed}pbx{self._asked}")
        return dice.choices(["drop_before", "drop_after", "none"], [0.06, 0.06, 0.88])[0]


def _once(message: Message, receive: Receive) -> Receive:
    """What was received already comes once more, and then what follows."""
    waiting = [message]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
