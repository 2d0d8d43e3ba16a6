"""Many alerts in one message: a line each, and a button that hands out the next open call."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.slack.message import (
    Block,
    Message,
    actions,
    button,
    context,
    cut_escaped,
    header,
    sections,
)
from storage.tables import AlertRow

KINDS: Final[Mapping[str, str]] = {
    "licence_renewal": "licence reminder",
    "missed_call": "missed call",
    "queue_threshold": "queue alert",
    "system_down": "system alert",
    "voicemail": "voicemail alert",
}
NAMED = 3
"""So many are named in a notification, with at most ``NAME_LENGTH`` characters each."""
NAME_LENGTH = 160
LONGEST_LIST = 9_500
"""Characters of all lines: Slack has refused messages of 11,300 (slackapi/bolt-js#2867)."""


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of the storm: what its own card says in a line, and whom or what it is about.

    Both are escaped.
    """

    alert: AlertRow
    line: str
    name: str


def render(storm_id: int, members: Sequence[Member]) -> Message:
    """The gathered alerts as they stand now."""
    still_open = [member for member in members if member.alert.is_open]
    several = "1 alert" if len(members) == 1 else f"{len(members)} alerts at once"
    title = f"{several}, {len(still_open)} open"
    lines = [f"{_mark(member.alert)} {member.line}" for member in members]
    blocks: list[Block] = [header(title), *sections(_fitting(lines))]
    blocks.append(context("Gathered while the channel was busy · `/pbx status` shows what waits"))
    if any(member.alert.kind == "missed_call" for member in still_open):
        claim = button("Claim the next call", "storm.claim", str(storm_id), style="primary")
        blocks.append(actions(claim))
    return Message(_in_short(members, still_open), blocks)


def _fitting(lines: Sequence[str]) -> Sequence[str]:
    """Cut alike where they are too long together: a list that Slack refuses shows no call at all.

    What tells one from another comes first.
    """
    if sum(map(len, lines)) <= LONGEST_LIST:
        return lines
    return [cut_escaped(line, LONGEST_LIST // len(lines)) for line in lines]


def _in_short(members: Sequence[Member], still_open: Sequence[Member]) -> str:
    """How many of each kind, and whom the oldest that are open are about: for notifications."""
    counted = Counter(KINDS[member.alert.kind] for member in members)
    kinds = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counted.items()]
    text = f"{' and '.join(kinds)}, {len(still_open)} open"
    if not still_open:
        return text
    names = ", ".join(cut_escaped(member.name, NAME_LENGTH) for member in still_open[:NAMED])
    rest = len(still_open) - NAMED
    return f"{text}: {names} and {rest} more" if rest > 0 else f"{text}: {names}"


def _mark(alert: AlertRow) -> str:
    if not alert.is_open:
        return "✅"
    return f"✋ <@{alert.owner}>" if alert.owner else "🔴"
