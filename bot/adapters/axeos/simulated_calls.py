"""The REST interface's calls: who may place them, look at them and end them."""

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from bot.adapters.axeos.simulated_api import ROOT, Account, SimulatedApi, body_of
from bot.adapters.axeos.simulated_office import SimulatedCall, SimulatedUser
from bot.adapters.axeos.simulated_pbx import UNAVAILABLE, CallerSide, SimulatedPbx


@dataclass
class SimulatedCalls:
    """The part of the interface that is about calls."""

    pbx: SimulatedPbx

    def routes(self, api: SimulatedApi) -> list[BaseRoute]:
        return [
            *api.route("call", self._originate, "POST"),
            *api.route("call/{unique_id}", self._call),
            *api.route("call/{unique_id}", self._hang_up, "DELETE"),
        ]

    async def _originate(self, request: Request, who: Account) -> Response:
        body = await body_of(request)
        user = self._caller(body, who)
        phones = [phone.uuid for phone in self.pbx.phones_of(user)]
        wanted = body.get("phone_uuid")
        if wanted is not None and who.user is not None and wanted not in phones:
            raise HTTPException(403)
        if not isinstance(body.get("number"), str) or not body["number"]:
            raise HTTPException(400)
        await self.pbx.clock.sleep(self.pbx.rings_seconds)
        side = self.pbx.caller_side.pop(0) if self.pbx.caller_side else self.pbx.usual_side
        used = [wanted] if wanted is not None else phones
        if side is CallerSide.AWAY or not any(self._is_there(uuid) for uuid in used):
            raise HTTPException(503)
        if side is not CallerSide.PICKS_UP:
            return JSONResponse({"status": side.value})
        root = (
            str(request.base_url).rstrip("/")
            if self.pbx.absolute_location
            else self.pbx.location_root
        )
        return self._accepted(user, used[0], body["number"], root)

    def _accepted(self, user: SimulatedUser, phone_uuid: str, number: str, root: str) -> Response:
        caller = {"user_uuid": user.uuid, "phone_uuid": phone_uuid}
        members = self.pbx.members(
            caller=caller | {"number": user.username, "name": user.full_name}
        )
        unique_id = members["unique_id"]
        self.pbx.start(SimulatedCall(unique_id, user.uuid, number, self.pbx.clock.now(), members))
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
        """In the format of call events. Whether a number belongs to it is not documented."""
        call = self._controlled(request, who)
        stamp = self.pbx.events.timestamp(call.placed_at)
        return JSONResponse({"event_type": "incoming call", "timestamp": stamp, **call.members})

    async def _hang_up(self, request: Request, who: Account) -> Response:
        call = self._controlled(request, who)
        if self.pbx.hang_up_fails:
            return JSONResponse({"status": "failure", "message": "channel is stuck"})
        self.pbx.end(call, self.pbx.clock.now())
        return JSONResponse({"status": "success", "message": "hung up"})

    def _controlled(self, request: Request, who: Account) -> SimulatedCall:
        call = self.pbx.calls.get(request.path_params["unique_id"])
        if call is None:
            raise HTTPException(404)
        if not who.owns(call.owner):
            raise HTTPException(403)
        return call
