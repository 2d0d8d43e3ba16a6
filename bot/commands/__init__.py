"""Slash commands: plain async functions without Slack types, one line each in ``COMMANDS``."""

from collections.abc import Mapping
from typing import Final

from bot.commands import dial, pausing, pbx, queues, vm
from bot.commands.request import Command

SHORT: Final[Mapping[str, Command]] = {
    "dial": Command(
        run=dial.run,
        summary="Ring your phone, then a number",
        usage="<number> [@system]",
        examples=("/dial 01 23 45 67 89", "/dial +44 20 7946 0018"),
    ),
    "pause-agent": Command(
        run=pausing.pause,
        summary="Take no calls from a queue for a while",
        usage="[queue|all] [reason] [for 15m|until 14:00]",
        examples=("/pause-agent", "/pause-agent Support lunch for 45m"),
    ),
    "queue": Command(
        run=queues.run,
        summary="How the queues stand now",
        usage="[name] [@system]",
        examples=("/queue", "/queue Support"),
    ),
    "resume-agent": Command(
        run=pausing.resume,
        summary="Take calls from a queue again",
        usage="[queue|all]",
        examples=("/resume-agent",),
    ),
    "vm": Command(
        run=vm.run,
        summary="List, play and clear your voicemail",
        usage="[list|play N|done N|delete N]",
        examples=("/vm", "/vm play 1"),
    ),
}

COMMANDS: Final[Mapping[str, Command]] = {**SHORT, "pbx": pbx.build(SHORT)}
