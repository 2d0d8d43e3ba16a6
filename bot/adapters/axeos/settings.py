"""What can be set for an Axeos PBX."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.settings import SystemSettings
from bot.settings_values import PlaceUrl


class AxeosSettings(SystemSettings):
    """One Axeos PBX, asked with an API key or as one of its users."""

    vendor: Literal["axeos"]
    url: PlaceUrl
    """The PBX itself (`https://pbx.example.org`), without `/apis/pbx`."""
    api_key: SecretStr | None = None
    """Either this, or `username` and `password`."""
    username: str = ""
    """The PBX user that asks."""
    password: SecretStr | None = None
    """Its password."""
    call_timeout_seconds: float = Field(default=60.0, gt=0, le=300)
    """How long a dial request may take: it is answered when the caller's phone was picked up or
    not."""
    event_timeout_seconds: int = Field(default=30, ge=1, le=300)
    """How long the PBX may hold an event request."""
    caller_by: Literal["user_name", "user_uuid"] = "user_name"
    """What the values under `users` are."""
    users: Mapping[str, str] = {}
    """An extension and the PBX user who owns it; one that is not here is taken to be the user's
    name."""
    queues: Mapping[str, str] = {}
    """A queue's UUID and its name: the documented statistics carry neither."""

    @field_validator("username")
    @classmethod
    def _fits_basic_authentication(cls, username: str) -> str:
        if ":" in username:
            raise ValueError("expected a user name without a colon")
        return username

    @model_validator(mode="after")
    def _exactly_one_way_in(self) -> "AxeosSettings":
        key = self.api_key is not None and bool(self.api_key.get_secret_value())
        user = bool(self.username) or self.password is not None
        complete = bool(self.username) and bool(
            self.password is not None and self.password.get_secret_value()
        )
        if key == user or (user and not complete):
            raise ValueError("expected either api_key, or username and password")
        return self

    @property
    def late_seconds(self) -> float:
        """A long poll is answered as soon as there is news."""
        return 0.0

    def credentials(self) -> tuple[str, str]:
        """User and password for HTTP Basic. Call it at the moment of sending, keep nothing."""
        if self.api_key is not None:
            return "apiKey", self.api_key.get_secret_value()
        assert self.password is not None, "the validator sees to it"
        return self.username, self.password.get_secret_value()

    def user_of(self, extension: str) -> str:
        """The PBX user (name or UUID) behind an extension."""
        return self.users.get(extension, extension)

    def extension_of(self, user: str) -> str | None:
        """The extension of a PBX user (name or UUID), where one is set for it."""
        return next((extension for extension, name in self.users.items() if name == user), None)
