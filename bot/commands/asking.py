"""What every command's text may hold besides words: a call for help, and mentions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.commands.request import Command, Reply, Request, UsageError

HELP: Final = "help"
MENTION: Final = re.compile(
    r"<(?:(?:@(?=[UW])|!subteam\^)(?P<id>[A-Z0-9]+)|!(?P<all>channel|everyone|here))"
    r"(?:\|@?(?P<name>[^<>]*))?>"
)
"""A person, a group or everybody, as Slack writes them; the name is what was typed after the
``@``."""
NOBODY_ELSE: Final = (
    "Nothing was done: a person cannot be mentioned here. Leave out the @ of a name; where an "
    "extension may stand, type its number."
)


def prepare(typed: str, command: Command) -> Command:
    """The command as people may ask for it; ``typed`` is what stands before its text."""

    async def run(request: Request) -> Reply:
        if request.text.strip().lower() == HELP:
            return replace(usage_of(typed, command), outcome="not done")
        text = _with_systems(request.text, request.services.systems)
        if not command.takes_reason and MENTION.search(text):
            raise UsageError(NOBODY_ELSE)
        return await command.run(replace(request, text=text))

    return replace(command, run=run)


def usage_of(typed: str, command: Command) -> Reply:
    """How a command is typed: also for something that is itself called help."""
    lines = [f"{typed} {command.usage}".rstrip(), *command.examples]
    if command.names:
        lines.append(f"{typed} {HELP} @system (the {command.names} called {HELP})")
    return Reply(text=f"{command.summary}.", rows=tuple((line, ()) for line in lines))


def refuse_others(words: str) -> None:
    """Raise ``UsageError`` where a mention comes first: that person is meant then, not a reason."""
    if MENTION.match(words):
        raise UsageError(NOBODY_ELSE)


def refuse_words(request: Request, usage: str) -> None:
    """Raise ``UsageError`` where words are left that the command does not know."""
    if request.text:
        raise UsageError(f"Usage: `{usage}`.")


def read_reason(text: str) -> str:
    """A reason with the names of those who are mentioned in it. Raises as ``refuse_others``."""
    refuse_others(text)
    return with_names(text)


def with_names(text: str) -> str:
    """``text`` with the names of those who are mentioned in it."""
    return MENTION.sub(lambda found: f"@{found['name'] or found['id'] or found['all']}", text)


def _with_systems(text: str, systems: Mapping[str, Any]) -> str:
    """Slack makes a mention of ``@paris`` where somebody is called so: here it is the system."""

    def system_of(found: re.Match[str]) -> str:
        is_word = not (text[: found.start()][-1:].strip() or text[found.end() :][:1].strip())
        is_system = (found["name"] or "").lower() in systems
        return f"@{found['name']}" if is_system and is_word else found[0]

    return MENTION.sub(system_of, text)
