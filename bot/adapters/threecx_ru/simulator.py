"""A faithful stand-in for the webapi and its webhook module."""

import sqlite3
from typing import Any, Final

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.adapters.simulation import Simulation, key_is_refused
from bot.adapters.threecx_ru.simulated_answers import READS, Parameters
from bot.adapters.threecx_ru.simulated_changes import CHANGES
from bot.adapters.threecx_ru.simulated_control import controls
from bot.adapters.threecx_ru.simulated_pbx import SimulatedPbx
from bot.adapters.threecx_ru.simulated_posts import WebhookModule
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
    """``http`` is what the webhook module posts with, and the caller's to close."""

    def __init__(
        self, clock: Clock, *, http: httpx.AsyncClient | None = None, webhook_url: str = ""
    ) -> None:
        self.pbx = SimulatedPbx(clock, WebhookModule(webhook_url, http))
        self.simulation = Simulation()
        self.app = self.simulation.wrap(
            [Route("/webapi/{key}/{command:path}", self._serve, methods=["GET", "POST"])],
            controls(self.pbx),
        )

    async def _serve(self, request: Request) -> Response:
        self.pbx.catch_up()
        key, command = request.path_params["key"], request.path_params["command"]
        if key_is_refused(request) or key not in (KEY, READ_ONLY_KEY):
            return HTMLResponse("<h1>Not Found</h1>", status_code=self.pbx.wrong_key_status)
        if request.method != ("POST" if command == "query" else "GET"):
            return HTMLResponse("<h1>Method Not Allowed</h1>", status_code=405)
        if key == READ_ONLY_KEY and (command in CHANGES or command == "query"):
            return JSONResponse({"result": False}, status_code=self.pbx.read_only_status)
        if command == "query":
            return _query(await request.json())
        try:
            return self._answer(command, dict(request.query_params))
        except KeyError as missing:
            return JSONResponse({"error": f"no parameter {missing.args[0]}"}, status_code=400)

    def _answer(self, command: str, parameters: Parameters) -> Response:
        if command == "" and self.pbx.has_licence_document:
            return JSONResponse(self._licence())
        answer = READS.get(command) or CHANGES.get(command)
        if answer is None:
            return HTMLResponse("<h1>Not Found</h1>", status_code=404)
        return JSONResponse(answer(self.pbx, parameters))

    def _licence(self) -> dict[str, Any]:
        ends = self.pbx.licence_expires_on
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
