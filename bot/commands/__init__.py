"""Slash commands: plain async functions without Slack types, one line each in ``COMMANDS``."""

from collections.abc import Mapping
from typing import Final

from bot.commands import (
    agents,
    asking,
    calls,
    contacts,
    dial,
    ext,
    hangup,
    membership,
    pausing,
    pbx,
    queues,
    switch,
    vm,
)
from bot.commands.request import Command

SHORT: Final[Mapping[str, Command]] = {
    "agents": Command(
        run=agents.run,
        summary="Who is in which queue, and who is free or paused",
        usage="[queue] [@system]",
        examples=("/agents", "/agents Support"),
        names="queue",
    ),
    "calls": Command(
        run=calls.run,
        summary="The calls going on now and the latest ones",
        usage="[active|recent|<how many>] [@system]",
        examples=("/calls", "/calls active", "/calls 20"),
    ),
    "contacts": Command(
        run=contacts.run,
        summary="Find, add, change and delete contacts",
        usage="<number> | add <number> <first> [last] [company] | edit <id> field=value | "
        "delete <id> [@system]",
        examples=(
            "/contacts 01 23 45 67 89",
            "/contacts add 0123456789 Pat Example Acme Ltd",
            "/contacts edit 7 company=Acme Ltd email=pat@example.com",
            "/contacts edit 7 email=",
        ),
    ),
    "dial": Command(
        run=dial.run,
        summary="Ring your phone, then a number",
        usage="<number> [@system]",
        examples=("/dial 01 23 45 67 89", "/dial +44 20 7946 0018"),
    ),
    "ext": Command(
        run=ext.run,
        summary="The state of an extension, and its settings",
        usage="[extension] [dnd on|off] [forward <number>|off] [profile <name>] [enable|disable] "
        "[external on|off] [recording off|external|all] [@system]",
        examples=("/ext", "/ext forward 01 23 45 67 89", "/ext profile Away", "/ext 101 disable"),
    ),
    "hangup": Command(
        run=hangup.run,
        summary="End your call",
        usage="[call-id] [@system]",
        examples=("/hangup",),
    ),
    "pause-agent": Command(
        run=pausing.pause,
        summary="Take no calls from a queue for a while",
        usage="[queue|all] [reason] [for 15m|until 14:00] [@system]",
        examples=("/pause-agent", "/pause-agent Support lunch for 45m"),
        names="queue",
        takes_reason=True,
    ),
    "queue": Command(
        run=queues.run,
        summary="The figures of the queues now",
        usage="[name] [@system]",
        examples=("/queue", "/queue Support"),
        names="queue",
    ),
    "queue-login": Command(
        run=membership.log_in,
        summary="Join a queue",
        usage="[queue] [extension] [@system]",
        examples=("/queue-login Support", "/queue-login Support 101"),
        names="queue",
    ),
    "queue-logout": Command(
        run=membership.log_out,
        summary="Leave a queue (you lose your place in it)",
        usage="[queue|all] [extension] [@system]",
        examples=("/queue-logout", "/queue-logout Support"),
        names="queue",
    ),
    "resume-agent": Command(
        run=pausing.resume,
        summary="Take calls from a queue again",
        usage="[queue|all] [@system]",
        examples=("/resume-agent",),
        names="queue",
    ),
    "switch": Command(
        run=switch.run,
        summary="Night mode and other switches",
        usage="[name] [value] [@system]",
        examples=("/switch", "/switch Night on"),
        names="switch",
    ),
    "vm": Command(
        run=vm.run,
        summary="List, play and clear your voicemail",
        usage="[list|play N|done N|delete N] [@system]",
        examples=("/vm", "/vm play 1"),
    ),
}

COMMANDS: Final[Mapping[str, Command]] = {
    **{name: asking.prepare(f"/{name}", command) for name, command in SHORT.items()},
    "pbx": pbx.build(SHORT),
}
