"""What can be set for a system that posts the generic format: only what every system has."""

from typing import Literal

from bot.settings import SystemSettings


class GenericSettings(SystemSettings):
    """The ``webhook_*`` fields say how the system's posts are signed."""

    vendor: Literal["generic"]
