"""A stand-in for PbxAPI.aspx of 3CX V9 and V10, whose answers nobody documents.

So it can answer in every way that has been seen or must be feared: nothing, a page, a redirect
that has to be followed, one that must not be, a 200 that means no, and ASP.NET's yellow page.
"""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.simulation import Simulation, key_is_refused
from bot.adapters.threecx_legacy.simulated_control import controls
from bot.adapters.threecx_legacy.simulated_pbx import (
    PATHS,
    WRONG_PASSWORD,
    WRONG_PIN,
    Manner,
    SimulatedPbx,
)
from bot.clock import Clock

SESSION = "/(S(simulated))"
"""Where the redirect leads: ASP.NET keeps sessions in the path when there are no cookies."""

YELLOW_PAGE = (
    "<html><head><title>Runtime Error</title></head><body bgcolor=white>"
    "<h1>Server Error in '/ivr' Application.</h1><h2><i>Object reference not set</i></h2>"
    "<b>Exception Details:</b> System.NullReferenceException<br><b>Stack Trace:</b></body></html>"
)


class ThreeCxLegacySimulator:
    """``clock`` is there since the others take one, too: nothing here goes by the time."""

    def __init__(self, clock: Clock, console_password: str = "simulated-console") -> None:  # noqa: S107 - made up
        self.pbx = SimulatedPbx(console_password)
        self.simulation = Simulation()
        self.app = self.simulation.wrap(
            [
                Route(f"{prefix}{path}", self._answer, methods=["GET", "POST"])
                for prefix in ("", SESSION)
                for path in PATHS
            ],
            controls(self.pbx),
        )

    async def _answer(self, request: Request) -> Response:
        path = request.url.path.removeprefix(SESSION)
        if self.pbx.only_path not in (None, path):
            return HTMLResponse("<h1>Not Found</h1>", status_code=404)
        if self.pbx.only_method not in (None, request.method):
            return HTMLResponse("<h1>Method Not Allowed</h1>", status_code=405)
        if key_is_refused(request):
            return HTMLResponse("<h1>Unauthorized</h1>", status_code=401)
        if self.pbx.manner is Manner.YELLOW_PAGE:
            return HTMLResponse(YELLOW_PAGE, status_code=500)
        if self.pbx.manner is Manner.ERROR_PAGE:
            return _page("Operation failed")
        if self.pbx.manner is Manner.REDIRECT and path == request.url.path:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{SESSION}{path}{query}", status_code=302)
        answer = self._carry_out(await _fields(request))
        if self.pbx.manner is Manner.SENT_BACK and answer.status_code == 200:
            return RedirectResponse(request.url, status_code=302)
        return answer

    def _carry_out(self, fields: dict[str, str]) -> Response:
        match fields.get("func"):
            case "make_call":
                refusal = self.pbx.make_call(fields)
            case "upd_ext":
                refusal = self.pbx.update_extension(fields)
            case _:
                return HTMLResponse(YELLOW_PAGE, status_code=500)
        if refusal in (WRONG_PIN, WRONG_PASSWORD):
            return _page(refusal, self.pbx.wrong_key_status)
        if refusal:
            return _page(refusal)
        return _page("OK") if self.pbx.manner is Manner.HTML else Response(b"")


async def _fields(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("ascii", errors="replace")
    form = dict(parse_qsl(body, keep_blank_values=True)) if request.method == "POST" else {}
    return {**request.query_params, **form}


def _page(text: str, status: int = 200) -> Response:
    return HTMLResponse(f"<html><head></head><body>{text}</body></html>", status_code=status)
