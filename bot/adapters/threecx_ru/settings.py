"""What can be set for a 3CX with the 3cx.ru REST API."""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator

from bot.settings import SystemSettings

Meaning = Literal["ringing", "answered", "ended", "ignored"]


class ThreeCxRuSettings(SystemSettings):
    """One 3CX with the REST API of 3cx.ru."""

    vendor: Literal["threecx_ru"]
    url: AnyHttpUrl
    """The host alone: the key is part of every address, so it is kept apart from it."""
    key: Annotated[SecretStr, Field(min_length=1)]
    """The access key."""
    events: Literal["webhook", "poll"] = "webhook"
    """Whether the webhook module posts events, or they are polled without it."""
    event_names: dict[str, Meaning] = Field(default_factory=dict)
    """What event names of the webhook module mean, where yours differ: `ringing`, `answered`,
    `ended` or `ignored`."""
    profiles: tuple[str, ...] = ("Available", "Away", "Out of office", "Custom 1", "Custom 2")
    """The names of the forwarding profiles."""
    contact_digits: int = Field(default=9, gt=0)
    """So many last digits make two phone numbers the same contact's."""
    webhook_signature: Literal["standard", "hmac", "shared_secret"] = "shared_secret"
    """How its posts are signed: the webhook module can do nothing but a token in the address."""

    @field_validator("url")
    @classmethod
    def _host_alone(cls, url: AnyHttpUrl) -> AnyHttpUrl:
        if url.username or url.password or url.query or url.path not in (None, "", "/"):
            raise ValueError("expected https://host alone; the access key goes into key")
        return url
