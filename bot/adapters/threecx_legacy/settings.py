"""What can be set for a 3CX V9 or V10 system."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from bot.settings import SystemSettings
from bot.settings_values import Expected

Secret = Annotated[SecretStr, Field(min_length=1)]

Host = Annotated[
    str,
    Field(pattern=r"^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])?$"),
    Expected("the name of a machine, or its address"),
]

ADDRESSES: Final = {
    "v10": ":5000/ivr/PbxAPI.aspx",
    "v9_abyss": ":5481/ivr/PbxAPI.aspx",
    "v9_iis": ":5484/PbxAPI.aspx",
}
"""3CX HTTP API, "Make Call (V10)", "Make Call (V9)" and the note on Abyss."""


class ThreeCxLegacySettings(SystemSettings):
    """One 3CX of version 9 or 10."""

    vendor: Literal["threecx_legacy"]
    url_style: Literal["v10", "v9_iis", "v9_abyss"] = "v10"
    """Which address `host` stands for: port 5000, 5484 or 5481."""
    host: Host = ""
    """Its name or address; either this or `url`."""
    url: AnyHttpUrl | None = None
    """The whole address of `PbxAPI.aspx`."""
    pins: Mapping[str, Secret] = {}
    """Who may call: an extension and its PIN."""
    console_password: Secret | None = None
    """The management console's. Without it no switch of an extension can be set."""
    method: Literal["get", "post"] = "get"
    """How it is asked: the document says post and shows get."""

    @model_validator(mode="after")
    def _one_address(self) -> "ThreeCxLegacySettings":
        if bool(self.host) == (self.url is not None):
            raise ValueError("expected either host or url")
        if self.url and (self.url.query or self.url.fragment or self.url.username):
            raise ValueError("expected a url without a query and without a user")
        return self

    @property
    def api_url(self) -> str:
        """The address of PbxAPI.aspx."""
        return str(self.url) if self.url else f"http://{self.host}{ADDRESSES[self.url_style]}"
