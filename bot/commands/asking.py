"""What every command's text may hold besides words: a call for help, and mentions."""

import re
from collections.abc import Mapping, Sized
from dataclasses import replace
from typing import Any, Final

from bot.commands.marks import visible
from bot.commands.request import Command, Reply, Request, UsageError
from bot.telephony.spellings import RIGHT_TO_LEFT

HELP: Final = "help"
ON_SYSTEM: Final = "[@system]"
LONGEST: Final = 500
MENTION: Final = re.compile(
    r"<(?:(?:@(?=[UW])|(?P<is_channel>\#(?=[CDG]))|!subteam\^)(?P<id>[A-Z0-9]+)"
    r"|!(?P<all>channel|everyone|here))(?:\|@?(?P<name>[^<>]*))?>"
)
"""A person, a group, a channel or everybody, as Slack writes them; the name is what was typed
after the ``@`` or ``#``."""
NOBODY_ELSE: Final = (
    "Nothing was done: a person cannot be mentioned here. Leave out the @ of a name; where an "
    "extension may stand, type its number."
)
NO_CHANNEL: Final = (
    "Nothing was done: a channel cannot be mentioned here. Leave out the # of a name."
)
TURNED: Final = (
    "Nothing was done: that holds a mark which turns text around. Type it again instead of "
    "pasting it."
)


def prepare(typed: str, command: Command) -> Command:
    """The command as people may ask for it; ``typed`` is what stands before its text."""

    async def run(request: Request) -> Reply:
        systems, text = request.services.systems, tidy(request.text)
        if text.lower() == HELP:
            return replace(usage_of(typed, command, systems), outcome="not done")
        text = _with_systems(text, systems)
        if not command.takes_reason and (mention := MENTION.search(text)):
            raise _no_place_for(mention)
        return await command.run(replace(request, text=text))

    return replace(command, run=run)


def tidy(text: str) -> str:
    """``visible``. Raises ``UsageError`` where it is longer than anything that can be meant, or
    holds the mark that has digits shown backwards."""
    if RIGHT_TO_LEFT in text:
        raise UsageError(TURNED)
    text = visible(text)
    if len(text) > LONGEST:
        raise UsageError(f"Nothing was done: that is too long. Use at most {LONGEST} characters.")
    return text


def usage_of(typed: str, command: Command, systems: Mapping[str, Any]) -> Reply:
    """How a command is typed: also for something that is itself called help."""
    lines = [typed_line(typed, command, systems), *command.examples]
    if command.names:
        system = next(iter(systems)) if len(systems) == 1 else "system"
        lines.append(f"{typed} {HELP} @{system} (the {command.names} called {HELP})")
    return Reply(text=f"{command.summary}.", rows=tuple((line, ()) for line in lines))


def typed_line(typed: str, command: Command, systems: Sized) -> str:
    """A command with its usage: nobody has to name a phone system where there is one."""
    usage = command.usage if len(systems) > 1 else command.usage.removesuffix(ON_SYSTEM)
    return f"{typed} {usage}".rstrip()


def refuse_mentions(words: str) -> None:
    """Raise ``UsageError`` where a mention comes first: what it stands for is meant then."""
    if mention := MENTION.match(words):
        raise _no_place_for(mention)


def refuse_words(request: Request, usage: str) -> None:
    """Raise ``UsageError`` where words are left that the command does not know."""
    if request.text:
        raise UsageError(f"Usage: `{usage}`.")


def read_reason(text: str) -> str:
    """A reason with the names of those who are mentioned in it. Raises as ``refuse_mentions``."""
    refuse_mentions(text)
    return with_names(text)


def with_names(text: str) -> str:
    """``text`` with the names of those who are mentioned in it."""

    def named(found: re.Match[str]) -> str:
        sign = "#" if found["is_channel"] else "@"
        return f"{sign}{found['name'] or found['id'] or found['all']}"

    return MENTION.sub(named, text)


def _no_place_for(mention: re.Match[str]) -> UsageError:
    return UsageError(NO_CHANNEL if mention["is_channel"] else NOBODY_ELSE)


def _with_systems(text: str, systems: Mapping[str, Any]) -> str:
    """Slack makes a mention of ``@paris`` where somebody is called so: here it is the system."""

    def system_of(found: re.Match[str]) -> str:
        is_word = not (text[: found.start()][-1:].strip() or text[found.end() :][:1].strip())
        is_system = not found["is_channel"] and (found["name"] or "").lower() in systems
        return f"@{found['name']}" if is_system and is_word else found[0]

    return MENTION.sub(system_of, text)
