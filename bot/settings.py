"""What can be set, as frozen typed settings; ``settings_file`` reads them.

What stands below a setting is its sentence in ``docs/SETTINGS.md`` (``make tables``).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, model_validator

from bot.settings_secrets import secrets_in
from bot.settings_values import (
    BotToken,
    ChannelId,
    DatabaseUrl,
    HeaderName,
    Name,
    Network,
    OpsChannel,
    Part,
    Prefix,
    PublicUrl,
    Region,
    Secret,
    Secrets,
    Span,
    TimeOfDay,
    UserId,
    WebAddress,
    Zone,
    no_truth,
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
_PASSWORD = re.compile(r"[^:]+://[^:/]*:([^@]*)@")
"""Where SQLAlchemy finds it in a URL: "/", "?" and "#" may be in it, which end a host elsewhere."""


DAY = 86_400
YEAR_MINUTES = 525_600
CENTURY_DAYS = 36_500
"""More than anybody means; times far beyond cannot be reckoned with."""
Days = Annotated[int, BeforeValidator(no_truth), Field(ge=0, le=CENTURY_DAYS)]


class SettingsError(Exception):
    """The settings cannot be used. ``problems`` holds one line per mistake."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ServerSettings(Part):
    """Where Ringback listens, and how it logs."""

    host: Name = "127.0.0.1"
    """The address that is listened on. `0.0.0.0` is every one that the machine has."""
    port: int = Field(default=3000, ge=0, le=65535)
    """Its port; 0 takes a free one."""
    public_url: PublicUrl = None
    """Where Slack and phone systems reach Ringback. `ringback check` then names the addresses that
    they are to post to."""
    log_format: Literal["text", "json"] = "text"
    """Lines for people, or one JSON object a line for what collects logs."""


class DatabaseSettings(Part):
    """Where everything is remembered."""

    url: DatabaseUrl = SecretStr("sqlite:///var/ringback.db")
    """An SQLite file, relative to where Ringback is started (four slashes: an absolute path), or
    a PostgreSQL database. It counts as a secret: a password may stand in it."""

    def secrets(self) -> Iterator[str]:
        """The URL counts as one, and the password in it as another."""
        url = self.url.get_secret_value()
        yield url
        found = _PASSWORD.match(url)
        if found and found[1]:
            yield from {found[1], unquote(found[1])}


class SlackSettings(Part):
    """The Slack app of your workspace."""

    bot_token: BotToken
    """The app's *Bot User OAuth Token*, `xoxb-…`."""
    signing_secret: Secret
    """The app's *Signing Secret*, by which Slack's posts are told from others."""
    api_url: AnyHttpUrl = AnyHttpUrl("https://slack.com/api/")
    """Where Slack is asked. Another address is for tests and demos."""
    ops_channel: OpsChannel
    """The id of the channel that gets notices about Ringback itself, and alerts that no route
    takes or that cannot be delivered."""
    admins: tuple[UserId, ...] = ()
    """The ids of the people who decide on extensions and see every phone system."""
    history: bool = True
    """Whether the app has the scopes `channels:history` and `groups:history`. Without them a card
    whose fate is unknown is posted again and says "possibly repeated"."""


class SystemSettings(Part):
    """What every phone system has; each adapter adds its own settings, below."""

    vendor: str
    """Which adapter speaks with it."""
    tenant: str = "main"
    """Whose it is, where one Ringback serves several customers: a caller is one missed call in all
    systems of a tenant, and nobody calls back for another."""
    timezone: Zone = "UTC"
    """The zone of times that it tells without one, and of its licence reminders."""
    region: Region = ""
    """How national numbers are read. Without it only international ones are understood."""
    webhook_secret: Secrets = ()
    """What its posts are signed with; a list while it is exchanged. Without it none is taken."""
    webhook_signature: Literal["standard", "hmac", "shared_secret"] = "standard"
    """How they are signed; the generic adapter's README has all three."""
    webhook_header: HeaderName = ""
    """The header with the signature, where it is not `X-Signature` (`hmac`) or `X-Webhook-Secret`
    (`shared_secret`)."""
    webhook_addresses: tuple[Network, ...] = ()
    """Where its posts may come from, on top of the secret. Without it, from anywhere."""
    poll_seconds: float = Field(default=15.0, ge=0.1, le=DAY)
    """How often it is asked."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """How long an answer may take."""
    verify_tls: bool = True
    """Whether its certificate must be valid. With `false` anybody in between can read its key."""
    settle_seconds: float = Field(default=0.0, ge=0, le=DAY)
    """How long a finished call waits for late news before it is called missed."""
    silent_minutes: float = Field(default=0.0, ge=0, le=YEAR_MINUTES)
    """So long without a post is a problem that `/readyz` tells; 0 is never."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def late_seconds(self) -> float:
        """How late news may be that does not come as a post."""
        return self.poll_seconds


