"""What a MiRTA PBX system needs in ``ringback.toml``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr

from bot.settings import SystemSettings


def _plain(url: AnyHttpUrl) -> AnyHttpUrl:
    if url.query or url.fragment or url.username or url.password:
        raise ValueError("expected the address of proxyapi.php alone, without anything after it")
    return url


class MirtaSettings(SystemSettings):
    """One tenant of a MiRTA PBX (PBXCloud is one brand of it).

    ``url`` is the whole address of ``proxyapi.php``: host and folder differ between providers.
    ``timezone`` must be the PBX's own, since it tells local times without a zone.
    ``queue_numbers`` maps queue ids to the numbers that people dial. AGENT wants the queue's id;
    with ``queue_ids = false`` it gets the number from that map instead. ``extension_suffix``
    makes AGENT and HANGUP say ``104-TENANT`` instead of ``104``. ``events`` is the call history
    that is polled. ``counted_mailboxes`` are the boxes whose messages are counted whenever the
    boxes are listed: one request each.
    """

    vendor: Literal["mirta"]
    url: Annotated[AnyHttpUrl, AfterValidator(_plain)]
    key: SecretStr = Field(min_length=1)
    tenant_code: str = Field(pattern=r"^[\w.-]{1,64}$")
    queue_ids: bool = True
    queue_numbers: dict[str, str] = Field(default_factory=dict)
    extension_suffix: bool = True
    events: Literal["simplecdrs", "cdrs"] = "simplecdrs"
    counted_mailboxes: tuple[str, ...] = ()
