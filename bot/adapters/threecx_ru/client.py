"""The client: every command of the vendor's document, grouped by what it is about."""

from bot.adapters.threecx_ru.calls import CallCommands
from bot.adapters.threecx_ru.contacts import ContactCommands
from bot.adapters.threecx_ru.extensions import ExtensionCommands
from bot.adapters.threecx_ru.lists import ListCommands
from bot.adapters.threecx_ru.queues import QueueCommands


class ThreeCxRuClient(
    CallCommands, ContactCommands, ExtensionCommands, ListCommands, QueueCommands
):
    """All commands on one object, for the parts and for ``operations.OPERATIONS``."""
