"""The values of buttons: a phone system's key and identifiers, never words to be believed."""

from bot.commands.request import Request, UsageError
from bot.telephony.system import PhoneSystem

NOT_KNOWN = "This button is not known here any more."


def value_of(system: PhoneSystem, *parts: str) -> str:
    """``paris:104:on``."""
    return ":".join((system.key, *parts))


def read_value(request: Request, value: str, count: int) -> tuple[PhoneSystem, tuple[str, ...]]:
    """The system and the ``count`` parts after it; only the last of them may hold a colon.

    Whether the person may do that is for the caller to find out. Raises ``UsageError``.
    """
    key, *parts = value.split(":", count)
    system = request.services.systems.get(key)
    if system is None or len(parts) != count or not all(parts):
        raise UsageError(NOT_KNOWN)
    request.about.append(key)
    return system, tuple(parts)
