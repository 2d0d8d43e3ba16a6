"""Which phone system and which extension a person means, and whether they may."""

import re
from dataclasses import dataclass, replace

from bot.commands.request import Request, UsageError
from bot.telephony.errors import NotSupported
from bot.telephony.system import PhoneSystem
from storage import links
from storage.tables import LinkRow

NAMED_SYSTEM = re.compile(r"(?:^|\s)@([a-z][a-z0-9_-]*)([.,;:!?]*)(?=\s|$)", re.IGNORECASE)
"""With the marks behind it, which only one of our systems may have: `Work @home!` may be a name."""


class NotLinked(Exception):
    """The person has no extension yet; the text says how to get one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A person's own line: their extension on one phone system."""

    system: PhoneSystem
    extension: str


def split_system(request: Request) -> tuple[PhoneSystem | None, Request]:
    """The system named as ``@paris`` or ``@Paris`` in the text, and the request without that word.

    Raises ``UsageError`` for a name that is none of ours, and for more than one.
    """
    systems = request.services.systems
    named = NAMED_SYSTEM.findall(request.text)
    keys = list(dict.fromkeys(name.lower() for name, _ in named if name.lower() in systems))
    unknown = [name for name, marks in named if not marks and name.lower() not in systems]
    if unknown and not keys:
        known = ", ".join(f"@{key}" for key in systems)
        raise UsageError(f"There is no phone system @{unknown[0]}. There are: {known}.")
    if not keys:
        return None, request
    if len(keys) > 1:
        told = " and ".join(f"@{key}" for key in keys)
        raise UsageError(f"Only one phone system can be asked at a time, not {told}.")
    system = systems[keys[0]]
    request.about.append(system.key)
    text = NAMED_SYSTEM.sub(
        lambda found: "" if found[1].lower() == system.key else found[0], request.text
    ).strip()
    return system, replace(request, text=text)


async def own_line(request: Request, named: PhoneSystem | None) -> Line:
    """The person's line: on the named system, on the channel's, or their only one.

    Raises ``NotLinked`` when there is none, ``UsageError`` when it is not clear which.
    """
    services = request.services
    rows = await services.store.read(links.list_links, request.slack_user)
    active = {
        row.system: row.extension
        for row in rows
        if row.state == "active" and row.system in services.systems
    }
    if named is not None:
        active = {key: active[key] for key in (named.key,) if key in active}
    bound = [key for key in active if key in channel_systems(request)]
    choice = bound if len(bound) == 1 else list(active)
    if len(choice) == 1:
        request.about.append(choice[0])
        return Line(services.systems[choice[0]], active[choice[0]])
    if choice:
        names = ", ".join(f"@{key}" for key in choice)
        raise UsageError(f"You have more than one line: say which with {names}.")
    raise _not_linked(rows, named)


async def some_system(request: Request, named: PhoneSystem | None, *parts: str) -> PhoneSystem:
    """The system to ask: the named one; else one that has any of ``parts``: one's own, the
    channel's, or the only one.

    Raises ``NotSupported`` when none has it, ``UsageError`` when it is not clear which is meant,
    ``NotLinked`` when it is not and the person, who is no admin, has no line anywhere. Whether
    they may ask the system is for the caller to find out.
    """
    services = request.services
    if named is not None:
        return named
    able = [
        key
        for key, system in services.systems.items()
        if any(getattr(system, part) is not None for part in parts)
    ]
    if not able:
        raise NotSupported("None of the phone systems here can do that.")
    rows = await services.store.read(links.list_links, request.slack_user)
    own = [row.system for row in rows if row.state == "active"]
    for choice in (own, channel_systems(request), able):
        fitting = [key for key in choice if key in able]
        if len(fitting) == 1:
            request.about.append(fitting[0])
            return services.systems[fitting[0]]
    if not own and not request.is_admin:
        raise _not_linked(rows, named)
    names = ", ".join(f"@{key}" for key in able)
    raise UsageError(f"Which phone system? Add one of {names}.")


def _not_linked(rows: list[LinkRow], named: PhoneSystem | None) -> NotLinked:
    """What somebody without a line can do about it."""
    if any(row.state == "pending" and (named is None or row.system == named.key) for row in rows):
        return NotLinked("Your extension still waits for an admin to approve it.")
    where, at = (f" on {named.key}", f" @{named.key}") if named else ("", "")
    return NotLinked(
        f"You have no extension{where} yet. Link yours with `/pbx link <extension>{at}`, "
        f"for example `/pbx link 101{at}`."
    )


def channel_systems(request: Request) -> list[str]:
    """The systems whose alerts come to the channel the request was made in."""
    found: dict[str, None] = {}
    for route in request.services.settings.routes:
        if route.channel == request.slack_channel:
            found.update(dict.fromkeys(route.systems))
    return list(found)
