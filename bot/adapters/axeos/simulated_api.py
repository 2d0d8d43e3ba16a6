"""The simulated PBX's REST interface: who may ask what, and the documented answers.

Bodies of errors are not documented; here they are plain text or empty.
"""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.axeos.simulated_office import SimulatedQueue, SimulatedUser
from bot.adapters.axeos.simulated_pbx import SimulatedPbx
from bot.adapters.simulation import key_is_refused

ROOT = "/apis/pbx"
DEFAULT_HOLD_SECONDS = 30
"""How long an event request without ``timeout`` is held. The real time is not documented."""

ThingT = TypeVar("ThingT")


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks: the API key (no user), or a user."""

    user: SimulatedUser | None

    @property
    def sees_all(self) -> bool:
        return self.user is None or self.user.is_admin

    def owns(self, uuid: str) -> bool:
        return self.sees_all or (self.user is not None and self.user.uuid == uuid)


Endpoint = Callable[[Request, Account], Awaitable[Response]]


class SimulatedApi:
    """Everything but calls, for whoever has ``api_key`` or is a user of the PBX."""

    def __init__(self, pbx: SimulatedPbx, api_key: str) -> None:
        self.pbx = pbx
        self.api_key = api_key

    def routes(self) -> list[BaseRoute]:
        return [
            *self.route("system_information", self._system_information),
            *self.route("users", self._users),
            *self.route("users/{uuid}", self._user),
            *self.route("users/{uuid}", self._set_user, "POST"),
            *self.route("phones", self._phones),
            *self.route("phones/{uuid}", self._phone),
            *self.route("voicemail", self._mailboxes),
            *self.route("voicemail/{uuid}", self._mailbox),
            *self.route("events", self._events),
            *self.route("switches", self._switches),
            *self.route("switches/{uuid}", self._switch),
            *self.route("switches/{uuid}", self._set_switch, "POST"),
            *self.route("acd/stats", self._all_statistics),
            *self.route("acd/stats", self._all_statistics, "POST"),
            *self.route("acd/{uuid}/stats", self._statistics),
            *self.route("acd/{uuid}/stats", self._statistics, "POST"),
        ]

    def route(self, path: str, endpoint: Endpoint, method: str = "GET") -> list[BaseRoute]:
        """The endpoint behind authentication, with and without the ``.json`` suffix."""

        async def guarded(request: Request) -> Response:
            return await endpoint(request, self._account(request))

        paths = (f"{ROOT}/{path}.json", f"{ROOT}/{path}")
        return [Route(each, guarded, methods=[method]) for each in paths]

    def _account(self, request: Request) -> Account:
        name, password = _basic(request) or ("apiKey", request.query_params.get("key", ""))
        if key_is_refused(request):
            raise HTTPException(401, headers={"WWW-Authenticate": 'Basic realm="PBX"'})
        if name == "apiKey" and password == self.api_key:
            return Account(None)
        user = self.pbx.user_named(name)
        if user is None or user.password != password:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Basic realm="PBX"'})
        return Account(user)

    async def _system_information(self, request: Request, who: Account) -> Response:
        return JSONResponse(
            {
                "uuid": "00000000-0000-4000-8000-000000000001",
                "version": "4.1.10",
                "language": "nl",
                "time_zone": self.pbx.events.zone.key,
                "hostname": "pbx.example.org",
                "external_ipaddr": "192.0.2.10",
                "number": "+15550100",
            }
        )

    async def _users(self, request: Request, who: Account) -> Response:
        status = _is_set(request, "status")
        return JSONResponse([user.form(status=status) for user in self.pbx.users.values()])

    async def _user(self, request: Request, who: Account) -> Response:
        return JSONResponse(_found(self.pbx.users, request).form(status=True))

    async def _set_user(self, request: Request, who: Account) -> Response:
        user = _found(self.pbx.users, request)
        changes = await body_of(request)
        if not who.owns(user.uuid) or (changes.get("hot_desk") and who.user is not None):
            raise HTTPException(403)
        allowed = {"call_forward": str | None, "cw": bool, "dnd": bool, "hot_desk": str | None}
        for name, value in changes.items():
            if name not in allowed or not isinstance(value, allowed[name]):
                raise HTTPException(400)
        for name, value in changes.items():
            setattr(user, name, value)
        return JSONResponse(user.form(status=True))

    async def _phones(self, request: Request, who: Account) -> Response:
        status = _is_set(request, "status")
        return JSONResponse([phone.form(status=status) for phone in self.pbx.phones.values()])

    async def _phone(self, request: Request, who: Account) -> Response:
        return JSONResponse(_found(self.pbx.phones, request).form(status=True))

    async def _mailboxes(self, request: Request, who: Account) -> Response:
        """A user sees the own box only; an administrator, who sees everything, all of them."""
        status = _is_set(request, "status")
        boxes = [box for box in self.pbx.mailboxes.values() if who.owns(box.owner)]
        return JSONResponse([box.form(status=status) for box in boxes])

    async def _mailbox(self, request: Request, who: Account) -> Response:
        box = _found(self.pbx.mailboxes, request)
        if not who.owns(box.owner) and request.query_params.get("password") != box.password:
            raise HTTPException(403)
        return JSONResponse(box.form(status=True))

    async def _events(self, request: Request, who: Account) -> Response:
        hold, limit = _number(request, "timeout"), _number(request, "limit")
        hold = DEFAULT_HOLD_SECONDS if hold is None else hold
        return JSONResponse(await self.pbx.events.read(_number(request, "last"), hold, limit))

    async def _switches(self, request: Request, who: Account) -> Response:
        status = _is_set(request, "status")
        return JSONResponse([switch.form(status=status) for switch in self.pbx.switches.values()])

    async def _switch(self, request: Request, who: Account) -> Response:
        return JSONResponse(_found(self.pbx.switches, request).form(status=True))

    async def _set_switch(self, request: Request, who: Account) -> Response:
        switch = _found(self.pbx.switches, request)
        value = (await body_of(request)).get("value")
        if not who.sees_all:
            raise HTTPException(403)
        if not isinstance(value, str):
            raise HTTPException(400)
        switch.value = value
        return (
            JSONResponse(switch.form(status=True))
            if self.pbx.tells_switch_after_set
            else Response()
        )

    async def _all_statistics(self, request: Request, who: Account) -> Response:
        flags = await self._asked(request, who)
        return JSONResponse([self._form(queue, flags) for queue in self.pbx.queues.values()])

    async def _statistics(self, request: Request, who: Account) -> Response:
        queue = _found(self.pbx.queues, request)
        return JSONResponse(self._form(queue, await self._asked(request, who)))

    async def _asked(self, request: Request, who: Account) -> Mapping[str, bool]:
        if request.method == "GET":
            return {name: _is_set(request, name) for name in ("agents", "calls", "relative")}
        flags = {name: bool(value) for name, value in (await body_of(request)).items()}
        if flags.get("reset") and not who.sees_all:
            raise HTTPException(403)
        return flags

    def _form(self, queue: SimulatedQueue, flags: Mapping[str, bool]) -> dict[str, Any]:
        if flags.get("reset"):
            queue.reset(self.pbx.clock.now().astimezone(self.pbx.events.zone))
        return queue.form(
            identified=self.pbx.identifies_queues,
            agents=flags.get("agents", False),
            calls=flags.get("calls", False),
            relative=flags.get("relative", False) or flags.get("reset", False),
        )


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a POST; input is accepted in JSON only."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415)
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400) from error
    if not isinstance(body, dict):
        raise HTTPException(400)
    return body


def _found(things: Mapping[str, ThingT], request: Request) -> ThingT:
    try:
        return things[request.path_params["uuid"]]
    except KeyError as error:
        raise HTTPException(404) from error


def _is_set(request: Request, name: str) -> bool:
    return request.query_params.get(name, "0") not in ("0", "", "false")


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is not None and not text.isdecimal():
        raise HTTPException(400)
    return None if text is None else int(text)


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, password
