"""What can be set for a BlueRockTEL system."""

from typing import Literal

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator

from bot.settings import SystemSettings


class BlueRockTelSettings(SystemSettings):
    """``customer_id`` limits the hosts to one customer; ``call_logs`` switches the feed on.

    ``poll_seconds`` is long by default: each look reads the whole list of call logs.
    """

    vendor: Literal["bluerocktel"]
    url: AnyHttpUrl
    token: SecretStr
    customer_id: int | None = None
    hosts_path: Literal["pbx3cx-hosts", "pbx3cx_hosts"] = "pbx3cx-hosts"
    call_logs: bool = False
    poll_seconds: float = Field(default=300.0, gt=0)

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
