"""The least that each operation takes, and how it is called with that."""

from typing import Any

from bot.adapters.axeos import VENDOR
from bot.telephony.system import PhoneSystem

SOME_ID = "11111111-0000-4000-8000-000000000001"

ARGUMENTS: dict[str, dict[str, Any]] = {
    "DELETE call/{unique_id}": {"unique_id": "1763647331.48"},
    "GET acd/stats": {},
    "GET acd/{uuid}/stats": {"uuid": SOME_ID},
    "GET call/{unique_id}": {"unique_id": "1763647331.48"},
    "GET events": {},
    "GET phones": {},
    "GET phones/{uuid}": {"uuid": SOME_ID},
    "GET switches": {},
    "GET switches/{uuid}": {"uuid": SOME_ID},
    "GET system_information": {},
    "GET users": {},
    "GET users/{uuid}": {"uuid": SOME_ID},
    "GET voicemail": {},
    "GET voicemail/{uuid}": {"uuid": SOME_ID},
    "POST acd/stats": {"reset": True},
    "POST acd/{uuid}/stats": {"uuid": SOME_ID, "reset": True},
    "POST call": {"user_name": "pat", "number": "+15550123"},
    "POST switches/{uuid}": {"uuid": SOME_ID, "value": "on"},
    "POST users/{uuid}": {"uuid": SOME_ID, "changes": {"dnd": True}},
}


async def run(name: str, system: PhoneSystem) -> Any:
    return await VENDOR.operations[name].call(system.client, **ARGUMENTS[name])
