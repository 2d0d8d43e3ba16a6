"""What the simulator answers to questions."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from bot.adapters.mirta.simulated_calls import (
    ADMIN_LAYOUT,
    TENANT_LAYOUT,
    SimulatedCall,
    arranged,
    csv_text,
    doubled,
    local,
    simple_rows,
)
from bot.adapters.mirta.simulated_pbx import SimulatedPbx, SimulatedQueue, tone

Asked = Mapping[str, str]


def _is_json(asked: Asked) -> bool:
    return asked.get("format", "").lower() == "json"


def _calls(pbx: SimulatedPbx, asked: Asked) -> list[SimulatedCall]:
    """Calls of the days from ``start`` to ``end``; today without any."""
    now = pbx.clock.now()
    today = now.astimezone(pbx.zone).date()
    start = date.fromisoformat(asked["start"]) if asked.get("start") else today
    end = date.fromisoformat(asked["end"]) if asked.get("end") else today
    if asked.get("end") and not pbx.end_included:
        end -= timedelta(days=1)
    found = [call for call in pbx.calls if start <= call.started_on(pbx.zone) <= end]
    found = [call for call in found if call.appears_at is None or call.appears_at <= now]
    if asked.get("phone"):
        phones = set(asked["phone"].split(","))
        found = [call for call in found if phones & {call.number, call.dialled, call.who_answered}]
    if asked.get("direction"):
        found = [call for call in found if call.direction == asked["direction"].upper()]
    return found


def _simple_cdrs(pbx: SimulatedPbx, asked: Asked) -> str:
    found = _calls(pbx, asked)
    if not found or not _is_json(asked):
        return ""
    return json.dumps(simple_rows(found, pbx.zone))


def _cdrs(pbx: SimulatedPbx, asked: Asked) -> str:
    found = _calls(pbx, asked)
    if _is_json(asked):
        return json.dumps(simple_rows(found, pbx.zone)) if found else "]"
    layout = ADMIN_LAYOUT if asked.get("tenant") == "%" else TENANT_LAYOUT
    return csv_text(found, arranged(layout, pbx.csv_columns), pbx.zone)


def _queue_logs(pbx: SimulatedPbx, asked: Asked) -> str:
    """Inbound calls, joined with a whole row about the agent, secrets included."""
    rows = [_queue_log(pbx, call) for call in _calls(pbx, asked) if call.direction == "IN"]
    if not rows:
        return "]" if _is_json(asked) else ""
    if _is_json(asked):
        return json.dumps([doubled(row) for row in rows])
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def _queue_log(pbx: SimulatedPbx, call: SimulatedCall) -> dict[str, str]:
    answered = call.disposition == "ANSWERED"
    return {
        "time": local(call.started_at, pbx.zone),
        "qu_name": "Support",
        "callerid": call.number,
        "disposition": "ANSWERED" if answered else "ABANDONED",
        "agent": call.who_answered,
        "holdtime": str(call.duration - call.billsec),
        "calltime": str(call.billsec),
        "origpos": "1",
        "callid": call.uniqueid,
        "ex_webpassword": "canary-web-password",
        "ex_token": "canary-token",
        "ex_lockpin": "canary-pin",
    }


def _recording(pbx: SimulatedPbx, asked: Asked) -> str | bytes:
    if not asked.get("id"):
        return "No id specified"
    return pbx.recordings.get(asked["id"], "")


def _media(pbx: SimulatedPbx, asked: Asked) -> str | bytes:
    return pbx.media.get(asked.get("objectid", ""), "")


def _queues(pbx: SimulatedPbx, asked: Asked) -> str:
    names = {queue.queue_id: queue.name for queue in pbx.queues.values()}
    if _is_json(asked):
        return json.dumps(names or [])
    return "".join(f"{number}: {name}|" for number, name in names.items())


def _queue(pbx: SimulatedPbx, asked: Asked) -> str:
    queue = pbx.queues.get(asked.get("id", ""))
    if queue is None:
        return "null"
    figures = queue.figures | {
        "AGENTSONLINE": str(len(queue.members)),
        "AGENTSPAUSED": str(len(queue.paused)),
        "AGENTSAVAILABLE": str(len(queue.members) - len(queue.paused)),
    }
    return json.dumps(figures) if _is_json(asked) else "|".join(figures.values())


def _agents(pbx: SimulatedPbx, asked: Asked) -> str:
    queue = pbx.queues.get(asked.get("queue", ""))
    if queue is None:
        return "null"
    states = {f"{one}-{pbx.tenant}": _state(queue, one) for one in queue.members}
    if _is_json(asked):
        rows = {
            seat: {"0": 0, "1": state, "2": "UNAVAILABLE", "4": "", "10": seat, "11": seat}
            for seat, state in states.items()
        }
        return json.dumps(rows or None)
    return "".join(f"{seat}:{state}|" for seat, state in states.items())


def _state(queue: SimulatedQueue, extension: str) -> str:
    return "paused" if extension in queue.paused else "available"


def _extensions(pbx: SimulatedPbx, asked: Asked) -> str:
    if _is_json(asked):
        rows = [
            {"ex_number": number, "ex_name": name, "password": "canary-sip-password"}
            for number, name in pbx.extensions.items()
        ]
        return json.dumps(rows)
    lines = [
        f"{number}|{name}|SIP|NOT_INUSE|{number}-{pbx.tenant}|canary-sip-password|"
        for number, name in pbx.extensions.items()
    ]
    return "\n".join(["Number|Name|Tech|State|Username|Password", *lines]) + "\n"


def _extension_state(pbx: SimulatedPbx, asked: Asked) -> str:
    extension = asked.get("ext", "")
    if extension not in pbx.extensions:
        return json.dumps({"UniqueID": "KO", "LinkedID": "Extension not found"})
    if extension in pbx.unregistered:
        return json.dumps({"UniqueID": "KO", "LinkedID": "Extension not registered"})
    call = next((call for call in pbx.dialled if call.source == extension), None)
    if call is None:
        return "\n"
    state = {"UniqueID": call.call_id, "LinkedID": call.call_id, "Connected Line ID": call.dest}
    return json.dumps(state | {"Direction": "OUT", "OtherParty": call.dest})


def _mailboxes(pbx: SimulatedPbx, asked: Asked) -> str:
    boxes = pbx.boxes.values()
    if _is_json(asked):
        secret = {"imapuser": "canary-imap-user", "imappassword": "canary-imap-password"}
        rows = [{"mailbox": b.mailbox, "fullname": b.name, "email": b.email} for b in boxes]
        return json.dumps([row | secret for row in rows])
    lines = [f"{box.mailbox}|{box.name}|{box.email}|yes|" for box in boxes]
    return "\n".join(["Mailbox|Fullname|Email|Attach|", *lines]) + "\n"


def _messages(pbx: SimulatedPbx, asked: Asked) -> str:
    box = pbx.boxes.get(asked.get("mailbox", ""))
    if box is None or not box.messages:
        return ""
    rows: list[dict[str, Any]] = [
        {
            "Msgid": message.message_id,
            "CallerID": f'"{message.name}" <{message.number}>',
            "Duration": str(message.seconds),
            "DateTime": local(message.left_at, pbx.zone),
            "Dir": f"/var/spool/asterisk/voicemail/{pbx.tenant}/{box.mailbox}/{message.folder}",
        }
        for message in box.messages
    ]
    return json.dumps(rows)


def _message(pbx: SimulatedPbx, asked: Asked) -> str | bytes:
    box = pbx.boxes.get(asked.get("mailbox", ""))
    if box and pbx.messages_vanish:
        pbx.remove_message(box.mailbox, asked.get("msgid", ""))
    found = [one for one in box.messages if one.message_id == asked.get("msgid")] if box else []
    return tone(found[0].seconds) if found else ""


def _count_calls(pbx: SimulatedPbx, asked: Asked) -> str:
    count = pbx.talking + len(pbx.dialled)
    return str(count) if count else ""


def _custom(pbx: SimulatedPbx, asked: Asked) -> str:
    row = pbx.custom.get(asked.get("objectid", ""))
    return json.dumps(row) if row else ""


def _members(pbx: SimulatedPbx, asked: Asked) -> str:
    if not asked.get("id") and not asked.get("number"):
        return "Missing number or id"
    queue = pbx.find_queue(asked)
    members = queue.members if queue else []
    return json.dumps([f"{one}-{pbx.tenant}" for one in members] or None)


READERS: Final[dict[str, Callable[[SimulatedPbx, Asked], str | bytes]]] = {
    "COUNTCALLS": _count_calls,
    "INFO AGENTS": _agents,
    "INFO CDRS": _cdrs,
    "INFO EXTENSIONS": _extensions,
    "INFO EXTSTATE": _extension_state,
    "INFO QUEUE": _queue,
    "INFO QUEUELOGS": _queue_logs,
    "INFO QUEUES": _queues,
    "INFO RECORDING": _recording,
    "INFO SIMPLECDRS": _simple_cdrs,
    "LICENSEDAYS": lambda pbx, asked: pbx.licence_days,
    "MANAGEDB CUSTOM GET": _custom,
    "MANAGEDB CUSTOM LIST": lambda pbx, asked: json.dumps(pbx.custom),
    "MANAGEDB CUSTOMTYPES LIST": lambda pbx, asked: json.dumps(
        {number: {"ct_id": number, "ct_name": name} for number, name in pbx.custom_types.items()}
    ),
    "MEDIAFILE GETAUDIO": _media,
    "QUEUE LIST": _members,
    "VOICEMAIL LIST": _mailboxes,
    "VOICEMAIL MESSAGE": _message,
    "VOICEMAIL MESSAGES": _messages,
}
