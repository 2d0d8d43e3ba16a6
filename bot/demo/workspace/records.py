"""What a workspace is made of. Records never change: an edit stores a new one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The team, and the app that is installed in it."""

    team_id: str = "T0DEMO"
    team_name: str = "Ringback demo"
    domain: str = "ringback-demo"
    bot_user: str = "U0BOT"
    bot_id: str = "B0BOT"
    bot_name: str = "ringback"
    app_id: str = "A0RINGBACK"
    verification_token: str = "unused-verification-token"  # noqa: S105 - Slack sends one, nobody reads it


class ChannelKind(StrEnum):
    """The names are those of ``conversations.list?types=``."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    DIRECT = "im"
    GROUP = "mpim"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    name: str
    real_name: str
    email: str = ""
    timezone: str = "Europe/Paris"
    is_admin: bool = False
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind = ChannelKind.PUBLIC
    members: frozenset[str] = frozenset()
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``ephemeral_to`` is the only user who sees it; ``stored_at`` is monotonic seconds.

    ``replies`` is filled only in what ``Workspace.messages`` and ``Workspace.find`` return.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str | None = None
    is_broadcast: bool = False
    metadata: Json | None = None
    files: tuple[str, ...] = ()
    edited_ts: str | None = None
    ephemeral_to: str | None = None
    by_bot: bool = False
    is_tombstone: bool = False
    stored_at: float = 0.0
    replies: tuple["Message", ...] = ()

    @property
    def all_text(self) -> str:
        """The text and every text in the blocks, a line each."""
        return "\n".join([self.text, *texts_in(self.blocks)])

    @property
    def action_ids(self) -> list[str]:
        """The action ids that can be clicked, in order."""
        return [str(element.get("action_id", "")) for _, element in elements_in(self.blocks)]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """``content`` is ``None`` until the bytes are there; nobody sees it until ``is_complete``."""

    id: str
    name: str
    title: str
    length: int
    created_at: int
    content: bytes | None = None
    content_type: str = "application/octet-stream"
    is_complete: bool = False
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal or a Home tab. ``body`` is the view as the app sent it."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def blocks(self) -> Sequence[Json]:
        blocks: Sequence[Json] = self.body.get("blocks", ())
        return blocks

    @property
    def all_text(self) -> str:
        """Title and every text in the blocks, a line each."""
        title = self.body.get("title", {}).get("text", "")
        return "\n".join([title, *texts_in(self.blocks)])


def elements_in(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Every interactive element with the id of its block."""
    for block in blocks:
        found = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in found:
            if isinstance(element, Mapping) and "action_id" in element:
                yield str(block.get("block_id", "")), dict(element)


def texts_in(part: object) -> Iterator[str]:
    """Every ``text`` string below ``part``."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts_in(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from texts_in(item)
