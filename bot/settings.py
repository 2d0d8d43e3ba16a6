"""What can be set, as frozen typed settings; ``settings_file`` reads them."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from bot.settings_secrets import secrets_in
from bot.settings_values import (
    DatabaseUrl,
    HeaderName,
    Network,
    Part,
    Prefix,
    Region,
    Secret,
    Secrets,
    Span,
    TimeOfDay,
    WebAddress,
    Zone,
)

AlertKind = Literal["missed_call", "queue_threshold", "licence_renewal", "voicemail", "system_down"]
Metric = Literal[
    "longest_wait",
    "waiting",
    "agents_available",
    "service_level",
    "abandoned_rate",
    "data_age",
]
SYSTEM_KEY = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class SettingsError(Exception):
    """The settings cannot be used. ``problems`` holds one line per mistake."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ServerSettings(Part):
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    public_url: AnyHttpUrl | None = None
    log_format: Literal["text", "json"] = "text"


class DatabaseSettings(Part):
    url: DatabaseUrl = SecretStr("sqlite:///var/ringback.db")

    def secrets(self) -> Iterator[str]:
        """The URL counts as one, and the password in it as another."""
        url = self.url.get_secret_value()
        yield url
        password = urlsplit(url).password
        if password:
            yield from {password, unquote(password)}


class SlackSettings(Part):
    """``ops_channel`` gets notices about Ringback itself, and alerts that cannot be delivered."""

    bot_token: Secret
    signing_secret: Secret
    api_url: AnyHttpUrl = AnyHttpUrl("https://slack.com/api/")
    ops_channel: str = Field(min_length=1)
    admins: tuple[str, ...] = ()
    history: bool = True


class SystemSettings(Part):
    """What every phone system has; each adapter adds its own fields in a subclass.

    ``webhook_secret`` may be a list while a secret is exchanged. A finished call is called missed
    after ``settle_seconds`` without other news; ``silent_minutes`` without a post are a problem.
    """

    vendor: str
    tenant: str = "main"
    timezone: Zone = "UTC"
    region: Region = ""
    webhook_secret: Secrets = ()
    webhook_signature: Literal["standard", "hmac", "shared_secret"] = "standard"
    webhook_header: HeaderName = ""
    webhook_addresses: tuple[Network, ...] = ()
    poll_seconds: float = Field(default=15.0, gt=0)
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    verify_tls: bool = True
    settle_seconds: float = Field(default=0.0, ge=0)
    silent_minutes: float = Field(default=0.0, ge=0)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def late_seconds(self) -> float:
        """How late news may be that does not come as a post."""
        return self.poll_seconds


class RouteSettings(Part):
    """Which alerts go to which channel. An empty list means all of them."""

    channel: str = Field(min_length=1)
    systems: tuple[str, ...] = ()
    alerts: tuple[AlertKind, ...] = ()
    queues: tuple[str, ...] = ()
    timezone: Zone = "UTC"
    quiet_hours: Span = None
    numbers: Literal["full", "masked"] = "full"
    continue_: bool = Field(default=False, alias="continue")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ThresholdSettings(Part):
    """When a queue's figure is a warning, when critical, and when it is over.

    Seconds, calls, agents or percent, as the metric has it. For ``agents_available`` and
    ``service_level`` low is bad, for the others high.
    """

    systems: tuple[str, ...] = ("*",)
    queues: tuple[str, ...] = ("*",)
    metric: Metric
    warn: float
    critical: float
    clear: float
    hold_seconds: float = Field(default=0, ge=0)

    @property
    def low_is_bad(self) -> bool:
        return self.metric in ("agents_available", "service_level")

    @model_validator(mode="after")
    def _in_order(self) -> "ThresholdSettings":
        levels = [self.clear, self.warn, self.critical]
        if levels != sorted(levels, reverse=self.low_is_bad):
            order = "clear >= warn >= critical" if self.low_is_bad else "clear <= warn <= critical"
            raise ValueError(f"expected {order} for {self.metric}")
        return self


class LicenceSettings(Part):
    remind_days: tuple[Annotated[int, Field(ge=0)], ...] = (60, 30, 14, 7, 3, 1, 0)
    at: TimeOfDay = time(9, 0)


class DiallingSettings(Part):
    """What ``/dial`` may ring. Prefixes are E.164, such as ``+33``; none means any country."""

    allowed_prefixes: tuple[Prefix, ...] = ()
    calls_per_hour: int = Field(default=60, gt=0)
    allow_premium: bool = False


class MissedCallSettings(Part):
    """``reached_seconds`` is how long a talk must last to close a missed call by itself."""

    reached_seconds: int = Field(default=10, ge=0)
    claim_minutes: int = Field(default=30, gt=0)
    minimum_ring_seconds: int = Field(default=0, ge=0)


class WatchingSettings(Part):
    """``ping_url`` is asked for once a minute while all is well; the others are limits of age."""

    ping_url: WebAddress = None
    event_seconds: float = Field(default=60, gt=0)
    message_seconds: float = Field(default=60, gt=0)


class RetentionSettings(Part):
    """After how many days what is over and done with is removed. What is open never is."""

    receipt_days: int = Field(default=30, ge=7)
    invocation_days: int = Field(default=30, ge=7)
    audit_days: int = Field(default=365, ge=7)


class Settings(Part):
    """The whole file."""

    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    slack: SlackSettings
    systems: Mapping[str, SystemSettings]
    routes: tuple[RouteSettings, ...] = ()
    thresholds: tuple[ThresholdSettings, ...] = ()
    licences: LicenceSettings = LicenceSettings()
    dialling: DiallingSettings = DiallingSettings()
    missed_calls: MissedCallSettings = MissedCallSettings()
    watching: WatchingSettings = WatchingSettings()
    retention: RetentionSettings = RetentionSettings()

    def secrets(self) -> Iterator[str]:
        """Every secret in the settings, for the log formatter to blank."""
        yield from secrets_in(self)
        yield from self.database.secrets()
