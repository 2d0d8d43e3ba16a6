"""``/switch``: night mode and its like, for the whole phone system."""

import re
from itertools import chain
from typing import Final

from bot.commands.access import some_system, split_system
from bot.commands.button_values import NOT_KNOWN, read_value, value_of
from bot.commands.marks import AROUND, CLOSING, OPENING, PAIR, bare, plain, unquoted, visible
from bot.commands.request import Button, Reply, Request, UsageError
from bot.commands.roles import require_admin, require_line
from bot.telephony.switches import Switch
from bot.telephony.system import PhoneSystem

TASK = "set switches such as night mode"
PAIRS: Final = (("true", "false"), ("on", "off"), ("yes", "no"), ("1", "0"))
"""What a switch of two positions may call them; other values have to be typed."""


async def run(request: Request) -> Reply:
    """List the switches, tell of one, or set it."""
    named, request = split_system(request)
    system = await some_system(request, named, "switches")
    switches = system.need(system.switches, TASK)
    await require_line(request, system)
    every = await switches.list_switches()
    if not every:
        return Reply(text=f"{system.key} has no switches.")
    if not request.text:
        rows = tuple((describe(switch), _buttons(request, system, switch)) for switch in every)
        return Reply(text=f"Switches of {system.key}:", rows=rows)
    switch, value = _find(every, request.text)
    if not value or value.endswith("?"):  # a question changes nothing
        row = (describe(switch), _buttons(request, system, switch))
        return Reply(text=f"On {system.key}:", rows=(row,))
    return await _set(request, system, switch.switch_id, _spelt(switch, value))


async def press(request: Request, value: str) -> Reply:
    """A button that sets a switch of two positions."""
    system, (switch_id, position) = read_value(request, value, 2)
    if not any(position in pair for pair in PAIRS):
        raise UsageError(NOT_KNOWN)
    return await _set(request, system, switch_id, position)


def describe(switch: Switch) -> str:
    """One line about a switch."""
    return f"{switch.name}: {switch.value or 'not set'}"


async def _set(request: Request, system: PhoneSystem, switch_id: str, value: str) -> Reply:
    require_admin(request, TASK)
    after = await system.need(system.switches, TASK).set_switch(switch_id, value)
    return Reply(text=f"{after.name} on {system.key} is now: {after.value or 'not set'}.")


def _find(every: list[Switch], text: str) -> tuple[Switch, str]:
    """The switch whose name the text begins with, and the rest of it: the longest name wins."""
    longest_first = sorted(every, key=lambda switch: len(switch.name), reverse=True)
    for switch in longest_first:
        for spelling in (*_spellings(switch.name), *_spellings(switch.switch_id)):
            found = re.match(rf"{spelling}(?:\s+|$)", plain(text), re.IGNORECASE)
            if found:
                return switch, text[found.end() :]
    known = ", ".join(switch.name for switch in every)
    raise UsageError(f"There is no switch {text}. There are: {known}.")


def _spellings(name: str) -> tuple[str, str]:
    """The very name as a pattern, and with marks around its words."""
    words = [re.escape(word) for word in plain(visible(name)).split()]
    loose = rf"[{OPENING}{CLOSING}\s]+".join(words)
    return r"\s+".join(words), rf"[{OPENING}\s]*{loose}[{CLOSING}\s]*"


def _positions(switch: Switch) -> tuple[str, ...]:
    """What the switch calls on and off; none where it has other values."""
    if switch.value is None:
        return PAIRS[0]
    return next((pair for pair in PAIRS if switch.value.lower() in pair), ())


def _spelt(switch: Switch, typed: str) -> str:
    """A position without marks around it, ``on`` and ``off`` in the switch's own words; what
    stands in quotation marks without them; everything else as it was typed.

    Raises ``UsageError`` for more words behind a position, such as ``on until 18:00``.
    """
    positions, word, first = _positions(switch), bare(typed), bare(typed.split()[0])
    if word in chain(*PAIRS):
        is_translated = positions and word in ("on", "off")
        return positions[word == "off"] if is_translated else typed.strip(AROUND)
    if positions and first in chain(*PAIRS) and not re.fullmatch(PAIR, typed):
        raise UsageError(
            f'Nothing was done: behind "{first}" nothing is read, and no time ends it. Type '
            f"`/switch {switch.name} {first}`, and set it back yourself. In quotation marks the "
            "words are its value."
        )
    return unquoted(typed)


def _buttons(request: Request, system: PhoneSystem, switch: Switch) -> tuple[Button, ...]:
    if not request.is_admin:
        return ()
    return tuple(
        Button(
            f"Set to {position}",
            f"switch.set_{word}",
            value_of(system, switch.switch_id, position),
            confirm=f"{switch.name} changes how calls are treated for everybody.",
        )
        for word, position in zip(("on", "off"), _positions(switch), strict=False)
        if position != switch.value
    )
