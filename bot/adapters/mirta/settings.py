"""What a MiRTA PBX system needs in ``ringback.toml``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr

from bot.settings import SystemSettings
from bot.settings_values import Expected


def _plain(url: AnyHttpUrl) -> AnyHttpUrl:
    if url.query or url.fragment or url.username or url.password:
        raise ValueError("expected the address of proxyapi.php alone, without anything after it")
    return url


TenantCode = Annotated[
    str,
    Field(pattern=r"^[\w.-]{1,64}$"),
    Expected("up to 64 letters, digits, dots, hyphens and underscores"),
]


class MirtaSettings(SystemSettings):
    """One tenant of a MiRTA PBX (PBXCloud is one brand of it).

    `timezone` must be the PBX's own, since it tells local times without a zone.
    """

    vendor: Literal["mirta"]
    url: Annotated[AnyHttpUrl, AfterValidator(_plain)]
    """The whole address of `proxyapi.php`: host and folder differ between providers."""
    key: SecretStr = Field(min_length=1)
    """The tenant's API key."""
    tenant_code: TenantCode
    """The tenant's code."""
    queue_ids: bool = True
    """Whether AGENT gets the queue's id, or its number from `queue_numbers`."""
    queue_numbers: dict[str, str] = Field(default_factory=dict)
    """A queue's id and the number that people dial."""
    extension_suffix: bool = True
    """Whether AGENT and HANGUP get `104-TENANT` or `104`."""
    events: Literal["simplecdrs", "cdrs"] = "simplecdrs"
    """The call history that is polled."""
    counted_mailboxes: tuple[str, ...] = ()
    """Boxes that are looked at each minute for new messages, and counted whenever they are listed:
    one request each."""
