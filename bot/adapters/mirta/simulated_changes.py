"""What the simulator does when it is told to change something."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from bot.adapters.mirta.simulated_pbx import SimulatedPbx, SimulatedQueue

Asked = Mapping[str, str]

NO_INTERFACE: Final = "Error|Interface not found|"


def _dial(pbx: SimulatedPbx, asked: Asked) -> str:
    source, dest = asked.get("source", ""), asked.get("dest", "")
    if source not in pbx.extensions or not dest:
        return "Error|Originate failed||"
    call = pbx.dial(source, dest, asked.get("var", ""))
    return f"Success|Originate successfully queued|{call.call_id}|"


def _hang_up(pbx: SimulatedPbx, asked: Asked) -> str:
    extension = _extension(pbx, asked.get("extension", ""))
    channel = asked.get("channel", "")
    for call in pbx.dialled:
        if extension == call.source or f"/{call.source}-" in channel:
            pbx.finish_dial(call.call_id, "NO ANSWER")
            return "Success|Channel Hungup|"
    return "Error|No such channel|"


def _pause(pbx: SimulatedPbx, asked: Asked) -> str:
    queue, extension = _agent(pbx, asked)
    if not asked.get("extension"):
        return "No extension specified"
    if queue is None or extension not in queue.members:
        return NO_INTERFACE
    queue.paused[extension] = asked.get("pausereason", "")
    return "Success|Interface paused successfully|"


def _unpause(pbx: SimulatedPbx, asked: Asked) -> str:
    queue, extension = _agent(pbx, asked)
    if not asked.get("extension"):
        return "No extension specified"
    if queue is None or extension not in queue.members:
        return NO_INTERFACE
    queue.paused.pop(extension, None)
    return "Success|Interface unpaused successfully|"


def _agent(pbx: SimulatedPbx, asked: Asked) -> tuple[SimulatedQueue | None, str | None]:
    """AGENT wants the queue's id, or the number that people dial, and not the other."""
    extension = _extension(pbx, asked.get("extension", ""))
    if pbx.agent_takes_number:
        return pbx.find_queue({"number": asked.get("queue", "")}), extension
    return pbx.queues.get(asked.get("queue", "")), extension


def _extension(pbx: SimulatedPbx, seat: str) -> str | None:
    """The extension in ``104-TENANT``; a bare one only where the PBX takes it."""
    if pbx.suffix_required and not seat.endswith(f"-{pbx.tenant}"):
        return None
    return seat.removesuffix(f"-{pbx.tenant}")


def _add(pbx: SimulatedPbx, asked: Asked) -> str:
    queue, extension = pbx.find_queue(asked), asked.get("extension", "")
    if not asked.get("id") and not asked.get("number"):
        return "Missing number or id"
    if queue is None:
        return "Queue not found"
    if extension not in pbx.extensions:
        return "Extension not found"
    if extension in queue.members:
        return "Agent already in the queue"
    queue.members.append(extension)
    return "OK"


def _del(pbx: SimulatedPbx, asked: Asked) -> str:
    queue, extension = pbx.find_queue(asked), asked.get("extension", "")
    if queue is None:
        return "Queue not found"
    if extension not in queue.members:
        return "Agent not in the queue"
    queue.members.remove(extension)
    queue.paused.pop(extension, None)
    return "OK"


def _mark_read(pbx: SimulatedPbx, asked: Asked) -> str:
    return _move(pbx, asked, "Old")


def _mark_unread(pbx: SimulatedPbx, asked: Asked) -> str:
    return _move(pbx, asked, "INBOX")


def _move(pbx: SimulatedPbx, asked: Asked, folder: str) -> str:
    box = pbx.boxes.get(asked.get("mailbox", ""))
    for message in box.messages if box else []:
        if message.message_id == asked.get("msgid"):
            message.folder = folder
            return "OK"
    return "Message not found"


def _delete(pbx: SimulatedPbx, asked: Asked) -> str:
    box = pbx.boxes.get(asked.get("mailbox", ""))
    if box is None or asked.get("msgid") not in [one.message_id for one in box.messages]:
        return "Message not found"
    pbx.remove_message(box.mailbox, asked["msgid"])
    return "OK"


def _add_custom(pbx: SimulatedPbx, asked: Asked) -> str:
    columns = json.loads(asked.get("jsondata", "{}"))
    if "cu_name" not in columns:
        return "Missing cu_name"
    new_id = pbx.add_custom({name: str(value) for name, value in columns.items()})
    return json.dumps({"cu_id": new_id})


def _update_custom(pbx: SimulatedPbx, asked: Asked) -> str:
    """Tells the SQL that ran, secrets and all, whether or not a row was there."""
    columns = {name: str(value) for name, value in json.loads(asked["jsondata"]).items()}
    number = asked.get("objectid", "")
    if number in pbx.custom and columns.get("cu_id") == number:
        pbx.custom[number] |= columns
    settings = ",".join(f"{name}='{value}'" for name, value in columns.items())
    # Never run by anybody: it only looks like the text that MiRTA answers with.
    return f"update cu_customs set {settings},cu_x='canary-sql' where cu_id='{number}'"  # noqa: S608


CHANGES: Final[dict[str, Callable[[SimulatedPbx, Asked], str | bytes]]] = {
    "AGENT PAUSE": _pause,
    "AGENT UNPAUSE": _unpause,
    "DIAL": _dial,
    "HANGUP": _hang_up,
    "MANAGEDB CUSTOM ADD": _add_custom,
    "MANAGEDB CUSTOM UPDATE": _update_custom,
    "QUEUE ADD": _add,
    "QUEUE DEL": _del,
    "VOICEMAIL DELETE": _delete,
    "VOICEMAIL MARKREAD": _mark_read,
    "VOICEMAIL MARKUNREAD": _mark_unread,
}
