"""A stand-in for proxyapi.php, as unpleasant as the real one: every answer has status 200."""

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.mirta.simulated_answers import READERS
from bot.adapters.mirta.simulated_changes import CHANGES
from bot.adapters.mirta.simulated_control import controls
from bot.adapters.mirta.simulated_pbx import SimulatedPbx
from bot.adapters.simulation import Simulation, key_is_refused
from bot.clock import Clock

KEY: Final = "canary-mirta-key"
READ_ONLY_KEY: Final = "canary-mirta-read-only-key"
PATH: Final = "/pbx/proxyapi.php"
MISTAKEN: Final = "Too bad... you mistaken the security api key.\n"

Handler = Callable[[SimulatedPbx, Mapping[str, str]], str | bytes]


class MirtaSimulator:
    """One tenant behind proxyapi.php, with a key that may do everything and one that may read."""

    def __init__(
        self,
        clock: Clock,
        *,
        key: str = KEY,
        read_only_key: str = READ_ONLY_KEY,
        tenant: str = "DEMO",
        zone: ZoneInfo | None = None,
    ) -> None:
        self.pbx = SimulatedPbx(clock, tenant, zone or ZoneInfo("UTC"))
        self.simulation = Simulation()
        self._key = key
        self._read_only_key = read_only_key
        route = Route(PATH, self._answer, methods=["GET", "POST"])
        self.app: Starlette = self.simulation.wrap([route], controls(self.pbx))

    async def _answer(self, request: Request) -> Response:
        form = await request.form() if request.method == "POST" else {}
        asked = dict(request.query_params) | {name: str(value) for name, value in form.items()}
        body = MISTAKEN if key_is_refused(request) else self._body(asked)
        if isinstance(body, bytes):
            return Response(body, media_type="application/octet-stream")
        labelled = "application/json" if asked.get("format") == "json" else "text/html"
        return Response(body, media_type=labelled)

    def _body(self, asked: Mapping[str, str]) -> str | bytes:
        name = _operation(asked)
        if asked.get("key") not in (self._key, self._read_only_key):
            return MISTAKEN
        if asked.get("tenant") != self.pbx.tenant and not self._may_lack_tenant(name, asked):
            return MISTAKEN
        if name in CHANGES and asked.get("key") == self._read_only_key:
            return "" if self.pbx.empty_refusals else MISTAKEN
        handlers: Mapping[str, Handler] = READERS | CHANGES
        handler = handlers.get(name)
        return handler(self.pbx, asked) if handler else ""

    def _may_lack_tenant(self, name: str, asked: Mapping[str, str]) -> bool:
        """As if the key were an administrator's, where documents show a request like that."""
        if name == "INFO CDRS":
            return asked.get("tenant") == "%"
        lacking = name in ("COUNTCALLS", "INFO RECORDING", "LICENSEDAYS")
        return lacking and "tenant" not in asked


def _operation(asked: Mapping[str, str]) -> str:
    """The request's kind in capitals: letter case means nothing to MiRTA."""
    kind = asked.get("reqtype", "").upper()
    more = {"INFO": ["info"], "MANAGEDB": ["object", "action"]}.get(kind, ["action"])
    words = [kind, *(asked.get(name, "") for name in more)]
    return " ".join(word for word in words if word).upper()
