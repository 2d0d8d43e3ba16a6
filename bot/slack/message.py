"""Block Kit in small pieces: everything from outside is escaped and cut to Slack's limits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Block = dict[str, Any]

HEADER_LENGTH = 150
TEXT_LENGTH = 3000
FIELD_LENGTH = 2000
BUTTON_LENGTH = 75
FIELDS_PER_SECTION = 10
CONTEXT_ELEMENTS = 10
POSSIBLY_REPEATED = "(possibly repeated)"
TURNS_AROUND = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of direction: a name with one would turn the rest of its line around."""
MARKS = re.compile(r"[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
LINK = re.compile(
    r"<(?:(?:mailto|tel):(?P<target>[^<>|]+)|(?P<url>[a-z][a-z0-9+.-]*:[^<>|]*))"
    r"(?:\|(?P<label>[^<>]*))?>"
)
"""What Slack makes of what looks like an address or a number: ``<https://acme.com|acme.com>``."""
HALF_AN_ENTITY = re.compile(r"&[a-z]{0,3}$")


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` is what notifications and screen readers get; ``blocks`` what people see."""

    text: str
    blocks: Sequence[Block] = field(default_factory=list)


def entities(text: str) -> str:
    """The three characters that Slack reads as markup, as entities: no mention or link is left."""
    text = TURNS_AROUND.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str) -> str:
    """A command's text without what Slack made of it: links, and then ``entities``.

    Mentions stay as they are. A number or an e-mail address is read from where its link leads.
    """
    text = LINK.sub(lambda link: link["target"] or link["label"] or link["url"], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """Text from outside as plain text in mrkdwn: no mention, link or formatting survives.

    Slack has no escape for ``*``, ``_``, ``~`` and the back-tick: a word joiner on both sides
    keeps them from opening or closing a format. A ``_`` within a word opens none, and the word is
    a name that people copy into commands: it is left alone.
    """
    return MARKS.sub("\u2060\\g<0>\u2060", entities(text))


def cut(text: str, length: int) -> str:
    """At most ``length`` characters, an ellipsis for the rest."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def cut_escaped(escaped: str, length: int) -> str:
    """``cut`` for text that is escaped already: half an entity would be shown as it is."""
    if len(escaped) <= length:
        return escaped
    return f"{HALF_AN_ENTITY.sub('', escaped[: length - 1])}…"


def plain(text: str, length: int = BUTTON_LENGTH) -> Block:
    """A plain-text object: Slack formats nothing in it, but reads entities."""
    return {"type": "plain_text", "text": cut_escaped(entities(text), length), "emoji": False}


def formatted(mrkdwn: str, length: int = TEXT_LENGTH) -> Block:
    """A mrkdwn object. ``verbatim``: Slack makes no links of what merely looks like one."""
    return {"type": "mrkdwn", "text": cut_escaped(mrkdwn, length), "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_LENGTH)}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": formatted(mrkdwn)}


def sections(lines: Sequence[str]) -> list[Block]:
    """As few sections as hold all the lines, which are escaped already."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < TEXT_LENGTH:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def fields(pairs: Sequence[tuple[str, str]]) -> list[Block]:
    """Sections of ``*label*`` over value; values are mrkdwn that is already escaped."""
    cells = [formatted(f"*{label}*\n{value}", FIELD_LENGTH) for label, value in pairs if value]
    return [
        {"type": "section", "fields": cells[start : start + FIELDS_PER_SECTION]}
        for start in range(0, len(cells), FIELDS_PER_SECTION)
    ]


def context(*mrkdwn: str) -> Block:
    elements = [formatted(text, FIELD_LENGTH) for text in mrkdwn if text]
    return {"type": "context", "elements": elements[:CONTEXT_ELEMENTS]}


def button(label: str, action: str, value: str, *, style: str = "", confirm: str = "") -> Block:
    """A button. ``value`` is an opaque id: the right to press it is checked when it is pressed."""
    made: Block = {"type": "button", "text": plain(label), "action_id": action, "value": value}
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = {
            "title": plain("Are you sure?", 100),
            "text": plain(confirm, 300),
            "confirm": plain("Yes", 30),
            "deny": plain("No", 30),
        }
    return made


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def possibly_repeated(message: Message) -> Message:
    """The same, saying that it may be there already."""
    blocks = [context(POSSIBLY_REPEATED), *message.blocks] if message.blocks else []
    return Message(f"{POSSIBLY_REPEATED} {message.text}", blocks)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time in the route's zone with its name, and beside it the reader's own clock."""
    local = at.astimezone(zone)
    spelled = f"{local:%a %d %b %H:%M} {local.tzname()}"
    name = f"{spelled} ({zone.key})" if zone.key != "UTC" else spelled
    return f"{name} · <!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{spelled}>"
