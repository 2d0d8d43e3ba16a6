"""What every group of commands is built on."""

from bot.adapters.threecx_ru.connection import Connection


class Commands:
    """One group of the vendor's commands; the client is all groups together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection


def on_off(on: bool | None) -> str | None:
    """The vendor's words for a switch; ``None`` stays out of the request."""
    return None if on is None else ("on" if on else "off")
