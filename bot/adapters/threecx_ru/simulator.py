"""A faithful stand-in for the webapi and its webhook module."""

import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Literal

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.adapters.simulation import Simulation, key_is_refused
from bot.adapters.threecx_ru.answers import READS, Parameters
from bot.adapters.threecx_ru.deliveries import Body, Delivered
from bot.adapters.threecx_ru.exchange import Exchange
from bot.adapters.threecx_ru.orders import ORDERS
from bot.clock import Clock

KEY: Final = "simulated-key"
READ_ONLY_KEY: Final = "simulated-read-only-key"
USUAL_ROWS: Final = 100
DATABASE: Final = """
create table recordings (id_recording integer, cl_participants_id integer, recording_url text);
create table s_voicemail (wav_file text, callee text, caller text, duration integer, heard integer);
insert into s_voicemail values ('vm1.wav', '101', '15550100', 12, 0);
"""
ROWS: Final = """
insert into recordings
with recursive n(i) as (select 1 union all select i + 1 from n where i < 150)
select i, 1000 + i, case when i <= 120 then '101' else '0102' end || '/' || i || '.wav' from n;
"""


class ThreeCxRuSimulator:
    """``exchange`` is the phone system behind it; ``placed`` lists the makecall orders.

    What no document shows can be chosen: ``wrong_key_status``, ``read_only_status`` (200 is
    ``{"result": false}``), and whether the build has a licence document.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        makecall_reply: Literal["finalStatus", "chid"] = "chid",
        licence_expires_on: date | None = date(2026, 12, 5),
    ) -> None:
        self.exchange = Exchange(clock)
        self.simulation = Simulation()
        self.placed: list[tuple[str, str]] = []
        self.makecall_reply = makecall_reply
        self.licence_expires_on = licence_expires_on
        self.has_licence_document = True
        self.wrong_key_status = 404
        self.read_only_status = 403
        self._clock = clock
        self._deliveries = 0
        self.app = self.simulation.wrap(
            [Route("/webapi/{key}/{command:path}", self._serve, methods=["GET", "POST"])]
        )

    def customer_calls_and_hangs_up(
        self, caller_number: str = "15550100", queue: str = "800"
    ) -> list[Body]:
        """The webhook posts of a missed queue call."""
        return self._delivered(caller_number, queue).missed()

    def customer_calls_and_is_answered(
        self, by: str = "101", caller_number: str = "15550100", queue: str = "800"
    ) -> list[Body]:
        """The webhook posts of an answered queue call, the repeat with the recording last."""
        return self._delivered(caller_number, queue).answered(by)

    async def post_to(self, url: str, http: httpx.AsyncClient, bodies: Iterable[Body]) -> list[int]:
        """Post in order, unsigned as the module does; returns the statuses."""
        return [(await http.post(url, json=body)).status_code for body in bodies]

    def _delivered(self, caller_number: str, queue: str) -> Delivered:
        self._deliveries += 1
        return Delivered(
            100 + self._deliveries,
            self._clock.now(),
            caller_number=caller_number,
            queue=queue,
            agents=tuple(self.exchange.queues[queue].agents),
        )

    async def _serve(self, request: Request) -> Response:
        key, command = request.path_params["key"], request.path_params["command"]
        if key_is_refused(request) or key not in (KEY, READ_ONLY_KEY):
            return HTMLResponse("<h1>Not Found</h1>", status_code=self.wrong_key_status)
        if request.method != ("POST" if command == "query" else "GET"):
            return HTMLResponse("<h1>Method Not Allowed</h1>", status_code=405)
        if key == READ_ONLY_KEY and (command in ORDERS or command in ("makecall", "query")):
            return JSONResponse({"result": False}, status_code=self.read_only_status)
        if command == "query":
            return _query(await request.json())
        try:
            return self._answer(command, dict(request.query_params))
        except KeyError as missing:
            return JSONResponse({"error": f"no parameter {missing.args[0]}"}, status_code=400)

    def _answer(self, command: str, parameters: Parameters) -> Response:
        if command == "" and self.has_licence_document:
            return JSONResponse(self._licence())
        if command == "makecall":
            return JSONResponse(self._makecall(parameters["first"], parameters["second"]))
        answer = READS.get(command) or ORDERS.get(command)
        if answer is None:
            return HTMLResponse("<h1>Not Found</h1>", status_code=404)
        return JSONResponse(answer(self.exchange, parameters))

    def _makecall(self, first: str, second: str) -> dict[str, Any]:
        self.placed.append((first, second))
        extension = self.exchange.extensions.get(first)
        ready = extension is not None and extension.registered
        if self.makecall_reply == "finalStatus":
            return {"finalStatus": "Success" if ready else "Failed"}
        if not ready:
            return {"result": False}
        return {"chid": f"6f2c1c1e-6a55-4c3f-9f7c-{len(self.placed):012x}"}

    def _licence(self) -> dict[str, Any]:
        ends = self.licence_expires_on
        return {
            "product": "3CX REST API",
            "version": "9.9.9",
            "release": "Webhooks",
            "licenseExpire": f"{ends:%d.%m.%Y} 09:30:00" if ends else "",
            "clientLicensesNum": 50,
            "concurrentCalls": 16,
            "callRecords": True,
            "sql": True,
            "api": True,
            "ai": False,
            "quality": False,
        }


def _query(body: dict[str, Any]) -> Response:
    """Run the statement on a database that is made for it and thrown away after it."""
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    try:
        database.executescript(DATABASE + ROWS)
        rows = database.execute(body["query"]).fetchmany(body.get("count") or USUAL_ROWS)
        return JSONResponse([dict(row) for row in rows])
    except sqlite3.Error as error:
        # A database likes to quote the statement that it does not understand.
        return JSONResponse({"error": f"{error} in {body['query']}"}, status_code=400)
    finally:
        database.close()
