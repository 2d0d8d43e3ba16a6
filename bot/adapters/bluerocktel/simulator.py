"""A stand-in for BlueRockTEL's 3CX section, as unpleasant as the document allows.

It answers 201 to PUT and DELETE, hands out every host's secrets, sends those who do not ask for
JSON to a log-in page, and can wrap its lists into pages and add members that nobody expects.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.bluerocktel.simulated_control import controls
from bot.adapters.bluerocktel.simulated_hosts import (
    RenewalDates,
    Simulated,
    first_hosts,
    simulated_host,
    spelt_again,
    stamp,
)
from bot.adapters.simulation import Simulation, key_is_refused
from bot.clock import Clock

Table = dict[int, Simulated]
Answer = Callable[[Request], Awaitable[Response]]

NOT_FOUND = {"message": "Not found"}
COUNTRIES: list[Simulated] = [
    {"id": 1, "code": "FR", "name": "France", "prefix": "33"},
    {"id": 2, "code": "BE", "name": "Belgium", "prefix": "32"},
]
OPEN_DESTINATIONS: list[Simulated] = [{"id": 1, "name": "France, fixed lines", "prefix": "331"}]
ORIGINS: list[Simulated] = [{"id": 1, "name": "Main number", "number": "+33123456789"}]


class BlueRockTelSimulator:
    """``paginated`` wraps lists into pages of ``per_page``; ``extra_fields`` adds odd members.

    ``renewal_dates`` says how they are spelt: as they are stored, all as dates, or all as times.
    ``hosts``, ``calls``, ``call_logs`` and ``audits`` map ids to rows, to be read and changed.
    """

    def __init__(self, clock: Clock, token: str = "simulated-token") -> None:  # noqa: S107 - made up
        self.clock = clock
        self.token = token
        self.paginated = False
        self.per_page = 3
        self.extra_fields = False
        self.renewal_dates = RenewalDates.MIXED
        self.call_log_refreshes = 0
        self.hosts: Table = {_number(row): row for row in first_hosts(clock.now())}
        self.calls: Table = {}
        self.call_logs: Table = {}
        self.audits: Table = {}
        self.simulation = Simulation()
        self.app = self.simulation.wrap(self._routes(), controls(self))
        self.write_audit("created", 5, web_password="was-changed")  # noqa: S106 - made up

    def customer_calls_and_hangs_up(
        self, number: str = "+33612345678", called: str = "+33123456789", rang_seconds: int = 20
    ) -> int:
        """A missed call that has just ended; returns the number of its call log."""
        return self.log_call("missed", number, called, rang_seconds)

    def log_call(
        self, status: str, number: str, called: str, seconds: int, direction: str = "inbound"
    ) -> int:
        """A finished call as it would be logged; returns the number of its call log."""
        now = self.clock.now()
        row: Simulated = {
            "pbx3cx_host_id": 5,
            "direction": direction,
            "status": status,
            "answered": status == "completed",
            "number_from": number,
            "number_to": called,
            "started_at": stamp(now - timedelta(seconds=seconds)),
            "ended_at": stamp(now),
        }
        self._insert(self.calls, row)
        return _number(self._insert(self.call_logs, row))

    def renew(self, host_id: int, until: date) -> None:
        """The licence of a host is paid until a later day."""
        self.hosts[host_id]["licence_renewal_date"] = until.isoformat()

    def write_audit(self, event: str, host_id: int, **new_values: object) -> None:
        """A change of a host is written down, values and all."""
        row: Simulated = {
            "user": {"id": 7, "name": "Ada Admin"},
            "event": event,
            "auditable_type": "pbx3cx_host",
            "auditable_id": host_id,
            "new_values": new_values,
        }
        self._insert(self.audits, row)

    def _routes(self) -> list[BaseRoute]:
        return [
            *self._hosts_under("/api/v1/pbx3cx-hosts"),
            *self._hosts_under("/api/v1/pbx3cx_hosts"),
            self._route("/api/v1/pbx3cx/{id}/origins", "GET", self._origins),
            *self._rows_under("/api/v1/pbx3cx_calls", self.calls),
            *self._rows_under("/api/v1/pbx3cx-audits", self.audits),
            *self._call_logs(),
            Route("/api/v1/helpers/3cxCountries", _answering(COUNTRIES)),
            Route("/api/v1/helpers/3cxOpenDestinations", _answering(OPEN_DESTINATIONS)),
        ]

    def _hosts_under(self, path: str) -> list[BaseRoute]:
        return [
            self._route(path, "POST", self._create_host),
            self._route(f"{path}/{{id}}", "PUT", self._update_host),
            *self._rows_under(path, self.hosts),
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
            self._route(path, "GET", partial(self._list, self.call_logs)),
            self._route(path, "POST", self._create_call_log),
            self._route(f"{path}/{{id}}", "GET", partial(self._show, self.call_logs)),
            self._route(
                "/api/v1/pbx3cx-call-log-details/{id}", "GET", partial(self._show, self.call_logs)
            ),
        ]

    def _route(self, path: str, method: str, answer: Answer) -> Route:
        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            if given == f"Bearer {self.token}" and not key_is_refused(request):
                return await answer(request)
            if "json" in request.headers.get("accept", ""):
                return JSONResponse({"message": "Unauthenticated."}, status_code=401)
            return RedirectResponse("/login", status_code=302)

        return Route(path, guarded, methods=[method])

    async def _list(self, table: Table, request: Request) -> Response:
        customer = request.query_params.get("customer_id")
        rows = [
            self._shown(row)
            for row in table.values()
            if customer is None or str(row.get("customer_file_id")) == customer
        ]
        if not self.paginated:
            return JSONResponse(rows)
        page = int(request.query_params.get("page", "1"))
        first = (page - 1) * self.per_page
        return JSONResponse(
            {
                "current_page": page,
                "data": rows[first : first + self.per_page],
                "last_page": max(1, -(-len(rows) // self.per_page)),
                "per_page": self.per_page,
                "total": len(rows),
            }
        )

    async def _show(self, table: Table, request: Request) -> Response:
        row = _named(table, request)
        return _missing() if row is None else JSONResponse(self._shown(row))

    async def _create(self, table: Table, request: Request) -> Response:
        sent = await _sent(request)
        return JSONResponse(self._shown(self._insert(table, sent)), status_code=201)

    async def _update(self, table: Table, request: Request) -> Response:
        row = _named(table, request)
        if row is None:
            return _missing()
        row.update(await _sent(request), updated_at=stamp(self.clock.now()))
        return JSONResponse(self._shown(row), status_code=201)

    async def _delete(self, table: Table, request: Request) -> Response:
        row = _named(table, request)
        if row is None:
            return _missing()
        del table[_number(row)]
        return JSONResponse({"message": "deleted"}, status_code=201)

    async def _create_host(self, request: Request) -> Response:
        sent = await _sent(request)
        if not sent.get("host_name"):
            return _invalid("host_name")
        host = simulated_host(_next(self.hosts), self.clock.now(), **sent)
        self.hosts[_number(host)] = host
        return JSONResponse(self._shown(host), status_code=201)

    async def _update_host(self, request: Request) -> Response:
        sent = await _sent(request)
        if "host_name" in sent and not sent["host_name"]:
            return _invalid("host_name")
        answer = await self._update(self.hosts, request)
        if answer.status_code == 201:
            self.write_audit("updated", int(request.path_params["id"]), **sent)
        return answer

    async def _create_call_log(self, request: Request) -> Response:
        self.call_log_refreshes += 1
        return await self._create(self.call_logs, request)

    async def _origins(self, request: Request) -> Response:
        return _missing() if _named(self.hosts, request) is None else JSONResponse(ORIGINS)

    def _insert(self, table: Table, row: Simulated) -> Simulated:
        number = _next(table)
        table[number] = {**row, "id": number, "created_at": stamp(self.clock.now())}
        return table[number]

    def _shown(self, row: Simulated) -> Simulated:
        row = spelt_again(row, self.renewal_dates)
        if not self.extra_fields:
            return row
        return {**row, "tenant_uuid": "0d5f", "api_token": "simulated-api-token", "nested": [{}]}


def _answering(rows: list[Simulated]) -> Answer:
    async def answer(request: Request) -> Response:
        return JSONResponse(rows)

    return answer


async def _sent(request: Request) -> Simulated:
    body: Simulated = json.loads(await request.body() or b"{}")
    return body


def _named(table: Table, request: Request) -> Simulated | None:
    number = request.path_params["id"]
    return table.get(int(number)) if number.isdecimal() else None


def _number(row: Simulated) -> int:
    number = row["id"]
    assert isinstance(number, int)
    return number


def _next(table: Table) -> int:
    return max(table, default=0) + 1


def _missing() -> Response:
    return JSONResponse(NOT_FOUND, status_code=404)


def _invalid(name: str) -> Response:
    body = {"message": "The given data was invalid.", "errors": {name: ["required"]}}
    return JSONResponse(body, status_code=422)
