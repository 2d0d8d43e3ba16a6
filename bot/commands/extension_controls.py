"""The buttons and menus of ``/ext``: what this system can do, and this person may."""

from bot.commands.button_values import value_of
from bot.commands.extension_changes import Target
from bot.commands.request import Button, Control, Menu, Request
from bot.telephony.extensions import ExtensionState


def controls(request: Request, target: Target, state: ExtensionState) -> tuple[Control, ...]:
    """What can be pressed. Each action appears once: Slack wants them to differ."""
    found: list[Control] = []
    if target.is_own or request.is_admin:
        found += _personal(target, state)
    if request.is_admin:
        found += _administrative(target)
    return tuple(found)


def _personal(target: Target, state: ExtensionState) -> list[Control]:
    system = target.system
    found: list[Control] = []
    if system.dnd is not None and state.dnd is not True:
        found.append(Button("Do not disturb", "ext.dnd_on", _value(target, "on")))
    if system.dnd is not None and state.dnd is not False:
        found.append(Button("End do-not-disturb", "ext.dnd_off", _value(target, "off")))
    if system.forwarding is not None and state.forwarding:
        found.append(Button("Stop forwarding", "ext.forward_off", _value(target, "off")))
    if system.profiles is not None:
        names = system.profiles.profiles
        options = tuple((name, _value(target, name)) for name in names)
        found.append(Menu("Profile", "ext.profile", options))
    return found


def _administrative(target: Target) -> list[Control]:
    switches, on, off = (
        target.system.extension_switches,
        _value(target, "on"),
        _value(target, "off"),
    )
    if switches is None:
        return []
    disable = f"Extension {target.extension} can neither call nor be called then."
    modes = tuple(
        (mode.value.capitalize(), _value(target, mode)) for mode in switches.recording_modes
    )
    return [
        Button("Enable", "ext.enabled_on", on),
        Button("Disable", "ext.enabled_off", off, style="danger", confirm=disable),
        Button("Allow outside calls", "ext.external_on", on),
        Button("Forbid outside calls", "ext.external_off", off),
        Menu("Recording", "ext.recording", modes),
    ]


def _value(target: Target, word: str) -> str:
    return value_of(target.system, target.extension, word)
