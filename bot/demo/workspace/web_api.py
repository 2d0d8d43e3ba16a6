"""``/api/<method>``: who may call, what goes wrong on order, and what Slack answers."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.demo.workspace import chat, conversations, files, people, views
from bot.demo.workspace.arguments import Arguments, read_call
from bot.demo.workspace.calls import Call, Referee
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.misbehaviour import Fault, Misbehaviour, Order, Silence
from bot.demo.workspace.records import Json
from bot.demo.workspace.state import State

Method = Callable[[State, Arguments], Json]

METHODS: Final[dict[str, Method]] = {
    "api.test": people.api_test,
    "auth.test": people.auth_test,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.join": conversations.join,
    "conversations.list": conversations.list_all,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete,
    "files.delete": files.delete,
    "files.info": files.info,
    "users.conversations": conversations.list_of_user,
    "users.info": people.info,
    "users.list": people.list_all,
    "users.lookupByEmail": people.look_up_by_email,
    "views.open": views.open_modal,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}
UPLOAD: Final = "upload"
"""The name under which a fault can be ordered for the upload of a file's bytes."""


class WebApi:
    """Answers the app's calls and keeps the log of them."""

    def __init__(self, state: State, bot_token: str, base_url: str) -> None:
        self.calls: list[Call] = []
        self.referee = Referee()
        self.misbehaviour = Misbehaviour()
        self._state = state
        self._token = bot_token
        self._uploads = files.Uploads(base_url)
        self._methods = {**METHODS, "files.getUploadURLExternal": self._uploads.get_url}
        self._late: set[asyncio.Task[None]] = set()

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/api/{method}", self._answer, methods=["GET", "POST"]),
            Route("/upload/v1/{ticket}", self._receive_file, methods=["POST", "PUT"]),
        ]

    async def close(self) -> None:
        """Forget effects that are still to come."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _answer(self, request: Request) -> Response:
        name = request.path_params["method"]
        try:
            token, values = await read_call(request)
        except SlackError as error:
            return _refusal(error)
        arguments = Arguments(values)
        call = Call(method=name, arguments=values, at=self._state.clock.monotonic())
        self.calls.append(call)
        try:
            method = self._authorised(name, token)
        except SlackError as error:
            call.outcome = error.code
            return _refusal(error)

        def act() -> Response:
            return self._act(method, arguments, call)

        order = self.misbehaviour.take(name, lambda: self._channels(arguments))
        return act() if order is None else await self._misbehave(order, arguments, call, act)

    def _authorised(self, name: str, token: str | None) -> Method:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method")
        if name == "api.test":
            return method
        if not token:
            raise SlackError("not_authed")
        if token != self._token:
            raise SlackError("invalid_auth")
        return method

    def _act(self, method: Method, arguments: Arguments, call: Call) -> Response:
        try:
            answer = method(self._state, arguments)
        except SlackError as error:
            call.outcome = error.code
            return _refusal(error)
        call.outcome, call.had_effect = "ok", True
        channel = answer.get("channel")
        call.channel = channel if isinstance(channel, str) else arguments.text("channel")
        if call.method == "chat.postMessage":
            self.referee.posted(call.channel, call.at)
        return JSONResponse({"ok": True} | answer)

    async def _misbehave(
        self, order: Order, arguments: Arguments, call: Call, act: Callable[[], Response]
    ) -> Response:
        """Does the call or not, answers or not, and notes the fault as the outcome."""
        sleep = self._state.clock.sleep
        match order.fault:
            case Fault.STALE_HISTORY:
                arguments.stale_seconds = order.seconds
                return act()
            case Fault.DELAY:
                await sleep(order.seconds)
                return act()
            case Fault.LATE_COMMIT:
                self._later(order.seconds, act)
            case Fault.DROP_AFTER | Fault.FAIL_AFTER | Fault.DELAY_AFTER:
                answer = act()
                if order.fault == Fault.DELAY_AFTER:
                    await sleep(order.seconds)
                    return answer
        call.outcome = order.error or str(order.fault)
        return _fault_answer(order)

    def _later(self, seconds: float, act: Callable[[], Response]) -> None:
        async def commit() -> None:
            await self._state.clock.sleep(seconds)
            act()

        task = asyncio.create_task(commit())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _channels(self, arguments: Arguments) -> set[str]:
        """Every name of the channel that a call is about."""
        given = arguments.text("channel") or arguments.text("channel_id")
        names = {given, given.removeprefix("#")}
        for channel in self._state.channels.values():
            others = channel.members - {self._state.identity.bot_user}
            if channel.id == given or channel.name in names:
                names |= {channel.id, channel.name}
                names |= others if channel.id.startswith("D") else set()
        return names

    async def _receive_file(self, request: Request) -> Response:
        content = await _uploaded_bytes(request)
        call = Call(method=UPLOAD, arguments={}, at=self._state.clock.monotonic())
        self.calls.append(call)
        ticket = request.path_params["ticket"]

        def act() -> Response:
            try:
                answer = self._uploads.receive(self._state, ticket, content)
            except SlackError as error:
                call.outcome = error.code
                return PlainTextResponse(error.code, status_code=400)
            call.outcome, call.had_effect = "ok", True
            return PlainTextResponse(answer)

        order = self.misbehaviour.take(UPLOAD, set)
        return act() if order is None else await self._misbehave(order, Arguments({}), call, act)


async def _uploaded_bytes(request: Request) -> bytes:
    """The body, or the first file of a multipart form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for value in form.values():
            return value.encode() if isinstance(value, str) else await value.read()
    return b""


def _fault_answer(order: Order) -> Response:
    match order.fault:
        case Fault.RATE_LIMITED:
            wait = {"Retry-After": str(max(1, round(order.seconds)))}
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, wait)
        case Fault.ERROR:
            return JSONResponse({"ok": False, "error": order.error or "internal_error"})
        case Fault.FAIL_AFTER | Fault.FAIL_BEFORE:
            return JSONResponse({"ok": False, "error": "internal_error"}, 500)
        case _:
            return Silence()


def _refusal(error: SlackError) -> Response:
    answer: Json = {"ok": False, "error": error.code}
    if error.problems:
        answer["errors"] = list(error.problems)
        answer["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in error.problems]}
    return JSONResponse(answer)
