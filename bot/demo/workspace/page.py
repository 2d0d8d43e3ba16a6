"""The workspace's web page: what a newcomer sees and clicks in the demo."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.demo.workspace.errors import NotPossible, SlackError
from bot.demo.workspace.page_state import page_state
from bot.demo.workspace.records import Json, Message
from bot.demo.workspace.senders import Senders, escaped
from bot.demo.workspace.state import State

STATIC: Final = Path(__file__).parent / "static"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class DemoButton:
    """A button above the workspace that makes something happen elsewhere."""

    label: str
    press: Callable[[], Awaitable[object]]
    hint: str = ""


class Page:
    """The routes of the page. Every act is a person's: the app sees nothing but Slack."""

    def __init__(
        self,
        state: State,
        senders: Senders,
        buttons: Sequence[DemoButton],
        commands: Mapping[str, str],
    ) -> None:
        self._state = state
        self._senders = senders
        self._buttons = tuple(buttons)
        self._commands = dict(commands)
        self._acts: Mapping[str, Callable[[Json], Awaitable[object]]] = {
            "button": self._press,
            "click": self._click,
            "close": self._close,
            "command": self._command,
            "home": self._home,
            "submit": self._submit,
            "view_click": self._click_in_view,
        }

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", guarded(self._index)),
            Route("/_page/files/{file}", guarded(self._file)),
            Route("/_page/state", guarded(self._show)),
            Route("/_page/static/{name}", guarded(self._static)),
            Route("/_page/{act}", guarded(self._act), methods=["POST"]),
        ]

    def say(self, user: str, channel: str, text: str) -> Message:
        """A person writes a message. The app is not told: it asks for no message events."""
        place = self._state.channels.get(channel)
        if place is None or user not in place.members or place.is_archived:
            raise NotPossible(f"{user} cannot write in {channel}.")
        return self._state.put(
            Message(
                channel=channel,
                ts=self._state.next_ts(),
                user=user,
                text=escaped(self._state, text),
                stored_at=self._state.clock.monotonic(),
            )
        )

    async def _index(self, request: Request) -> Response:
        return FileResponse(STATIC / "page.html", headers=HEADERS)

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in {path.name for path in STATIC.iterdir()}:
            return Response(status_code=404)
        return FileResponse(STATIC / name, headers=HEADERS)

    async def _show(self, request: Request) -> Response:
        """The whole state, or just its version if the page has seen that one."""
        user = request.query_params.get("user", "")
        if user not in self._state.users:
            user = next(name for name, each in self._state.users.items() if not each.is_bot)
        if request.query_params.get("since") == str(self._state.version):
            return JSONResponse({"version": self._state.version}, headers=HEADERS)
        shown = page_state(self._state, user)
        shown["buttons"] = [{"label": each.label, "hint": each.hint} for each in self._buttons]
        shown["commands"] = self._commands
        return JSONResponse(shown, headers=HEADERS)

    async def _file(self, request: Request) -> Response:
        file = self._state.files.get(request.path_params["file"])
        if file is None or file.content is None or not file.is_complete:
            return Response(status_code=404)
        audible = file.content_type.startswith("audio/")
        kind = file.content_type if audible else "application/octet-stream"
        return Response(file.content, media_type=kind, headers=HEADERS)

    async def _act(self, request: Request) -> Response:
        act = self._acts.get(request.path_params["act"])
        if act is None:
            return _sorry("unknown act", 404)
        try:
            body = await request.json()
            json.dumps(body, ensure_ascii=False).encode()  # half a character cannot be shown
            answer = await act(body)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as exc:
            return _sorry(f"not understood: {exc!r}", 400)
        except (NotPossible, SlackError) as exc:
            return _sorry(str(exc), 409)
        except httpx.HTTPError:
            return _sorry("The app did not answer.", 502)
        if isinstance(answer, httpx.Response) and not answer.is_success:
            return _sorry(f"The app answered {answer.status_code}.", 502)
        return JSONResponse({"ok": True}, headers=HEADERS)

    async def _command(self, body: Json) -> object:
        text = str(body["text"]).strip()
        if text.startswith("/"):
            return await self._senders.slash(body["user"], body["channel"], text)
        return self.say(body["user"], body["channel"], text)

    async def _click(self, body: Json) -> object:
        message = self._state.find(body["channel"], body["ts"])
        if message is None:
            raise NotPossible("That message is not there any more.")
        return await self._senders.click(
            body["user"], message, body["action_id"], body.get("choice"), block_id=body["block_id"]
        )

    async def _click_in_view(self, body: Json) -> object:
        return await self._senders.click_in_view(
            self._view(body),
            body["action_id"],
            body.get("choice"),
            block_id=body["block_id"],
            answers=body.get("answers", {}),
        )

    async def _submit(self, body: Json) -> object:
        return await self._senders.submit_view(body["user"], self._view(body), body["answers"])

    async def _close(self, body: Json) -> object:
        return await self._senders.close_view(self._view(body))

    async def _home(self, body: Json) -> object:
        return await self._senders.open_home(body["user"])

    async def _press(self, body: Json) -> object:
        index = body["index"]
        if index not in range(len(self._buttons)):
            raise NotPossible("There is no such button.")
        return await self._buttons[index].press()

    def _view(self, body: Json) -> Any:
        view = self._state.views.get(body["view"])
        if view is None or view.user != body["user"]:
            raise NotPossible("That view is not open any more.")
        return view


def guarded(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Only a page that this server gave out, in a browser on this machine, may ask."""

    async def answer(request: Request) -> Response:
        host = request.headers.get("host", "")
        if _parts(f"//{host}").hostname not in LOOPBACK:
            return _sorry("This page is for the machine that it runs on.", 403)
        origin = request.headers.get("origin")
        if origin is not None and _parts(origin).netloc != host:
            return _sorry("Another page may not do that.", 403)
        return await handler(request)

    return answer


def _parts(address: str) -> SplitResult:
    """What an address consists of; of one that is none, nothing."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _sorry(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status_code=status, headers=HEADERS)
