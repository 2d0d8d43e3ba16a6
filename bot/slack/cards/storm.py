"""Many alerts in one message: a line each, and a button that hands out the next open call."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.message import Block, Message, actions, button, context, header, sections
from storage.tables import AlertRow


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of the storm, and what its own card says, in a line that is escaped."""

    alert: AlertRow
    line: str


def render(storm_id: int, members: Sequence[Member]) -> Message:
    """The gathered alerts as they stand now."""
    still_open = [member for member in members if member.alert.is_open]
    several = "1 alert" if len(members) == 1 else f"{len(members)} alerts at once"
    title = f"{several}, {len(still_open)} open"
    lines = [f"{_mark(member.alert)} {member.line}" for member in members]
    blocks: list[Block] = [header(title), *sections(lines)]
    blocks.append(context("Gathered while the channel was busy · `/pbx status` shows what waits"))
    if any(member.alert.kind == "missed_call" for member in still_open):
        claim = button("Claim the next call", "storm.claim", str(storm_id), style="primary")
        blocks.append(actions(claim))
    return Message(title, blocks)


def _mark(alert: AlertRow) -> str:
    if not alert.is_open:
        return "✅"
    return f"✋ <@{alert.owner}>" if alert.owner else "🔴"
