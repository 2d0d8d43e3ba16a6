"""What can be set for a system that posts the generic format: only what every system has."""

from typing import Annotated, Literal

from pydantic import Field

from bot.settings import SystemSettings
from bot.settings_values import Secrets


class GenericSettings(SystemSettings):
    """The ``webhook_*`` fields say how the system's posts are signed: without a secret, none is
    taken, and there is no other road."""

    vendor: Literal["generic"]
    webhook_secret: Annotated[Secrets, Field(min_length=1)]
