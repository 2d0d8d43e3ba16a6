"""What can be set for a 3CX V9 or V10 system."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from bot.settings import SystemSettings

Secret = Annotated[SecretStr, Field(min_length=1)]

ADDRESSES: Final = {
    "v10": ":5000/ivr/PbxAPI.aspx",
    "v9_abyss": ":5481/ivr/PbxAPI.aspx",
    "v9_iis": ":5484/PbxAPI.aspx",
}
"""3CX HTTP API, "Make Call (V10)", "Make Call (V9)" and the note on Abyss."""


class ThreeCxLegacySettings(SystemSettings):
    """Either ``host`` with ``url_style``, or the whole ``url`` of PbxAPI.aspx.

    ``pins`` maps an extension to its PIN. Without ``console_password`` no switch of an extension
    can be set.
    """

    vendor: Literal["threecx_legacy"]
    url_style: Literal["v10", "v9_iis", "v9_abyss"] = "v10"
    host: str = Field(default="", pattern=r"^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])?$")
    url: AnyHttpUrl | None = None
    pins: Mapping[str, Secret] = {}
    console_password: Secret | None = None
    method: Literal["get", "post"] = "get"

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
