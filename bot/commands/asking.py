"""What every command's text may hold besides words: a call for help, and mentions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.commands.request import Command, Reply, Request, UsageError

HELP: Final = "help"
MENTION: Final = re.compile(r"<(?:@[UW]|!subteam\^)[A-Z0-9]+(?:\|@?([^<>]*))?>")
"""A person or a group, as Slack writes them; the label is what was typed after the ``@``."""
NOBODY_ELSE: Final = (
    "Nothing was done: a person cannot be mentioned here. Leave out the @ of a name; where an "
    "extension may stand, type its number."
)


def prepare(typed: str, command: Command) -> Command:
    """The command as people may ask for it; ``typed`` is what stands before its text."""

    async def run(request: Request) -> Reply:
        if request.text.strip().lower() == HELP:
            return replace(usage_of(typed, command), outcome="not done")
        text = _without_mentions(request.text, request.services.systems)
        return await command.run(replace(request, text=text))

    return replace(command, run=run)


def usage_of(typed: str, command: Command) -> Reply:
    """How a command is typed."""
    lines = (f"{typed} {command.usage}".rstrip(), *command.examples)
    return Reply(text=f"{command.summary}.", rows=tuple((line, ()) for line in lines))


def _without_mentions(text: str, systems: Mapping[str, Any]) -> str:
    """Slack makes a mention of ``@paris`` where somebody is called so: here it is the system.

    Raises ``UsageError`` for anybody else.
    """

    def system_of(found: re.Match[str]) -> str:
        is_word = not (text[: found.start()][-1:].strip() or text[found.end() :][:1].strip())
        if found[1] not in systems or not is_word:
            raise UsageError(NOBODY_ELSE)
        return f"@{found[1]}"

    return MENTION.sub(system_of, text)
