"""A faithful stand-in for the webapi and its webhook module."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Literal

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.adapters.simulation import Simulation, key_is_refused
from bot.adapters.simulation_posts import deliver
from bot.adapters.threecx_ru.simulated_answers import READS, Parameters
from bot.adapters.threecx_ru.simulated_changes import CHANGES
from bot.adapters.threecx_ru.simulated_control import controls
from bot.adapters.threecx_ru.simulated_pbx import SimulatedPbx
from bot.adapters.threecx_ru.simulated_posts import Body, Delivered, Spelling, in_capital_case
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
    """``pbx`` is the phone system behind it; ``placed`` lists the makecall orders.

    What no document shows can be chosen: ``wrong_key_status``, ``read_only_status`` (200 is
    ``{"result": false}``), whether the build has a licence document, how posts are spelt and
    whether the end of a call comes again with its recording. Without ``webhook_url`` there is no
    webhook module; ``http`` is what it posts with, and the caller's to close.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        makecall_reply: Literal["finalStatus", "chid"] = "chid",
        licence_expires_on: date | None = date(2026, 12, 5),
        http: httpx.AsyncClient | None = None,
        webhook_url: str = "",
    ) -> None:
        self.pbx = SimulatedPbx(clock)
        self.simulation = Simulation()
        self.placed: list[tuple[str, str]] = []
        self.makecall_reply = makecall_reply
        self.licence_expires_on = licence_expires_on
        self.has_licence_document = True
        self.wrong_key_status = 404
        self.read_only_status = 403
        self.spelling = Spelling.LOWER
        self.end_twice = True
        self.webhook_url = webhook_url
        self.clock = clock
        self._http = http
        self._deliveries = 0
        self.app = self.simulation.wrap(
            [Route("/webapi/{key}/{command:path}", self._serve, methods=["GET", "POST"])],
            controls(self),
        )

    def customer_calls_and_hangs_up(
        self, caller_number: str = "15550100", queue: str = "800"
    ) -> list[Body]:
        """The webhook posts of a missed queue call."""
        return self._spelt(self._delivered(caller_number, queue).missed())

    def customer_calls_and_is_answered(
        self, by: str = "101", caller_number: str = "15550100", queue: str = "800"
    ) -> list[Body]:
        """The webhook posts of an answered queue call, the repeat with the recording last."""
        delivered = self._delivered(caller_number, queue)
        return self._spelt(delivered.answered(by, end_twice=self.end_twice))

    async def tell(self, bodies: Iterable[Body]) -> str | None:
        """Post in order, unsigned as the module does, and tell what became of each post.

        ``None`` without a webhook module: then whoever wants to know must ask.
        """
        if not self.webhook_url or self._http is None:
            return None
        headers = {"content-type": "application/json"}
        posts = [(headers, json.dumps(body).encode()) for body in bodies]
        return await deliver(self._http, self.webhook_url, posts)

    def _spelt(self, bodies: list[Body]) -> list[Body]:
        capital = self.spelling is Spelling.CAPITAL
        return [in_capital_case(body) for body in bodies] if capital else bodies

    def _delivered(self, caller_number: str, queue: str) -> Delivered:
        self._deliveries += 1
        return Delivered(
            100 + self._deliveries,
            self.clock.now(),
            caller_number=caller_number,
            queue=queue,
            agents=tuple(self.pbx.queues[queue].agents),
        )

    async def _serve(self, request: Request) -> Response:
        self.pbx.catch_up()
        key, command = request.path_params["key"], request.path_params["command"]
        if key_is_refused(request) or key not in (KEY, READ_ONLY_KEY):
            return HTMLResponse("<h1>Not Found</h1>", status_code=self.wrong_key_status)
        if request.method != ("POST" if command == "query" else "GET"):
            return HTMLResponse("<h1>Method Not Allowed</h1>", status_code=405)
        if key == READ_ONLY_KEY and (command in CHANGES or command in ("makecall", "query")):
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
        answer = READS.get(command) or CHANGES.get(command)
        if answer is None:
            return HTMLResponse("<h1>Not Found</h1>", status_code=404)
        return JSONResponse(answer(self.pbx, parameters))

    def _makecall(self, first: str, second: str) -> dict[str, Any]:
        self.placed.append((first, second))
        extension = self.pbx.extensions.get(first)
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
