"""What can be set for a 3CX with the 3cx.ru REST API."""

from typing import Annotated, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator

from bot.settings import SystemSettings

Meaning = Literal["ringing", "answered", "ended", "ignored"]


class ThreeCxRuSettings(SystemSettings):
    """``url`` is the host alone: the key is part of every address, so it is kept apart from it.

    ``event_names`` adds to, or overrides, what the webhook module's event names mean.
    ``contact_digits`` is how many last digits make two phone numbers the same contact's.
    """

    vendor: Literal["threecx_ru"]
    url: AnyHttpUrl
    key: Annotated[SecretStr, Field(min_length=1)]
    events: Literal["webhook", "poll"] = "webhook"
    event_names: dict[str, Meaning] = Field(default_factory=dict)
    profiles: tuple[str, ...] = ("Available", "Away", "Out of office", "Custom 1", "Custom 2")
    contact_digits: int = Field(default=9, gt=0)
    # The webhook module cannot sign and sets no headers: a token in the address is all there is.
    webhook_signature: Literal["standard", "hmac", "shared_secret"] = "shared_secret"

    @field_validator("url")
    @classmethod
    def _host_alone(cls, url: AnyHttpUrl) -> AnyHttpUrl:
        if url.username or url.password or url.query or url.path not in (None, "", "/"):
            raise ValueError("expected https://host alone; the access key goes into key")
        return url
