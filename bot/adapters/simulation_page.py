"""The control page of a simulator: a form for every happening, habit and fault.

``GET /_simulator`` is the page, or what is on it as JSON for whoever accepts nothing else.
``POST /_simulator/happenings/{name}`` takes the happening's fields, ``POST
/_simulator/habits/{name}`` takes ``value``. Both answer with the page again, or as JSON.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.simulation_controls import Controls, Habit, Happening, Impossible

CONTROL: Final = "/_simulator"

STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}"
    "form{margin:.75rem 0}fieldset{border:1px solid #767676}input,button{font:inherit}"
    "label{display:inline-block;margin-right:.75rem}"
    "button[aria-pressed=true]{font-weight:bold;outline:2px solid}"
)


def control_routes(controls: Controls) -> list[BaseRoute]:
    """The POST addresses of happenings and habits."""

    async def happen(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            await controls.happen(request.path_params["name"], form)
        except (KeyError, Impossible) as error:
            return _refused(error)
        return answer(request, controls)

    async def change(request: Request) -> Response:
        value = str((await request.form()).get("value", ""))
        try:
            controls.change(request.path_params["name"], value)
        except (KeyError, Impossible) as error:
            return _refused(error)
        return answer(request, controls)

    return [
        Route(f"{CONTROL}/happenings/{{name}}", happen, methods=["POST"]),
        Route(f"{CONTROL}/habits/{{name}}", change, methods=["POST"]),
    ]


def answer(request: Request, controls: Controls) -> Response:
    """After a POST: how things are now, or the way back to the page."""
    if wants_json(request):
        return JSONResponse(controls.told())
    return RedirectResponse(CONTROL, status_code=303)


def wants_json(request: Request) -> bool:
    """Whether JSON is accepted and a page is not."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "html" not in accepted


def render(controls: Controls, faults: Sequence[str], requests: Sequence[str]) -> str:
    """The page. It works without scripts."""
    title = escape(f"A pretend {controls.title}")
    happenings = [_happening(name, each) for name, each in controls.happenings.items()]
    habits = [_habit(name, each) for name, each in controls.habits.items()]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><style>'
        f"{STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<h2>What can happen</h2>{''.join(happenings) or NOTHING_HAPPENS}"
        f"<h2>Habits</h2>{''.join(habits)}"
        f"<h2>Faults</h2>{_faults(faults)}"
        f"<h2>What happened</h2>{_list(controls.outcomes)}"
        f"<h2>Requests</h2>{_list(requests)}</main></body></html>"
    )


NOTHING_HAPPENS: Final = "<p>This system tells nothing by itself.</p>"


def _happening(name: str, happening: Happening) -> str:
    fields = "".join(
        f'<label>{escape(each.replace("_", " "))} <input name="{each}" value="{escape(value)}">'
        "</label>"
        for each, value in happening.fields.items()
    )
    return (
        f'<form method="post" action="{CONTROL}/happenings/{name}"><fieldset>'
        f"<legend>{escape(happening.label)}</legend>{fields}"
        "<button>Do it</button></fieldset></form>"
    )


def _habit(name: str, habit: Habit) -> str:
    buttons = " ".join(
        f'<button name="value" value="{escape(each)}"'
        f' aria-pressed="{str(each == habit.value).lower()}">{escape(each)}</button>'
        for each in habit.values
    )
    return (
        f'<form method="post" action="{CONTROL}/habits/{name}"><fieldset>'
        f"<legend>{escape(habit.label)}</legend>{buttons} now: {escape(habit.value)}"
        "</fieldset></form>"
    )


def _faults(faults: Sequence[str]) -> str:
    buttons = "".join(f'<button name="fault" value="{each}">{each}</button> ' for each in faults)
    return (
        f'<form method="post" action="{CONTROL}/fault"><fieldset><legend>What goes wrong</legend>'
        '<p><label>for so many requests <input name="times" value="1" size="3"></label>'
        '<label>whose address contains (empty: any) <input name="containing"></label></p>'
        f'{buttons}<button name="fault" value="">behave</button></fieldset></form>'
    )


def _list(lines: Sequence[str]) -> str:
    return f"<ol>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ol>"


def _refused(error: KeyError | Impossible) -> Response:
    if isinstance(error, KeyError):
        return JSONResponse({"error": f"there is no {error.args[0]}"}, status_code=404)
    return JSONResponse({"error": str(error)}, status_code=400)
