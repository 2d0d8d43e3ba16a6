"""What single keys of the settings take: how each is read, and what it is called in a mistake."""

import re
from dataclasses import dataclass
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS
from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.settings_secrets import has_line_break, secrets_in

UNFIT = "unfit"
"""What a mistake is called that has a sentence of its own, which shows nothing of the value."""

_TOKEN = re.compile(r"(?!xoxb-$)[!-~\r\n]+")
"""Anything but blanks and a bare beginning; a line break has a sentence of its own."""
_OTHER_TOKENS = ("xox", "xapp-", "bearer ")
_SQLITE_FILE = re.compile(r"sqlite(\+\w+)?:///(?!:memory:)[^\0]+")
_POSTGRESQL = re.compile(r"postgresql(\+\w+)?://(?!\[[^]]*$).*", re.DOTALL)
"""A bracket that opens an IPv6 address must be closed."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a field takes, in the words of somebody who writes the file. Goes into ``Annotated``."""

    words: str


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last: a folder of zones
        raise ValueError("expected a time zone such as Europe/Paris") from None


def _known_region(region: str) -> str:
    """Refuse what no number can be read by. Empty is none at all."""
    if region and region not in SUPPORTED_REGIONS:
        raise ValueError("expected a region that has telephone numbers")
    return region


def _known_database(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    if not _POSTGRESQL.fullmatch(text) and not _SQLITE_FILE.fullmatch(text):
        raise ValueError("expected the URL of an SQLite or PostgreSQL database")
    if text.startswith("sqlite") and "?" in text:
        told = "an SQLite file takes no options: write sqlite:///PATH without ? and what follows it"
        raise PydanticCustomError(UNFIT, told)
    if text.startswith("sqlite") and ":///~/" in text:
        told = "~ stands for nobody's folder here: write the whole path, with four slashes, such as"
        raise PydanticCustomError(UNFIT, f"{told} sqlite:////var/lib/ringback/ringback.db")
    return url


def _of_the_bot(token: SecretStr) -> SecretStr:
    """Refuse the other tokens of an app, which cannot post as the bot, and those that expire.

    https://docs.slack.dev/authentication/using-token-rotation: it cannot be turned off again.
    """
    text = token.get_secret_value().strip(" \t")
    if text.lower().startswith("xoxe"):
        told = "token rotation must be off in the Slack app, and once on it stays on: make the app"
        told += " anew from `ringback manifest`, and take its Bot User OAuth Token"
        raise PydanticCustomError(UNFIT, told)
    is_other = not text.startswith("xoxb-") and text.lower().startswith(_OTHER_TOKENS)
    if is_other or not _TOKEN.fullmatch(text):
        told = "expected the app's Bot User OAuth Token, which begins with xoxb- in small letters"
        raise PydanticCustomError(UNFIT, f"{told} and has no blanks")
    return SecretStr(text)


def _no_direct_message(channel: str) -> str:
    """Refuse what one person alone sees, and what the app's scopes do not let us look into."""
    if channel.startswith("D"):
        told = "this is a direct message: make a channel, invite the bot to it, and write its id"
        raise PydanticCustomError(UNFIT, f"{told}, such as C0123456789")
    return channel


def _only_a_place(url: AnyHttpUrl) -> AnyHttpUrl:
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("expected an address such as https://pbx.example.org, nothing more")
    return url


def _plain_address(url: AnyHttpUrl | None) -> AnyHttpUrl | None:
    """Refuse what no path can be put behind, and what is not to be shown."""
    if url is not None and (url.username or url.password):
        told = "a user or password in it would be shown: leave them out"
        raise PydanticCustomError(UNFIT, told)
    if url is not None and (url.query is not None or url.fragment is not None):
        raise ValueError("expected a web address without ? and #")
    if url is not None and (url.path or "").lower().rstrip("/").endswith("/slack/events"):
        raise PydanticCustomError(UNFIT, "leave out /slack/events: Ringback adds it by itself")
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


def _web_address(url: SecretStr | None) -> SecretStr | None:
    """Refuse what is not an HTTP address. Raises ``ValueError`` without the address."""
    if url is not None and urlsplit(url.get_secret_value()).scheme not in ("http", "https"):
        raise ValueError("expected a web address")
    return url


def is_public(host: str) -> bool:
    """Whether Slack could reach ``host``, as far as its name or address tells."""
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.lower().endswith((".localhost", ".local"))


def no_truth(value: Any) -> Any:
    """Refuse ``true`` where it would count as 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("bool", "not a number")
    return value


class Part(BaseModel):
    """One table of the file: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        allow_inf_nan=False,
        defer_build=True,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _numbers(cls, value: Any, info: ValidationInfo) -> Any:
        wanted = cls.model_fields[info.field_name or ""].annotation
        return no_truth(value) if {int, float} & {wanted, *get_args(wanted)} else value

    @field_validator("*")
    @classmethod
    def _on_one_line(cls, value: Any) -> Any:
        """Secrets go into headers and addresses; a file may hold more than was meant."""
        if any(map(has_line_break, secrets_in(value))):
            raise PydanticCustomError(UNFIT, "the secret holds a line break")
        if any(secret.isspace() for secret in secrets_in(value)):
            raise PydanticCustomError(UNFIT, "the secret is blank")
        return value


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day), Expected("a time of day such as 09:00")]


class QuietHours(Part):
    """A daily span in the route's zone; it may run over midnight."""

    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _differ(self) -> "QuietHours":
        if self.start == self.end:
            raise ValueError("expected two different times of day")
        return self

    def cover(self, moment: time) -> bool:
        """Whether ``moment`` lies in the span; the start belongs to it, the end does not."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


Zone = Annotated[str, AfterValidator(_known_zone), Expected("a time zone such as Europe/Paris")]
Name = Annotated[str, Field(min_length=1)]
UserId = Annotated[
    str,
    Field(pattern=r"^[UW][A-Z0-9]+$"),
    Expected("the id of a Slack user such as U0123456789"),
]
ChannelId = Annotated[
    str,
    Field(pattern=r"^[CGD][A-Z0-9]+$"),
    Expected("the id of a Slack channel such as C0123456789, from its details in Slack"),
]
OpsChannel = Annotated[ChannelId, AfterValidator(_no_direct_message)]
PublicUrl = Annotated[
    AnyHttpUrl | None,
    AfterValidator(_plain_address),
    Expected("a web address without ? and #, such as https://ringback.example.org"),
]
PlaceUrl = Annotated[AnyHttpUrl, AfterValidator(_only_a_place)]
"""Where a system is, without a key, a user or a password."""

Network = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(_only_text),
    Expected("a network such as 192.0.2.0/24, or an address"),
]
Secret = Annotated[SecretStr, Field(min_length=1), Expected('text, "env:NAME" or "file:PATH"')]
BotToken = Annotated[Secret, AfterValidator(_of_the_bot)]
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
Prefix = Annotated[
    str,
    Field(pattern=r"^\+[1-9][0-9]{0,14}$"),
    Expected("the beginning of an international number such as +33"),
]
HeaderName = Annotated[
    str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]*$"), Expected("the name of an HTTP header")
]
Region = Annotated[
    str,
    AfterValidator(_known_region),
    Expected("a country's two capital letters such as FR (the United Kingdom is GB)"),
]
Span = Annotated[
    QuietHours | None,
    BeforeValidator(_hours),
    Expected("two different times of day such as 20:00-07:00"),
]
WebAddress = Annotated[
    Secret | None,
    AfterValidator(_web_address),
    Expected('a web address such as https://ping.example.org/…, "env:NAME" or "file:PATH"'),
]
