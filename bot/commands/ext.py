"""``/ext``: how an extension stands, and what can be set on it."""

import re

from bot.commands.access import Line, NotLinked, own_line, some_system, split_system
from bot.commands.button_values import NOT_KNOWN, read_value
from bot.commands.extension_changes import ADMIN_VERBS, PART_FOR, WORDS, Change, Target, carry_out
from bot.commands.extension_controls import controls
from bot.commands.request import Reply, Request, UsageError
from bot.commands.roles import require_admin, require_line
from bot.telephony.errors import NotSupported, PhoneSystemError
from bot.telephony.extensions import ExtensionState

TASK = "show the state of extensions"
USAGE = (
    'Usage: `/ext [extension]`, then nothing, "dnd on|off", "forward <number>|off", '
    '"profile <name>", "enable", "disable", "external on|off" or "recording off|external|all".'
)
EXTENSION = re.compile(r"[\w.@+-]{1,64}")
"""Digits on most systems; on some an extension is the name of a user."""


async def run(request: Request) -> Reply:
    """Tell how an extension stands, or change one thing and then tell it."""
    named, request = split_system(request)
    words = request.text.split()
    other = words.pop(0) if words and words[0].lower() not in WORDS else ""
    if other and not EXTENSION.fullmatch(other):
        raise UsageError(USAGE)
    change = _read_change(words) if words else None
    try:
        line: Line | None = await own_line(request, named)
    except NotLinked:
        if not request.is_admin or not other:
            raise
        line = None
    parts = {PART_FOR[change.verb]} if change else {"presence", *PART_FOR.values()}
    system = line.system if line else await some_system(request, named, *parts)
    own = line.extension if line else ""
    target = Target(system, other or own, (other or own) == own)
    return await _answer(request, target, change)


async def press(request: Request, verb: str, value: str) -> Reply:
    """A button or menu of ``/ext``; ``verb`` is in its action, the rest in its value."""
    system, (extension, word) = read_value(request, value, 2)
    if not EXTENSION.fullmatch(extension):
        raise UsageError(NOT_KNOWN)
    line = await require_line(request, system)
    target = Target(system, extension, line is not None and line.extension == extension)
    return await _answer(request, target, Change(verb, word))


def _read_change(words: list[str]) -> Change:
    word, rest = words[0].lower(), " ".join(words[1:])
    if word not in WORDS or bool(rest) == (word in ("enable", "disable")):
        raise UsageError(USAGE)
    if word in ("enable", "disable"):
        return Change("enabled", "on" if word == "enable" else "off")
    return Change(word, rest)


async def _answer(request: Request, target: Target, change: Change | None) -> Reply:
    if change is None:
        return await _show(request, target)
    if change.verb in ADMIN_VERBS:
        require_admin(request, f"set {ADMIN_VERBS[change.verb]}")
    if not target.is_own:
        require_admin(request, "set something on another's extension")
    done = await carry_out(request, target, change)
    if target.system.presence is None:
        text = f"{done} {target.system.key} does not show the state of extensions."
        return _reply_without_state(request, target, text)
    try:
        state = await _fetch(target)
    except PhoneSystemError as error:
        text = f"{done} How it stands now could not be read: {error}"
        return _reply_without_state(request, target, text)
    return _reply(request, target, f"{done} {target.system.key} says now", state)


async def _show(request: Request, target: Target) -> Reply:
    """How it stands. Where no system tells, what can be set is offered all the same."""
    if target.system.presence is not None:
        opening = f"Extension {target.extension} on {target.system.key}"
        return _reply(request, target, opening, await _fetch(target))
    text = f"{target.system.key} ({target.system.title}) cannot {TASK}."
    reply = _reply_without_state(request, target, f"{text} What can be set on it:")
    if not reply.buttons:
        raise NotSupported(text)
    return reply


async def _fetch(target: Target) -> ExtensionState:
    presence = target.system.need(target.system.presence, TASK)
    return await presence.fetch_state(target.extension)


def _reply(request: Request, target: Target, opening: str, state: ExtensionState) -> Reply:
    told = describe(target, state, show_number=target.is_own or request.is_admin)
    return Reply(text=f"{opening}: {told}.", buttons=controls(request, target, state))


def _reply_without_state(request: Request, target: Target, text: str) -> Reply:
    state = ExtensionState(extension=target.extension)
    return Reply(text=text, buttons=controls(request, target, state))


def describe(target: Target, state: ExtensionState, *, show_number: bool) -> str:
    """How an extension stands; what the system does not tell is left out.

    Where somebody forwards their calls to is for themselves and for admins.
    """
    parts = [state.name] if state.name else []
    if state.registered is not None:
        parts.append("phone registered" if state.registered else "no phone registered")
    if state.on_call is not None:
        parts.append("on a call" if state.on_call else "not on a call")
    if state.dnd is not None:
        parts.append(f"do-not-disturb {'on' if state.dnd else 'off'}")
    if state.forwarding:
        parts.append(f"forwarded to {state.forwarding}" if show_number else "forwarded")
    elif target.system.forwarding is not None:
        parts.append("not forwarded")
    if state.profile:
        parts.append(f"profile {state.profile}")
    if state.global_login is False:
        parts.append("logged out of all queues")
    elif state.queues:
        parts.append(f"in {'queue' if len(state.queues) == 1 else 'queues'} {_all(state.queues)}")
    return ", ".join(parts) or "nothing is known of it"


def _all(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