class RouteSettings(Part):
    """Which alerts go to which channel: the first that matches, in the order of the file."""

    channel: ChannelId
    """The channel's id."""
    systems: tuple[Name, ...] = ()
    """Only alerts of these phone systems. Whoever is in the channel may see their queues."""
    alerts: tuple[AlertKind, ...] = ()
    """Only alerts of these kinds."""
    queues: tuple[Name, ...] = ()
    """Only alerts of these queues, by name or number."""
    timezone: Zone = "UTC"
    """The clock on the cards, and that of the quiet hours."""
    quiet_hours: Span = None
    """What is not critical waits until they end. They may run over midnight."""
    numbers: Literal["full", "masked"] = "full"
    """Whether callers' numbers are shown whole, or as `+33 ••• 42`."""
    continue_: bool = Field(default=False, alias="continue")
    """Whether the next route that matches gets the alert, too."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ThresholdSettings(Part):
    """When a queue's figure is a warning, when critical, and when it is over.

    Seconds, calls, agents or percent, as the metric has it. For `agents_available` and
    `service_level` low is bad, for the others high. The first table that names a queue holds for
    its metric.
    """

    systems: tuple[Name, ...] = ("*",)
    """The phone systems it holds for; `*` is all of them."""
    queues: tuple[Name, ...] = ("*",)
    """The queues it holds for, by name or number; `*` is all of them."""
    metric: Metric
    """The figure that is watched. `data_age` is how old the figures are."""
    warn: float
    """From here on it is a warning."""
    critical: float
    """From here on it is critical."""
    clear: float
    """Back here it is over."""
    hold_seconds: float = Field(default=0, ge=0, le=DAY)
    """How long a figure must be so bad before it is told."""

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
    """Reminders of licences that end."""

    remind_days: tuple[Days, ...] = (60, 30, 14, 7, 3, 1, 0)
    """So many days before the end."""
    at: TimeOfDay = time(9, 0)
    """When on such a day, in the phone system's zone."""


class DiallingSettings(Part):
    """What `/dial` and *Call back* may ring."""

    allowed_prefixes: tuple[Prefix, ...] = ()
    """Numbers that begin so, such as `+33`. Without it, any country; extensions always."""
    calls_per_hour: int = Field(default=60, gt=0)
    """So many for each person."""
    allow_premium: bool = False
    """Whether premium-rate numbers may be rung. Emergency numbers never are; 015 is an extension,
    unless its 0 stands apart."""


class MissedCallSettings(Part):
    """What counts as missed, and as reached."""

    reached_seconds: int = Field(default=10, ge=0, le=DAY)
    """A talk with the caller that lasts so long closes the card."""
    claim_minutes: int = Field(default=30, gt=0, le=YEAR_MINUTES)
    """A claim that came to nothing lapses after this."""
    minimum_ring_seconds: int = Field(default=0, ge=0, le=DAY)
    """Who hangs up sooner was not missed."""


class WatchingSettings(Part):
    """Who hears that Ringback is in trouble, and when."""

    ping_url: WebAddress = None
    """Asked for once a minute while all is well: any healthchecks-style address."""
    event_seconds: float = Field(default=60, gt=0, le=DAY)
    """An event may wait this long to be taken up."""
    message_seconds: float = Field(default=60, gt=0, le=DAY)
    """A message may wait this long to be sent."""


class RetentionSettings(Part):
    """After how many days what is over and done with is removed. What is open never is."""

    receipt_days: int = Field(default=30, ge=7, le=CENTURY_DAYS)
    """What phone systems told, as it came in, whether it could be read or not."""
    invocation_days: int = Field(default=30, ge=7, le=CENTURY_DAYS)
    """What people asked for, and messages that nothing hangs on."""
    audit_days: int = Field(default=365, ge=7, le=CENTURY_DAYS)
    """Who did what."""


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
