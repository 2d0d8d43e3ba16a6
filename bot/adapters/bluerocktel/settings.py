"""What can be set for a BlueRockTEL system."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.settings import DAY, SystemSettings
from bot.settings_values import PlaceUrl


class BlueRockTelSettings(SystemSettings):
    """One BlueRockTEL instance."""

    vendor: Literal["bluerocktel"]
    url: PlaceUrl
    """The instance, with or without `/api` at the end."""
    token: SecretStr
    """Its API token."""
    customer_id: int | None = None
    """Only the hosts of this customer. Without it, all."""
    hosts_path: Literal["pbx3cx-hosts", "pbx3cx_hosts"] = "pbx3cx-hosts"
    """Where hosts are asked for; `pbx3cx_hosts` is the deprecated address, for old instances."""
    call_logs: bool = False
    """Whether call logs are watched as a feed."""
    poll_seconds: float = Field(default=300.0, ge=0.1, le=DAY)
    """How often it is asked: each look reads the whole list of call logs."""

    @field_validator("token")
    @classmethod
    def _fits_in_a_header(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value()
        if not (text.isascii() and text.isprintable() and text) or " " in text:
            raise ValueError("expected a token of printable ASCII characters without spaces")
        return token

    @property
    def api_url(self) -> str:
        """The address that every path is added to, without a slash at its end."""
        return str(self.url).rstrip("/").removesuffix("/api") + "/api"
