"""What can be set, as frozen typed settings; ``settings_file`` reads them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from bot.settings_secrets import secrets_in, web_address

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


@dataclass(frozen=True, slots=True)
class Expected:
    """What a field takes, in the words of somebody who writes the file. Goes into ``Annotated``."""

    words: str


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last: a folder of zones
        raise ValueError("expected a time zone such as Europe/Paris") from None


def _known_database(url: SecretStr) -> SecretStr:
    scheme = urlsplit(url.get_secret_value()).scheme.partition("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise ValueError("expected the URL of an SQLite or PostgreSQL database")
    return url


def _only_text(value: Any) -> Any:
    """Numbers, even ``true``, would make addresses such as 0.0.0.1."""
    if isinstance(value, (int, float)):
        raise ValueError("expected text")
    return value


def _time_of_day(value: Any) -> Any:
    moment = time.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, time) or moment.tzinfo is not None:
        raise ValueError("expected a time of day such as 09:00")
    return moment


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _hours(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    start, _, end = value.partition("-")
    return {"start": start.strip(), "end": end.strip()}


class Part(BaseModel):
    """One table of the file: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        allow_inf_nan=False,
        defer_build=True,
    )


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day), Expected("a time of day such as 09:00")]


class QuietHours(Part):
    """A daily span in the route's zone; it may run over midnight."""

    start: TimeOfDay
    end: TimeOfDay

    def cover(self, moment: time) -> bool:
        """Whether ``moment`` lies in the span; the start belongs to it, the end does not."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


Zone = Annotated[str, AfterValidator(_known_zone), Expected("a time zone such as Europe/Paris")]
Network = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(_only_text),
    Expected("a network such as 192.0.2.0/24, or an address"),
]
Secret = Annotated[SecretStr, Field(min_length=1), Expected('text, "env:NAME" or "file:PATH"')]
Secrets = Annotated[
    tuple[Secret, ...],
    BeforeValidator(_one_or_many),
    Expected('text, "env:NAME" or "file:PATH", or a list of these'),
]
DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(_known_database),
    Expected("sqlite:///PATH or postgresql://USER@HOST/NAME"),
]
Region = Annotated[
    str, Field(pattern=r"^([A-Z]{2})?$"), Expected("a country's two capital letters such as FR")
]
Span = Annotated[
    QuietHours | None,
    BeforeValidator(_hours),
    Expected("two times of day such as 20:00-07:00"),
]


class ServerSettings(Part):
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    public_url: AnyHttpUrl | None = None
    log_format: Literal["text", "json"] = "text"


class DatabaseSettings(Part):
    url: DatabaseUrl = SecretStr("sqlite:///var/ringback.db")


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
    webhook_header: str = ""
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

    allowed_prefixes: tuple[str, ...] = ()
    calls_per_hour: int = Field(default=60, gt=0)
    allow_premium: bool = False


class MissedCallSettings(Part):
    """``reached_seconds`` is how long a talk must last to close a missed call by itself."""

    reached_seconds: int = Field(default=10, ge=0)
    claim_minutes: int = Field(default=30, gt=0)
    minimum_ring_seconds: int = Field(default=0, ge=0)


class WatchingSettings(Part):
    """``ping_url`` is asked for once a minute while all is well; the others are limits of age."""

    ping_url: Annotated[Secret | None, AfterValidator(web_address)] = None
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
        """Every secret in the settings, for the log formatter to blank.

        The database's URL counts as one, and the password in it as another.
        """
        yield from secrets_in(self)
        password = urlsplit(self.database.url.get_secret_value()).password
        if password:
            yield from {password, unquote(password)}
