"""The simulator's answers to reading commands, shaped as the vendor's pages show them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.adapters.threecx_ru.simulated_pbx import LINE, SimulatedCall, SimulatedPbx

Parameters = Mapping[str, str]
EXTENSION_FIELDS: Final[Mapping[str, Any]] = {
    "mobile": "",
    "authid": "made-up-id",
    "callerid": "",
    "enabled": True,
    "deliveraudio": False,
    "recordcalls": 0,
    "sipid": "",
    "reinvite": True,
    "replaces": True,
    "vmemail": 0,
    "vmenabled": True,
    "vmplaycallerid": False,
    "vmplaydatetime": 0,
    "internal": False,
    "noanswertimeout": 20,
}
"""How the other fields of an extension stand until ext.update sets them."""
Answer = Callable[[SimulatedPbx, Parameters], Any]


def _nums(numbers: Any) -> dict[str, Any]:
    return {"nums": list(numbers)}


def _leg(num: str, kind: str, party: str = "", status: str = "Connected") -> dict[str, str]:
    return {"dnNum": num, "dnType": kind, "externalParty": party, "status": status}


def _stamp(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}" if moment else None


def _others(call: SimulatedCall) -> list[dict[str, str]]:
    if call.answered_by:
        return [_leg(call.answered_by, "Extension")]
    ringing = [_leg(num, "Extension", status="Ringing") for num in call.ringing]
    return [_leg(call.queue, "Queue", status="Ringing"), *ringing]


def _connections(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    calls = [
        {
            "callID": call.number,
            "direction": "Inbound",
            "did": call.did,
            "AConnList": [_leg(LINE, "ExternalLine", call.caller_number), *_others(call)],
        }
        for call in pbx.calls.values()
    ]
    return {"count": len(calls), "AConnByCallID": calls}


def _calls(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    calls = [
        {
            "callID": call.number,
            "state": "Talking" if call.answered_by else "Routing",
            "startedAt": _stamp(call.started_at),
            "answeredAt": _stamp(call.answered_at),
            "did": call.did,
            "owner": _leg(LINE, "ExternalLine", call.caller_number),
            "talkTo": _others(call) if call.answered_by else [],
            "routingTo": [] if call.answered_by else _others(call),
        }
        for call in pbx.calls.values()
    ]
    return {"count": len(calls), "callsInfo": calls}


def _info(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    extension = pbx.extensions.get(parameters["num"])
    if extension is None:
        return {"result": False}
    return {
        "num": extension.num,
        "name": extension.firstname,
        "lastname": extension.lastname,
        "email": extension.email,
        **EXTENSION_FIELDS,
        **extension.options,
        # Made to order, such an answer may well hold what nobody should see.
        "authpass": "canary-authpass",
        "vmpin": "canary-vmpin",
    }


def _state(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    extension = pbx.extensions.get(parameters["num"])
    if extension is None:
        return {"result": False}
    queues = [num for num, queue in pbx.queues.items() if extension.num in queue.agents]
    words = {num: "LoggedIn" if num in extension.logged_in else "LoggedOut" for num in queues}
    return {
        "num": extension.num,
        "registered": extension.registered,
        "status": "Busy" if extension.num in pbx.busy() else "Free",
        "fwdName": extension.profile,
        "qGlobalStatus": "LoggedIn" if extension.global_login else "LoggedOut",
        "qStatus": [{"num": num, "status": word} for num, word in words.items()],
    }


def _of_queue(read: Callable[[SimulatedPbx, str], list[str]]) -> Answer:
    def answer(pbx: SimulatedPbx, parameters: Parameters) -> Any:
        num = parameters["num"]
        return _nums(read(pbx, num)) if num in pbx.queues else {"result": False}

    return answer


def _group(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    members = pbx.groups.get(parameters["num"])
    return {"result": False} if members is None else _nums(members)


def _free_of_group(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    members = pbx.groups.get(parameters["num"])
    if members is None:
        return {"result": False}
    return _nums(num for num in members if num not in pbx.busy())


def _extension_group(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    members = pbx.extension_groups.get(parameters["name"])
    return {"result": False} if members is None else _nums(members)


def _is_free(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    num = parameters["num"]
    return {"result": num in pbx.queues and bool(pbx.free_agents(num))}


def _found(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    """As the document has it: no ``min_len`` is exact, a short one is the longest common end."""
    num = parameters["num"]
    least = int(parameters.get("min_len", len(num) + 1))
    ends = {id_: _common_end(card.get("phone", ""), num) for id_, card in pbx.contacts.items()}
    if least > len(num):
        return {"ids": [i for i, card in pbx.contacts.items() if card.get("phone") == num]}
    if least in (0, len(num)):
        return {"ids": [id_ for id_, end in ends.items() if end == len(num)]}
    longest = max(ends.values(), default=0)
    return {"ids": [id_ for id_, end in ends.items() if end == longest and end >= least]}


def _common_end(stored: str, asked: str) -> int:
    pairs = list(zip(reversed(stored), reversed(asked), strict=False))
    return next((i for i, (ours, theirs) in enumerate(pairs) if ours != theirs), len(pairs))


def _card(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    card = pbx.contacts.get(parameters["id"])
    return {"result": False} if card is None else {"id": parameters["id"], **card}


READS: Final[Mapping[str, Answer]] = {
    "all.ext.get": lambda pbx, _: _nums(pbx.extensions),
    "all.extgroup.get": lambda pbx, _: {"extGroups": list(pbx.extension_groups)},
    "all.group.get": lambda pbx, _: _nums(pbx.groups),
    "all.ivr.get": lambda pbx, _: _nums(["900"]),
    "all.line.get": lambda pbx, _: _nums([LINE]),
    "all.queue.get": lambda pbx, _: _nums(pbx.queues),
    "all.registered.get": lambda pbx, _: _nums(
        each.num for each in pbx.extensions.values() if each.registered
    ),
    "contact.find": _found,
    "contact.get": _card,
    "ext.info.get": _info,
    "ext.state.get": _state,
    "extgroup.members.get": _extension_group,
    "group.free.get": _free_of_group,
    "group.members.get": _group,
    "pbx.ac.get": _connections,
    "pbx.calls.get": lambda pbx, _: {"result": len(pbx.calls)},
    "pbx.callsinfo.get": _calls,
    "queue.free.get": _of_queue(lambda pbx, num: pbx.free_agents(num)),
    "queue.isfree.get": _is_free,
    "queue.managers.get": _of_queue(lambda pbx, num: pbx.queues[num].managers),
    "queue.members.get": _of_queue(lambda pbx, num: pbx.queues[num].agents),
    "queue.talk.get": _of_queue(lambda pbx, num: pbx.talking_agents(num)),
}
