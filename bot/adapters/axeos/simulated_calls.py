"""The simulated PBX's calls: originated over the interface, controlled, and told about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from bot.adapters.axeos.simulated_api import ROOT, Account, SimulatedApi, body_of
from bot.adapters.axeos.simulated_events import EventRing
from bot.adapters.axeos.simulated_pbx import SimulatedCall, SimulatedPbx, SimulatedUser
from bot.clock import Clock

IDLE, IN_USE, UNAVAILABLE, RINGING = 0, 1, 4, 8


class CallerSide(StrEnum):
    """What the calling phone does with the next call that we originate."""

    PICKS_UP = "success"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"
    AWAY = "away"


@dataclass
class SimulatedCalls:
    """``rings_seconds`` is how long POST /call takes, ``caller_side`` how the next ones end.

    All others end as ``usual_side`` says. ``location_root`` stands before the path in
    ``Location``; empty makes it relative, unless it is ``absolute_location``.
    ``event_tag`` is what the "API events" rule puts on every call that passes it, and
    ``placed_pass_rule`` says whether calls placed over the interface do.
    """

    pbx: SimulatedPbx
    events: EventRing
    clock: Clock
    rings_seconds: float = 0.0
    caller_side: list[CallerSide] = field(default_factory=list)
    usual_side: CallerSide = CallerSide.PICKS_UP
    location_root: str = ""
    absolute_location: bool = False
    event_tag: str = "support"
    placed_pass_rule: bool = False
    hang_up_fails: bool = False
    _count: int = 0

    def routes(self, api: SimulatedApi) -> list[BaseRoute]:
        return [
            *api.route("call", self._originate, "POST"),
            *api.route("call/{unique_id}", self._call),
            *api.route("call/{unique_id}", self._hang_up, "DELETE"),
        ]

    def members(self, **facts: Any) -> dict[str, Any]:
        """What all events of a new call have in common."""
        self._count += 1
        unique_id = f"{int(self.clock.now().timestamp())}.{self._count}"
        common = {"event_tag": self.event_tag, "unique_id": unique_id, "account_code": ""}
        return common | facts

    def targets(self, users: Iterable[SimulatedUser]) -> list[dict[str, Any]]:
        """One leg for each phone of the users."""
        return [self._leg(user, phone.uuid) for user in users for phone in self.pbx.phones_of(user)]

    def tell_phones(self, users: Iterable[SimulatedUser], at: datetime, status_code: int) -> None:
        """Set the phones of the users and tell it; this event needs no dial plan rule."""
        for phone in (phone for user in users for phone in self.pbx.phones_of(user)):
            phone.status_code = status_code
            told = {"phone_uuid": phone.uuid, "status_code": status_code, "status": phone.status}
            self.events.append("phone status update", at, told)

    def start(self, call: SimulatedCall) -> None:
        """A call that we placed goes on from now."""
        self.pbx.calls[call.unique_id] = call
        if self.placed_pass_rule:
            self.events.append("incoming call", call.placed_at, call.members)

    def end(self, call: SimulatedCall, at: datetime) -> None:
        """A call that we placed is over."""
        del self.pbx.calls[call.unique_id]
        if self.placed_pass_rule:
            self.events.append("call finished", at, {**call.members, "reason": "hangup"})

    def _leg(self, user: SimulatedUser, phone_uuid: str) -> dict[str, Any]:
        self._count += 1
        return {
            "unique_id": f"{int(self.clock.now().timestamp())}.{self._count}",
            "user_phone_type": "hot-desk" if user.hot_desk else "phone",
            "user_uuid": user.uuid,
            "phone_uuid": phone_uuid,
        }

    async def _originate(self, request: Request, who: Account) -> Response:
        body = await body_of(request)
        user = self._caller(body, who)
        phones = [phone.uuid for phone in self.pbx.phones_of(user)]
        wanted = body.get("phone_uuid")
        if wanted is not None and who.user is not None and wanted not in phones:
            raise HTTPException(403)
        if not isinstance(body.get("number"), str) or not body["number"]:
            raise HTTPException(400)
        await self.clock.sleep(self.rings_seconds)
        side = self.caller_side.pop(0) if self.caller_side else self.usual_side
        used = [wanted] if wanted is not None else phones
        if side is CallerSide.AWAY or not any(self._is_there(uuid) for uuid in used):
            raise HTTPException(503)
        if side is not CallerSide.PICKS_UP:
            return JSONResponse({"status": side.value})
        root = str(request.base_url).rstrip("/") if self.absolute_location else self.location_root
        return self._accepted(user, used[0], body["number"], root)

    def _accepted(self, user: SimulatedUser, phone_uuid: str, number: str, root: str) -> Response:
        caller = {"user_uuid": user.uuid, "phone_uuid": phone_uuid}
        members = self.members(caller=caller | {"number": user.username, "name": user.full_name})
        unique_id = members["unique_id"]
        self.start(SimulatedCall(unique_id, user.uuid, number, self.clock.now(), members))
        location = f"{root}{ROOT}/call/{unique_id}"
        answer = {"status": "success", "unique_id": unique_id}
        return JSONResponse(answer, 201, headers={"Location": location})

    def _caller(self, body: dict[str, Any], who: Account) -> SimulatedUser:
        if "user_uuid" in body:
            user = self.pbx.users.get(str(body["user_uuid"]))
        elif "user_name" in body:
            user = self.pbx.user_named(str(body["user_name"]))
        else:
            user = who.user
        if user is None:
            raise HTTPException(400)
        if not who.owns(user.uuid):
            raise HTTPException(403)
        return user

    def _is_there(self, phone_uuid: str) -> bool:
        phone = self.pbx.phones.get(phone_uuid)
        return phone is not None and phone.status_code not in (UNAVAILABLE, -1)

    async def _call(self, request: Request, who: Account) -> Response:
        return JSONResponse(self._controlled(request, who).members)

    async def _hang_up(self, request: Request, who: Account) -> Response:
        call = self._controlled(request, who)
        if self.hang_up_fails:
            return JSONResponse({"status": "failure", "message": "channel is stuck"})
        self.end(call, self.clock.now())
        return JSONResponse({"status": "success", "message": "hung up"})

    def _controlled(self, request: Request, who: Account) -> SimulatedCall:
        call = self.pbx.calls.get(request.path_params["unique_id"])
        if call is None:
            raise HTTPException(404)
        if not who.owns(call.owner):
            raise HTTPException(403)
        return call
