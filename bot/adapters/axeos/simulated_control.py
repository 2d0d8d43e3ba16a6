"""What can be done over HTTP to the simulated PBX's events: the habits that a reader must survive.

``GET /_simulator/axeos`` is a page with a button for each, ``POST /_simulator/axeos/{habit}`` does
it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.axeos.simulated_events import EventRing
from bot.adapters.simulation import CONTROL

PAGE: Final = f"{CONTROL}/axeos"
HABITS: Final[Mapping[str, tuple[str, Callable[[EventRing], None]]]] = {
    "overflow": ("The buffer runs over while somebody reads", EventRing.overflow),
    "reset": ("The buffer runs over unread and is switched off", EventRing.reset),
    "restart": ("The PBX restarts: an empty buffer, numbers from 0", EventRing.restart),
}


def control_routes(events: EventRing) -> list[BaseRoute]:
    """The page and its buttons."""

    async def do(request: Request) -> Response:
        habit = request.path_params["habit"]
        if habit not in HABITS:
            return JSONResponse({"error": "no such habit"}, status_code=404)
        HABITS[habit][1](events)
        return RedirectResponse(PAGE, status_code=303)

    return [Route(PAGE, _page), Route(f"{PAGE}/{{habit}}", do, methods=["POST"])]


async def _page(request: Request) -> Response:
    buttons = "".join(
        f'<form method="post" action="{PAGE}/{habit}"><button>{label}</button></form>'
        for habit, (label, _) in HABITS.items()
    )
    return HTMLResponse(
        '<!doctype html><html lang="en"><title>Axeos events</title><h1>Axeos events</h1>'
        f'{buttons}<p><a href="{CONTROL}">Faults and requests</a></p></html>'
    )
