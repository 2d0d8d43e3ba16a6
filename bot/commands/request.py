"""What a command gets and gives: no Slack types, only who asks, what for, and the answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.settings import Settings
from bot.telephony.calls import Audio
from bot.telephony.system import PhoneSystem
from bot.watching import Look
from storage.store import Store

MOST_OPTIONS = 100
"""Slack takes no menu of more, and then nothing of the answer."""


class UsageError(Exception):
    """The command was typed in a way we cannot read; the text says how it goes."""


class People(Protocol):
    async def fetch_email(self, slack_user: str) -> str | None:
        """The e-mail address in a person's Slack profile, or ``None`` when it may not be read."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. ``value`` is an opaque id; the right is checked when it is pressed."""

    label: str
    action: str
    value: str
    style: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """One of several to choose: ``MOST_OPTIONS`` at most, labels and values as a button's."""

    label: str
    action: str
    options: tuple[tuple[str, str], ...]


Control = Button | Menu


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to the person who asked, all of it plain text.

    ``rows`` are lines of a list, each with buttons of its own. ``audio`` is handed to the person
    as a file named ``audio_title``. ``outcome`` is the word that the audit gets. ``people`` are
    the Slack ids in it that stand for people: they are shown by their names.
    """

    text: str
    rows: tuple[tuple[str, tuple[Control, ...]], ...] = ()
    buttons: tuple[Control, ...] = ()
    audio: Audio | None = None
    audio_title: str = "Voicemail"
    outcome: str = "done"
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What commands work with."""

    store: Store
    clock: Clock
    settings: Settings
    systems: Mapping[str, PhoneSystem]
    people: People
    started_at: datetime
    look: Callable[[], Awaitable[Look]]
    """How Ringback itself stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asked, from where, in what words. ``text`` is what stands after the command.

    ``about`` fills with the keys of the phone systems that turn out to be meant: the audit gets
    the first of them, also when nothing comes of it.
    """

    services: Services
    slack_user: str
    slack_channel: str
    text: str = ""
    user_name: str = ""
    about: list[str] = field(default_factory=list)

    @property
    def is_admin(self) -> bool:
        return self.slack_user in self.services.settings.slack.admins

    @property
    def name(self) -> str:
        """The person's name for a log that pings nobody."""
        return self.user_name or self.slack_user


Run = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command. ``usage`` is what stands after its name, ``examples`` are whole lines.

    ``names`` is what its first word may name, such as a queue. One that ``takes_reason`` ends in
    words of any kind: it gets mentions as Slack writes them.
    """

    run: Run
    summary: str
    usage: str = ""
    examples: tuple[str, ...] = ()
    names: str = ""
    takes_reason: bool = False
