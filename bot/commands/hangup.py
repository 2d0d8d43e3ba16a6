"""``/hangup``: end one's own call."""

from bot.commands.access import Line, own_line, some_system, split_system
from bot.commands.button_values import read_value, value_of
from bot.commands.request import Button, Reply, Request
from bot.commands.roles import NotAllowed, find_line
from bot.telephony.calls import Origination, Progress
from bot.telephony.errors import Refused
from bot.telephony.system import PhoneSystem
from storage import watches


async def run(request: Request) -> Reply:
    """End the person's own call, or the one that an admin names."""
    named, request = split_system(request)
    if request.is_admin and request.text:
        system = await some_system(request, named, "hang_up")
        return await _end(request, system, await find_line(request, system), request.text)
    line = await own_line(request, named)
    return await _end(request, line.system, line, request.text)


async def press(request: Request, value: str) -> Reply:
    """The button beside a call that was placed from here."""
    system, (call_id,) = read_value(request, value, 1)
    line = await own_line(request, system)
    return await _end(request, system, line, call_id)


async def remember(request: Request, line: Line, origination: Origination) -> None:
    """Keep the identifier of the call that was just placed.

    Only of a call that is up: some systems name the mere order, which nobody can hang up.
    """
    if line.system.hang_up is not None:
        facts = {"call_id": _call_id(origination)}
        await request.services.store.write(watches.put_watch, _key(line), facts)


def buttons(line: Line, origination: Origination) -> tuple[Button, ...]:
    """What ends the call that was just placed, where the system can."""
    if line.system.hang_up is None:
        return ()
    value = value_of(line.system, _call_id(origination) or line.extension)
    return (Button("Hang up", "call.hang_up", value, style="danger"),)


async def _end(request: Request, system: PhoneSystem, line: Line | None, call_id: str) -> Reply:
    """End ``call_id``; without one the last call of the line, else whatever its extension has."""
    control = system.need(system.hang_up, "end calls")
    own = await _own_calls(request, line) if line else ()
    if call_id not in ("", *own) and not request.is_admin:
        raise NotAllowed(
            "That is not the last call you placed from here: only an admin can end it, and you "
            "can from your phone."
        )
    wanted = call_id or next(iter(own), "")
    if not control.by_extension and line is not None and wanted == line.extension:
        raise Refused(
            f"{system.key} knows calls by name only, and you have placed none from here: hang up "
            "on your phone."
        )
    await control.hang_up(wanted)
    if line is not None and wanted in own:
        await request.services.store.write(watches.put_watch, _key(line), {})
    whose = "your call" if wanted in own else f"the call {wanted}"
    return Reply(text=f"{system.key} ended {whose}.")


async def _own_calls(request: Request, line: Line) -> tuple[str, ...]:
    """What the person may name: the last call, if its identifier is known, and the extension."""
    remembered = await request.services.store.read(watches.get_watch, _key(line))
    return tuple(filter(None, (remembered.get("call_id"), line.extension)))


def _call_id(origination: Origination) -> str:
    return (origination.progress is Progress.CALLER_ANSWERED and origination.call_id) or ""


def _key(line: Line) -> str:
    return f"last_call:{line.system.key}:{line.extension}"
