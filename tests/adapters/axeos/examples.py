"""One example of every operation: how it is called, and how "PBX API" spells the request."""

from bot.adapters.axeos.simulated_office import (
    KIM_BOX,
    NIGHT,
    PAT,
    PAT_PHONE,
    SUPPORT,
    SimulatedCall,
)
from bot.adapters.axeos.simulated_pbx import SimulatedPbx

CALL = "1763647331.48"

# Arguments, path below /apis/pbx, query string, JSON body.
WIRE = {
    "GET system_information": ({}, "/system_information", "", None),
    "GET users": ({"status": True, "appid": "wall"}, "/users", "status=1&appid=wall", None),
    "GET users/{uuid}": ({"uuid": PAT}, f"/users/{PAT}", "", None),
    "POST users/{uuid}": (
        {"uuid": PAT, "changes": {"call_forward": None, "cw": False, "dnd": True}},
        f"/users/{PAT}",
        "",
        {"call_forward": None, "cw": False, "dnd": True},
    ),
    "GET phones": ({"status": True}, "/phones", "status=1", None),
    "GET phones/{uuid}": ({"uuid": PAT_PHONE}, f"/phones/{PAT_PHONE}", "", None),
    "GET voicemail": ({"status": True}, "/voicemail", "status=1", None),
    "GET voicemail/{uuid}": (
        {"uuid": KIM_BOX, "password": "canary-2222"},
        f"/voicemail/{KIM_BOX}",
        "password=canary-2222",
        None,
    ),
    "GET events": (
        {"last": 511, "hold_seconds": 0, "limit": 100},
        "/events",
        "last=511&timeout=0&limit=100",
        None,
    ),
    "POST call": (
        {"user_name": "pat", "number": "+15550123", "phone_uuid": PAT_PHONE, "auto_answer": True},
        "/call",
        "",
        {"user_name": "pat", "number": "+15550123", "phone_uuid": PAT_PHONE, "auto_answer": True},
    ),
    "GET call/{unique_id}": ({"unique_id": CALL}, f"/call/{CALL}", "", None),
    "DELETE call/{unique_id}": ({"unique_id": CALL}, f"/call/{CALL}", "", None),
    "GET switches": ({"status": True}, "/switches", "status=1", None),
    "GET switches/{uuid}": ({"uuid": NIGHT}, f"/switches/{NIGHT}", "", None),
    "POST switches/{uuid}": (
        {"uuid": NIGHT, "value": "on"},
        f"/switches/{NIGHT}",
        "",
        {"value": "on"},
    ),
    "GET acd/stats": (
        {"agents": True, "calls": True, "relative": True},
        "/acd/stats",
        "agents=1&calls=1&relative=1",
        None,
    ),
    "POST acd/stats": ({"reset": True}, "/acd/stats", "", {"reset": True}),
    "GET acd/{uuid}/stats": ({"uuid": SUPPORT}, f"/acd/{SUPPORT}/stats", "", None),
    "POST acd/{uuid}/stats": (
        {"uuid": SUPPORT, "agents": True, "reset": True},
        f"/acd/{SUPPORT}/stats",
        "",
        {"agents": True, "reset": True},
    ),
}


def furnish(pbx: SimulatedPbx) -> None:
    """Let a call go on under the identifier that the table asks for."""
    members = pbx.members(caller={"user_uuid": PAT}) | {"unique_id": CALL}
    pbx.start(SimulatedCall(CALL, PAT, "+15550123", pbx.clock.now(), members))
