"""What can be set for a system that posts the generic format: only what every system has."""

from typing import Annotated, Literal

from pydantic import Field

from bot.settings import SystemSettings
from bot.settings_values import Secrets


class GenericSettings(SystemSettings):
    """Anything that posts the generic format."""

    vendor: Literal["generic"]
    webhook_secret: Annotated[Secrets, Field(min_length=1)]
    """What its posts are signed with; a list while it is exchanged. There is no other road."""
