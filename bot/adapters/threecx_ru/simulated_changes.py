"""What the simulator's changing commands do. Each returns whether it succeeded, or an id."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.adapters.threecx_ru.simulated_answers import Parameters
from bot.adapters.threecx_ru.simulated_pbx import PROFILES, SimulatedExtension, SimulatedPbx

Order = Callable[[SimulatedPbx, Parameters], Any]


def _result(done: object) -> dict[str, Any]:
    return {"result": done}


def _make_call(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    first, second = parameters["first"], parameters["second"]
    pbx.placed.append((first, second))
    extension = pbx.extensions.get(first)
    ready = extension is not None and extension.registered
    if pbx.makecall_reply == "finalStatus":
        return {"finalStatus": "Success" if ready else "Failed"}
    if not ready:
        return _result(False)
    return {"chid": f"6f2c1c1e-6a55-4c3f-9f7c-{len(pbx.placed):012x}"}


def _profile(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    extension = pbx.extensions.get(parameters["num"])
    if extension is None or parameters["status"] not in PROFILES:
        return _result(False)
    extension.profile = parameters["status"]
    return _result(True)


def _log_in_everywhere(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    num = parameters["num"]
    extension = pbx.extensions.get(num)
    if extension is None or pbx.governs(num) or not _is_switch(parameters, "log"):
        return _result(False)
    extension.global_login = parameters["log"] == "on"
    return _result(True)


def _log_in_queue(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    num, name = parameters["num"], parameters["queue"]
    queue = pbx.queues.get(name)
    extension = pbx.extensions.get(num)
    if not queue or not extension or num not in queue.agents or not _is_switch(parameters, "log"):
        return _result(False)
    if parameters["log"] == "on":
        extension.logged_in.add(name)
    else:
        extension.logged_in.discard(name)
    return _result(True)


def _options(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    extension = pbx.extensions.get(parameters["num"])
    given = {name: value for name, value in parameters.items() if name != "num"}
    switches = all(_is_switch(given, name) for name in ("enabled", "external") if name in given)
    recording = given.get("recording", "off") in ("off", "external", "all")
    if extension is None or not switches or not recording:
        return _result(False)
    extension.options.update(given)
    return _result(True)


def _is_switch(parameters: Parameters, name: str) -> bool:
    return parameters.get(name) in ("on", "off")


def _edit_contact(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    card = pbx.contacts.get(parameters["id"])
    if card is None:
        return _result(False)
    card.update({name: value for name, value in parameters.items() if name != "id"})
    return _result(True)


def _add_contact(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    contact_id = str(max(map(int, pbx.contacts), default=0) + 1)
    pbx.contacts[contact_id] = dict(parameters)
    return _result(int(contact_id))


def _delete_contact(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    return _result(pbx.contacts.pop(parameters["id"], None) is not None)


def _edit_extension(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    extension = pbx.extensions.get(parameters["num"])
    if extension is None:
        return _result(False)
    for name, value in parameters.items():
        if name in ("firstname", "lastname", "email"):
            setattr(extension, name, value)
        elif name != "num":
            extension.options[name] = value
    return _result(True)


def _add_extension(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    num = parameters["num"]
    if num in pbx.extensions:
        return _result(False)
    pbx.extensions[num] = SimulatedExtension(num, registered=False)
    return _edit_extension(pbx, parameters)


def _delete_extension(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    return _result(pbx.extensions.pop(parameters["num"], None) is not None)


def _list_in(pbx: SimulatedPbx, parameters: Parameters, name: str) -> list[str] | None:
    """The whole new list, or ``None`` when a number in it is no extension."""
    numbers = [num for num in parameters[name].split(",") if num]
    return numbers if set(numbers) <= set(pbx.extensions) else None


def _set_group(pbx: SimulatedPbx, parameters: Parameters) -> Any:
    members = _list_in(pbx, parameters, "members")
    if parameters["num"] not in pbx.groups or members is None:
        return _result(False)
    pbx.groups[parameters["num"]] = members
    return _result(True)


def _set_in_queue(name: str) -> Order:
    def replace(pbx: SimulatedPbx, parameters: Parameters) -> Any:
        queue = pbx.queues.get(parameters["num"])
        numbers = _list_in(pbx, parameters, name)
        if queue is None or numbers is None:
            return _result(False)
        setattr(queue, name, numbers)
        return _result(True)

    return replace


CHANGES: Final[Mapping[str, Order]] = {
    "contact.del": _delete_contact,
    "contact.new": _add_contact,
    "contact.update": _edit_contact,
    "ext.del": _delete_extension,
    "ext.fwd.set": _profile,
    "ext.new": _add_extension,
    "ext.options.set": _options,
    "ext.queue.set": _log_in_queue,
    "ext.queueglobal.set": _log_in_everywhere,
    "ext.update": _edit_extension,
    "group.members.set": _set_group,
    "makecall": _make_call,
    "queue.agents.set": _set_in_queue("agents"),
    "queue.managers.set": _set_in_queue("managers"),
}
