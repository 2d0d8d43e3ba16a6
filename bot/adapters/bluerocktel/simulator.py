"""A stand-in for BlueRockTEL's 3CX section, as unpleasant as the document allows.

It answers 201 to PUT and DELETE, hands out every host's secrets, sends those who do not ask for
JSON to a log-in page, and can wrap its lists into pages and add members that nobody expects.
"""

import json
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.bluerocktel.simulated_control import controls
from bot.adapters.bluerocktel.simulated_hosts import Simulated, stamp
from bot.adapters.bluerocktel.simulated_pbx import SimulatedPbx, Table, number_of
from bot.adapters.simulation import Simulation, key_is_refused
from bot.clock import Clock

Answer = Callable[[Request], Awaitable[Response]]

NOT_FOUND = {"message": "Not found"}
COUNTRIES: list[Simulated] = [
    {"id": 1, "code": "FR", "name": "France", "prefix": "33"},
    {"id": 2, "code": "BE", "name": "Belgium", "prefix": "32"},
]
OPEN_DESTINATIONS: list[Simulated] = [{"id": 1, "name": "France, fixed lines", "prefix": "331"}]
ORIGINS: list[Simulated] = [{"id": 1, "name": "Main number", "number": "+33123456789"}]


class AsciiResponse(JSONResponse):
    """JSON as PHP writes it: whatever is not ASCII is escaped, halves of characters too."""

    def render(self, content: object) -> bytes:
        return json.dumps(content).encode("ascii")


class BlueRockTelSimulator:
    """``token`` is what whoever asks must send."""

    def __init__(self, clock: Clock, token: str = "simulated-token") -> None:  # noqa: S107 - made up
        self.pbx = SimulatedPbx(clock)
        self.token = token
        self.simulation = Simulation()
        self.app = self.simulation.wrap(self._routes(), controls(self.pbx))

    def _routes(self) -> list[BaseRoute]:
        return [
            *self._hosts_under("/api/v1/pbx3cx-hosts"),
            *self._hosts_under("/api/v1/pbx3cx_hosts"),
            self._route("/api/v1/pbx3cx/{id}/origins", "GET", self._origins),
            *self._rows_under("/api/v1/pbx3cx_calls", self.pbx.calls),
            *self._rows_under("/api/v1/pbx3cx-audits", self.pbx.audits),
            *self._call_logs(),
            Route("/api/v1/helpers/3cxCountries", _answering(COUNTRIES)),
            Route("/api/v1/helpers/3cxOpenDestinations", _answering(OPEN_DESTINATIONS)),
        ]

    def _hosts_under(self, path: str) -> list[BaseRoute]:
        return [
            self._route(path, "POST", self._create_host),
            self._route(f"{path}/{{id}}", "PUT", self._update_host),
            *self._rows_under(path, self.pbx.hosts),
        ]

    def _rows_under(self, path: str, table: Table) -> list[BaseRoute]:
        one = f"{path}/{{id}}"
        return [
            self._route(path, "GET", partial(self._list, table)),
            self._route(path, "POST", partial(self._create, table)),
            self._route(one, "GET", partial(self._show, table)),
            self._route(one, "PUT", partial(self._update, table)),
            self._route(one, "DELETE", partial(self._delete, table)),
        ]

    def _call_logs(self) -> list[BaseRoute]:
        path = "/api/v1/pbx3cx-call-logs"
        return [
            self._route(path, "GET", partial(self._list, self.pbx.call_logs)),
            self._route(path, "POST", self._create_call_log),
            self._route(f"{path}/{{id}}", "GET", partial(self._show, self.pbx.call_logs)),
            self._route(
                "/api/v1/pbx3cx-call-log-details/{id}",
                "GET",
                partial(self._show, self.pbx.call_logs),
            ),
        ]

    def _route(self, path: str, method: str, answer: Answer) -> Route:
        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            if given == f"Bearer {self.token}" and not key_is_refused(request):
                return await answer(request)
            if "json" in request.headers.get("accept", ""):
                return AsciiResponse({"message": "Unauthenticated."}, status_code=401)
            return RedirectResponse("/login", status_code=302)

        return Route(path, guarded, methods=[method])

    async def _list(self, table: Table, request: Request) -> Response:
        customer = request.query_params.get("customer_id")
        rows = [
            self.pbx.shown(row)
            for row in table.values()
            if customer is None or str(row.get("customer_file_id")) == customer
        ]
        if not self.pbx.paginated:
            return AsciiResponse(rows)
        page = int(request.query_params.get("page", "1"))
        first = (page - 1) * self.pbx.per_page
        return AsciiResponse(
            {
                "current_page": page,
                "data": rows[first : first + self.pbx.per_page],
                "last_page": max(1, -(-len(rows) // self.pbx.per_page)),
                "per_page": self.pbx.per_page,
                "total": len(rows),
            }
        )

    async def _show(self, table: Table, request: Request) -> Response:
        row = _named(table, request)
        return _missing() if row is None else AsciiResponse(self.pbx.shown(row))

    async def _create(self, table: Table, request: Request) -> Response:
        sent = await _sent(request)
        return AsciiResponse(self.pbx.shown(self.pbx.insert(table, sent)), status_code=201)

    async def _update(self, table: Table, request: Request) -> Response:
        row = _named(table, request)
        if row is None:
            return _missing()
        row.update(await _sent(request), updated_at=stamp(self.pbx.clock.now()))
        return AsciiResponse(self.pbx.shown(row), status_code=201)

    async def _delete(self, table: Table, request: Request) -> Response:
        row = _named(table, request)
        if row is None:
            return _missing()
        del table[number_of(row)]
        return AsciiResponse({"message": "deleted"}, status_code=201)

    async def _create_host(self, request: Request) -> Response:
        sent = await _sent(request)
        if not sent.get("host_name"):
            return _invalid("host_name")
        return AsciiResponse(self.pbx.shown(self.pbx.add_host(sent)), status_code=201)

    async def _update_host(self, request: Request) -> Response:
        sent = await _sent(request)
        if "host_name" in sent and not sent["host_name"]:
            return _invalid("host_name")
        answer = await self._update(self.pbx.hosts, request)
        if answer.status_code == 201:
            self.pbx.write_audit("updated", int(request.path_params["id"]), **sent)
        return answer

    async def _create_call_log(self, request: Request) -> Response:
        self.pbx.call_log_refreshes += 1
        return await self._create(self.pbx.call_logs, request)

    async def _origins(self, request: Request) -> Response:
        return _missing() if _named(self.pbx.hosts, request) is None else AsciiResponse(ORIGINS)


def _answering(rows: list[Simulated]) -> Answer:
    async def answer(request: Request) -> Response:
        return AsciiResponse(rows)

    return answer


async def _sent(request: Request) -> Simulated:
    body: Simulated = json.loads(await request.body() or b"{}")
    return body


def _named(table: Table, request: Request) -> Simulated | None:
    number = request.path_params["id"]
    return table.get(int(number)) if number.isdecimal() else None


def _missing() -> Response:
    return AsciiResponse(NOT_FOUND, status_code=404)


def _invalid(name: str) -> Response:
    body = {"message": "The given data was invalid.", "errors": {name: ["required"]}}
    return AsciiResponse(body, status_code=422)
