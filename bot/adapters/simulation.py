"""What all simulators share: a log of requests, and faults that can be ordered.

A simulator is as unpleasant as the real thing. ``POST /_simulator/fault`` orders a fault and
``GET /_simulator/requests`` tells what was asked so far, without values that sound secret. The
page with buttons for all that is in ``simulation_page.py``.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.adapters.secret_names import names_secret
from bot.adapters.simulation_controls import Controls
from bot.adapters.simulation_page import CONTROL, answer, control_routes, render, wants_json


class Fault(StrEnum):
    """``*_after`` faults happen after the request took effect, the others instead of it."""

    HANG = "hang"
    HANG_AFTER = "hang_after"
    ERROR = "error"
    ERROR_AFTER = "error_after"
    EMPTY = "empty"
    HTML = "html"
    GARBAGE = "garbage"
    REFUSE_KEY = "refuse_key"


@dataclass(frozen=True, slots=True)
class SimulatedRequest:
    """One request as it arrived. ``query`` keeps the raw string: spelling matters here."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def shown(self) -> str:
        """What was asked, for people: without the values that sound secret."""
        asked = parse_qsl(self.query, keep_blank_values=True)
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            asked += parse_qsl(self.body.decode("latin-1"), keep_blank_values=True)
        told = [f"{name}={'•••' if names_secret(name) else value}" for name, value in asked]
        return " ".join([self.method, self.path, *told])


@dataclass
class Simulation:
    """The log and the ordered faults of one simulator. ``hang_seconds`` bounds every hang."""

    requests: list[SimulatedRequest] = field(default_factory=list)
    hang_seconds: float = 120.0
    _fault: Fault | None = None
    _times: int = 0
    _containing: str = ""

    def order(self, fault: Fault, *, times: int = 1, containing: str = "") -> None:
        """The next ``times`` requests whose path or query holds ``containing`` go wrong."""
        self._fault, self._times, self._containing = fault, times, containing

    def behave(self) -> None:
        """Forget ordered faults."""
        self._fault, self._times = None, 0

    def take(self, request: SimulatedRequest) -> Fault | None:
        """The fault for this request, if one is ordered."""
        if self._times <= 0 or self._containing not in f"{request.path}?{request.query}":
            return None
        self._times -= 1
        return self._fault

    def wrap(self, routes: Sequence[BaseRoute], controls: Controls) -> Starlette:
        """An application of ``routes`` that logs, misbehaves on order, and has a control page."""

        async def page(request: Request) -> Response:
            if wants_json(request):
                return JSONResponse(controls.told())
            seen = [each.shown for each in self.requests]
            return HTMLResponse(render(controls, list(Fault), seen))

        async def order(request: Request) -> Response:
            return await self._order_over_http(request) or answer(request, controls)

        control = [
            Route(CONTROL, page),
            Route(f"{CONTROL}/fault", order, methods=["POST"]),
            Route(f"{CONTROL}/requests", self._requests_over_http),
        ]
        app = Starlette(routes=[*control, *control_routes(controls), *routes])
        app.add_middleware(_Misbehaving, simulation=self)
        return app

    async def _order_over_http(self, request: Request) -> Response | None:
        """Do what the form says, or return why not."""
        form = await request.form()
        name, times = str(form.get("fault", "")), str(form.get("times", "1"))
        if name and (name not in list(Fault) or not times.isdecimal()):
            return JSONResponse({"error": "unknown fault or bad count"}, status_code=400)
        if name:
            self.order(Fault(name), times=int(times), containing=str(form.get("containing", "")))
        else:
            self.behave()
        return None

    async def _requests_over_http(self, request: Request) -> Response:
        seen = self.requests
        return JSONResponse([{"method": s.method, "path": s.path, "shown": s.shown} for s in seen])


class _Misbehaving:
    """Logs each request, then answers it, or does not."""

    def __init__(self, app: ASGIApp, simulation: Simulation) -> None:
        self._app = app
        self._simulation = simulation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        seen = SimulatedRequest(
            request.method, request.url.path, request.url.query, dict(request.headers), body
        )
        self._simulation.requests.append(seen)
        fault = self._simulation.take(seen)
        if fault is None or fault == Fault.REFUSE_KEY:
            scope["refuse_key"] = fault == Fault.REFUSE_KEY
            await self._app(scope, _replay(body), send)
            return
        if fault in (Fault.HANG_AFTER, Fault.ERROR_AFTER):
            await self._app(scope, _replay(body), _swallow)
        if fault in (Fault.HANG, Fault.HANG_AFTER):
            await asyncio.sleep(self._simulation.hang_seconds)
        await _fault_reply(fault)(scope, receive, send)


def key_is_refused(request: Request) -> bool:
    """Whether this request was ordered to fail as with a wrong key."""
    return bool(request.scope.get("refuse_key"))


def _fault_reply(fault: Fault) -> Response:
    match fault:
        case Fault.EMPTY:
            return Response(b"")
        case Fault.HTML:
            return HTMLResponse("<html><body><h1>Log in</h1></body></html>")
        case Fault.GARBAGE:
            return Response(b'{"half": [1,', media_type="application/json")
        case _:
            return HTMLResponse("<h1>Server Error</h1>", status_code=500)


def _replay(body: bytes) -> Receive:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _swallow(message: object) -> None:
    """Drops an answer that nobody is to see."""
