"""What Slack hands out once: trigger ids, and addresses to answer to."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from bot.clock import Clock
from bot.demo.workspace.errors import SlackError

TRIGGER_SECONDS: Final = 3.0
RESPONSE_URL_SECONDS: Final = 30 * 60.0
RESPONSE_URL_USES: Final = 5


@dataclass(slots=True)
class _Trigger:
    user: str
    issued_at: float
    root_view: str | None
    is_used: bool = False


class Triggers:
    """A trigger id opens one view, within three seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str, *, root_view: str | None = None) -> str:
        """``root_view`` is the modal in which the user clicked; only then can a view be pushed."""
        name = f"{len(self._issued) + 1}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._issued[name] = _Trigger(user, self._clock.monotonic(), root_view)
        return name

    def exchange(self, name: str) -> tuple[str, str | None]:
        """The user and the modal it came from. Refused when unknown, used or late."""
        trigger = self._issued.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.monotonic() - trigger.issued_at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger.user, trigger.root_view


@dataclass(slots=True)
class Address:
    """Where a response_url leads: a user in a channel, and the message that was clicked."""

    user: str
    channel: str
    issued_at: float
    original_ts: str | None = None
    uses: int = field(default=0)


class Addresses:
    """Response urls: five uses within thirty minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Address] = {}

    def issue(self, user: str, channel: str, original_ts: str | None = None) -> str:
        """The secret last part of the URL."""
        name = secrets.token_urlsafe(18)
        self._issued[name] = Address(user, channel, self._clock.monotonic(), original_ts)
        return name

    def use(self, name: str) -> Address:
        address = self._issued.get(name)
        if address is None:
            raise SlackError("no_service")
        if self._clock.monotonic() - address.issued_at > RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        if address.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        address.uses += 1
        return address
