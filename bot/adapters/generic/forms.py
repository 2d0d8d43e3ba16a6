"""A posted form -> the members of one event, typed as they would be in JSON."""

from typing import Any, Final
from urllib.parse import parse_qsl

from bot.telephony.errors import UnparsableEvent

MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
MAX_MEMBERS: Final = 200
WHOLE_NUMBERS: Final = ("new", "old", "talk_seconds")
MOMENTS: Final = ("at", "started_at")
TRUTHS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def read_form(body: bytes) -> dict[str, Any]:
    """Decode a form. Empty members count as absent; ``extensions`` may repeat or hold commas.

    What cannot be converted is left as text, for the models to name it. Raises
    ``UnparsableEvent`` for a body that is no form, and for a member given twice.
    """
    members: dict[str, Any] = {}
    for name, value in _pairs(body):
        if value.strip() and name == "extensions":
            listed = [part.strip() for part in value.split(",")]
            members.setdefault(name, []).extend(part for part in listed if part)
        elif value.strip():
            if name in members:
                raise UnparsableEvent(f"{name[:80]}: is given twice")
            members[name] = _typed(name, value.strip())
    return members


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_MEMBERS,
        )
    except ValueError as error:
        raise UnparsableEvent("the body is neither JSON nor a form in UTF-8") from error


def _typed(name: str, value: str) -> Any:
    if name in WHOLE_NUMBERS and value.isdecimal() and len(value) < 16:
        return int(value)
    if name in MOMENTS and value.replace(".", "", 1).isdecimal():
        return float(value)
    if name == "answered":
        return TRUTHS.get(value.lower(), value)
    return value
