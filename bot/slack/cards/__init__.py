"""How alerts look in Slack: one module per kind of alert, one line each in ``CARDS``."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.slack.cards import licence_renewal, missed_call, queue_threshold, system_down, voicemail
from bot.slack.cards.view import View
from bot.slack.message import Message

CARDS: Final[Mapping[str, Callable[[View], Message]]] = {
    "licence_renewal": licence_renewal.render,
    "missed_call": missed_call.render,
    "queue_threshold": queue_threshold.render,
    "system_down": system_down.render,
    "voicemail": voicemail.render,
}
