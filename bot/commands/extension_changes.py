"""What can be set on an extension: one thing at a time, never a neighbour of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.commands.button_values import NOT_KNOWN
from bot.commands.dial import check_allowed
from bot.commands.request import Request, UsageError
from bot.telephony.extensions import ExtensionSwitches, RecordingMode
from bot.telephony.phone_numbers import read_number
from bot.telephony.system import PhoneSystem

WORDS: Final = frozenset(
    {"disable", "dnd", "enable", "external", "forward", "profile", "recording"}
)
"""The words that stand for a change; anything else before them is an extension."""

ADMIN_VERBS: Final[Mapping[str, str]] = {
    "enabled": "whether an extension is enabled",
    "external": "who may call outside",
    "recording": "what is recorded",
}
PART_FOR: Final[Mapping[str, str]] = {
    "dnd": "dnd",
    "enabled": "extension_switches",
    "external": "extension_switches",
    "forward": "forwarding",
    "profile": "profiles",
    "recording": "extension_switches",
}
"""The part of a phone system that each change takes."""
ON_OFF: Final = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class Target:
    """The extension that is meant, and whether it is the person's own."""

    system: PhoneSystem
    extension: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What to set, and to what, as it was typed or pressed."""

    verb: str
    word: str


async def carry_out(request: Request, target: Target, change: Change) -> str:
    """Set it; returns a sentence about what was set. Rights have been checked.

    Raises ``UsageError`` for a word that cannot be read, ``Refused`` for a number that must not
    be reached from here, and what the phone system raises.
    """
    match change.verb:
        case "dnd":
            return await _set_dnd(target, _on_off(change))
        case "forward":
            return await _set_forwarding(request, target, change.word)
        case "profile":
            return await _set_profile(target, change.word)
        case "enabled":
            on = _on_off(change)
            await _switches(target).set_enabled(target.extension, on)
            return f"Extension {target.extension} is {'enabled' if on else 'disabled'}."
        case "external":
            on = _on_off(change)
            await _switches(target).set_external_calls(target.extension, on)
            return f"Extension {target.extension} may {'' if on else 'not '}call outside."
        case "recording":
            return await _set_recording(target, change.word)
    raise UsageError(NOT_KNOWN)


async def _set_dnd(target: Target, on: bool) -> str:
    dnd = target.system.need(target.system.dnd, "switch do-not-disturb")
    await dnd.set_dnd(target.extension, on)
    return f"Do-not-disturb of {target.extension} is {'on' if on else 'off'}."


async def _set_forwarding(request: Request, target: Target, word: str) -> str:
    """Calls are forwarded only to where they might be placed: both cost the same money."""
    system = target.system
    instead = "It has forwarding profiles: `/ext profile <name>`." if system.profiles else ""
    forwarding = system.need(system.forwarding, "forward to a number", instead)
    if word.lower() == "off":
        await forwarding.set_forwarding(target.extension, None)
        return f"Calls to {target.extension} are not forwarded any more."
    number = read_number(word, request.services.settings.systems[system.key].region)
    if number is None:
        raise UsageError("That is not a phone number. `/ext forward off` stops forwarding.")
    check_allowed(request, number)
    await forwarding.set_forwarding(target.extension, number.dial)
    return f"Calls to {target.extension} are forwarded to {number.dial}."


async def _set_profile(target: Target, word: str) -> str:
    profiles = target.system.need(target.system.profiles, "set forwarding profiles")
    chosen = next((name for name in profiles.profiles if name.lower() == word.lower()), None)
    if chosen is None:
        raise UsageError(f"The profiles are: {', '.join(profiles.profiles)}.")
    await profiles.set_profile(target.extension, chosen)
    return f"The profile of {target.extension} is {chosen}."


async def _set_recording(target: Target, word: str) -> str:
    switches = _switches(target)
    mode = next((mode for mode in switches.recording_modes if mode == word.lower()), None)
    if mode is None:
        raise UsageError(f"What can be recorded is: {', '.join(switches.recording_modes)}.")
    await switches.set_recording(target.extension, mode)
    what = {RecordingMode.OFF: "No calls", RecordingMode.EXTERNAL: "Outside calls"}
    return f"{what.get(mode, 'All calls')} of {target.extension} are recorded."


def _switches(target: Target) -> ExtensionSwitches:
    return target.system.need(target.system.extension_switches, "set switches of extensions")


def _on_off(change: Change) -> bool:
    on = ON_OFF.get(change.word.lower())
    if on is None:
        raise UsageError(f'Say "{change.verb} on" or "{change.verb} off".')
    return on
