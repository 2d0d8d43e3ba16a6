"""A stand-in for PbxAPI.aspx of 3CX V9 and V10, whose answers nobody documents.

So it can answer in every way that has been seen or must be feared: nothing, a page, a redirect
that has to be followed, a 200 that means no, and ASP.NET's yellow page.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.simulation import Simulation, key_is_refused
from bot.adapters.threecx_legacy.simulated_control import controls
from bot.adapters.threecx_legacy.simulated_manners import PATHS, Manner, Spelling
from bot.clock import Clock

SESSION = "/(S(simulated))"
"""Where the redirect leads: ASP.NET keeps sessions in the path when there are no cookies."""

WRONG_PIN = "Invalid extension or PIN"
WRONG_PASSWORD = "Access denied"  # noqa: S105 - what a refusal says
YELLOW_PAGE = (
    "<html><head><title>Runtime Error</title></head><body bgcolor=white>"
    "<h1>Server Error in '/ivr' Application.</h1><h2><i>Object reference not set</i></h2>"
    "<b>Exception Details:</b> System.NullReferenceException<br><b>Stack Trace:</b></body></html>"
)


@dataclass
class SimulatedExtension:
    """The flags as the system has them: the first two take something away."""

    pin: str
    disable: bool = False
    disable_external: bool = False
    record_calls: bool = False


class ThreeCxLegacySimulator:
    """``extensions`` and ``calls`` (pairs of extension and number) are to be read and changed.

    ``only_path`` makes the other path a 404, as on a machine of the other version, and
    ``only_method`` the other method a 405. ``wrong_key_status`` goes with the page that refuses a
    PIN or the console's password.
    """

    def __init__(self, clock: Clock, console_password: str = "simulated-console") -> None:  # noqa: S107 - made up
        self.clock = clock
        self.console_password = console_password
        self.spelling = Spelling.BOTH
        self.manner = Manner.EMPTY
        self.only_path: str | None = None
        self.only_method: str | None = None
        self.wrong_key_status = 200
        self.extensions = {
            number: SimulatedExtension(pin=f"77{number}") for number in ("100", "101", "0102")
        }
        self.calls: list[tuple[str, str]] = []
        self.simulation = Simulation()
        self.app = self.simulation.wrap(
            [
                Route(f"{prefix}{path}", self._answer, methods=["GET", "POST"])
                for prefix in ("", SESSION)
                for path in PATHS
            ],
            controls(self),
        )

    async def _answer(self, request: Request) -> Response:
        path = request.url.path.removeprefix(SESSION)
        if self.only_path not in (None, path):
            return HTMLResponse("<h1>Not Found</h1>", status_code=404)
        if self.only_method not in (None, request.method):
            return HTMLResponse("<h1>Method Not Allowed</h1>", status_code=405)
        if key_is_refused(request):
            return HTMLResponse("<h1>Unauthorized</h1>", status_code=401)
        if self.manner is Manner.YELLOW_PAGE:
            return HTMLResponse(YELLOW_PAGE, status_code=500)
        if self.manner is Manner.ERROR_PAGE:
            return _page("Operation failed")
        if self.manner is Manner.REDIRECT and path == request.url.path:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{SESSION}{path}{query}", status_code=302)
        return self._carry_out(await _fields(request))

    def _carry_out(self, fields: dict[str, str]) -> Response:
        match fields.get("func"):
            case "make_call":
                refusal = self._make_call(fields)
            case "upd_ext":
                refusal = self._update_extension(fields)
            case _:
                return HTMLResponse(YELLOW_PAGE, status_code=500)
        if refusal in (WRONG_PIN, WRONG_PASSWORD):
            return _page(refusal, self.wrong_key_status)
        if refusal:
            return _page(refusal)
        return _page("OK") if self.manner is Manner.HTML else Response(b"")

    def _make_call(self, fields: dict[str, str]) -> str:
        """Place the call, or say why not."""
        extension = self.extensions.get(fields.get("from", ""))
        number = fields.get("to", "")
        if extension is None or fields.get("pin") != extension.pin:
            return WRONG_PIN
        if extension.disable:
            return "Extension not allowed"
        if extension.disable_external and number not in self.extensions:
            return "External calls not allowed"
        self.calls.append((fields["from"], number))
        return ""

    def _update_extension(self, fields: dict[str, str]) -> str:
        """Set the flags that are named, and no other, or say why not."""
        names = ("ext_num", "extnum") if self.spelling is Spelling.BOTH else (self.spelling.value,)
        number = next((fields[name] for name in names if name in fields), "")
        extension = self.extensions.get(number)
        if fields.get("pwd") != self.console_password:
            return WRONG_PASSWORD
        if extension is None:
            return "Extension not found"
        for flag in ("disable", "disable_external", "record_calls"):
            if flag in fields:
                setattr(extension, flag, fields[flag] == "1")
        return ""


async def _fields(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("ascii", errors="replace")
    form = dict(parse_qsl(body, keep_blank_values=True)) if request.method == "POST" else {}
    return {**request.query_params, **form}


def _page(text: str, status: int = 200) -> Response:
    return HTMLResponse(f"<html><head></head><body>{text}</body></html>", status_code=status)
