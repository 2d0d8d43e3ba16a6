"""What happens when a button is pressed: one line each in ``BUTTONS``.

A button's value is only an id. Whether it may be pressed is decided here, when it is pressed.
"""

from collections.abc import Mapping
from typing import Final

from bot.commands import calls, contacts, ext, hangup, linking, membership, switch, vm
from bot.slack import card_buttons
from bot.slack.press import Handle

BUTTONS: Final[Mapping[str, Handle]] = {
    "call.hang_up": lambda press: hangup.press(press.request, press.value),
    "call.recording": lambda press: calls.press_recording(press.request, press.value),
    "contact.delete": lambda press: contacts.press_delete(press.request, press.value),
    "ext.dnd_off": lambda press: ext.press(press.request, "dnd", press.value),
    "ext.dnd_on": lambda press: ext.press(press.request, "dnd", press.value),
    "ext.enabled_off": lambda press: ext.press(press.request, "enabled", press.value),
    "ext.enabled_on": lambda press: ext.press(press.request, "enabled", press.value),
    "ext.external_off": lambda press: ext.press(press.request, "external", press.value),
    "ext.external_on": lambda press: ext.press(press.request, "external", press.value),
    "ext.forward_off": lambda press: ext.press(press.request, "forward", press.value),
    "ext.profile": lambda press: ext.press(press.request, "profile", press.value),
    "ext.recording": lambda press: ext.press(press.request, "recording", press.value),
    "link.approve": lambda press: linking.decide(press.request, press.value, approved=True),
    "link.deny": lambda press: linking.decide(press.request, press.value, approved=False),
    "missed_call.call_back": card_buttons.call_back,
    "missed_call.claim": card_buttons.claim,
    "missed_call.reopen": card_buttons.reopen,
    "missed_call.resolve": card_buttons.resolve,
    "queue.log_in": lambda press: membership.press_log_in(press.request, press.value),
    "queue.log_out": lambda press: membership.press_log_out(press.request, press.value),
    "storm.claim": card_buttons.claim_next,
    "switch.set_off": lambda press: switch.press(press.request, press.value),
    "switch.set_on": lambda press: switch.press(press.request, press.value),
    "vm.delete": lambda press: vm.press(press.request, "delete", press.value),
    "vm.done": lambda press: vm.press(press.request, "done", press.value),
    "vm.play": lambda press: vm.press(press.request, "play", press.value),
}
