"""A pressed button, as its handlers get it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.request import Reply, Request


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: by whom and where (in ``request``), with which value, on which message."""

    request: Request
    value: str
    message_ts: str


Handle = Callable[[Press], Awaitable[Reply]]
