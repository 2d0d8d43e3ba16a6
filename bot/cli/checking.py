"""``ringback check``: is the settings file right, and does everything in it answer?"""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterator
from itertools import combinations

import httpx
import typer
from rich.console import Console
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.cli.api_answers import printable
from bot.cli.ending import CONFIG, REFUSED, Config, load_settings
from bot.clock import Clock, SystemClock
from bot.http_clients import make_http
from bot.listening import CannotListen, open_socket
from bot.runtime import MakeHttp, open_outside
from bot.settings import ServerSettings, Settings, SystemSettings
from bot.settings_values import is_public
from bot.slack.manifest import SCOPES
from bot.slack.outcomes import REQUEST_ERRORS, in_words
from bot.telephony.errors import PhoneSystemError
from storage.engine import DatabaseUnusable, read_url
from storage.schema import describe
from webhooks.health import HEALTHY

TENANTS = ("tenant_code", "customer_id")
"""What tells apart whom an adapter asks for, where several are in one place."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound to it
HEALTH_SECONDS = 2.0

console = Console(highlight=False, emoji=False)


def check(config: Config = CONFIG) -> None:
    """Read the settings, and try everything that is in them.

    Each phone system, Slack and the database are asked something harmless, and it is seen whether
    the address can be listened on.
    """
    settings = load_settings(config)
    console.print(f"{config}: no mistakes", markup=False)
    if not asyncio.run(ask_all(settings)):
        raise typer.Exit(REFUSED)


async def ask_all(settings: Settings, http: MakeHttp = make_http) -> bool:
    """Ask everything at once, and print a line for each; false if one says no."""
    clock = SystemClock()
    async with open_outside(settings, clock, http=http) as outside:
        checks: dict[str, Callable[[], Awaitable[str]]] = {
            "server": lambda: _server(settings.server),
            _database_name(settings): lambda: _database(settings),
            "slack": lambda: _slack(outside.client, settings),
        }
        for key, system in outside.systems.items():
            checks[f"{key} ({system.title})"] = system.probe
        results = await asyncio.gather(*(_try(clock, *item) for item in checks.items()))
    for line in (*_addresses(settings), *doubles(settings)):
        console.print(line, markup=False, soft_wrap=True)
    return all(results)


def doubles(settings: Settings) -> Iterator[str]:
    """A warning for every two systems that are asked in one place. Somebody may mean it."""
    places = {key: _place(system) for key, system in settings.systems.items()}
    for (first, one), (second, other) in combinations(places.items(), 2):
        if one is not None and one == other:
            names = f"{first} and {second}"
            yield f"warning: {names} look like one phone system: what it tells is shown twice"


def _place(system: SystemSettings) -> tuple[object, ...] | None:
    """Where it is asked, and as whose; ``None`` for one that only posts."""
    address = getattr(system, "api_url", None) or getattr(system, "url", None)
    if address is None:
        return None
    host, _, path = str(address).partition("://")[2].partition("/")
    tenant = (getattr(system, name, None) for name in TENANTS)
    return (system.vendor, host.lower(), path.rstrip("/"), *tenant)


def _addresses(settings: Settings) -> Iterator[str]:
    """Where Slack and whoever else posts is to post to, as far as the settings say it."""
    if settings.server.public_url is None:
        return
    base = str(settings.server.public_url).rstrip("/")
    yield f"slack posts to {base}/slack/events"
    for key, system in settings.systems.items():
        if system.webhook_secret:
            yield f"{key} posts to {base}/phone/{key}"
    host = settings.server.public_url.host or ""
    if not is_public(host):
        told = "let server.public_url be the address that the internet knows"
        yield f"warning: Slack cannot reach {host}: {told}"
    elif settings.server.public_url.scheme != "https":
        yield "warning: Slack posts to https alone, and server.public_url has http"


async def _try(clock: Clock, name: str, probe: Callable[[], Awaitable[str]]) -> bool:
    started = clock.monotonic()
    try:
        word, told = "ok", await probe()
    except (CannotListen, PhoneSystemError, DatabaseUnusable) as error:
        word, told = "FAILED", str(error)
    seconds = clock.monotonic() - started
    line = printable(f"{name}: {word} in {seconds:.2f} s: {told}")
    console.print(line, markup=False, soft_wrap=True)
    return word == "ok"


async def _server(server: ServerSettings) -> str:
    """Whether it could be listened there, or Ringback itself does. Raises ``CannotListen``."""
    try:
        open_socket(server.host, server.port).close()
    except CannotListen as error:
        if error.errno != errno.EADDRINUSE or not await _is_ringback(server):
            raise
        return f"Ringback runs on {server.host} port {server.port}"
    return f"{server.host} port {server.port} is free"


async def _is_ringback(server: ServerSettings) -> bool:
    host = EVERYWHERE.get(server.host, server.host)
    address = httpx.URL(scheme="http", host=host, port=server.port, path="/healthz")
    try:
        async with asyncio.timeout(HEALTH_SECONDS), httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(address)).text == HEALTHY
    except (TimeoutError, httpx.HTTPError):
        return False


def _database_name(settings: Settings) -> str:
    """A file by its whole path: it may be relative to wherever this was started."""
    url = settings.database.url.get_secret_value()
    return f"database ({read_url(url).database})" if url.startswith("sqlite") else "database"


async def _database(settings: Settings) -> str:
    return await asyncio.to_thread(describe, settings.database.url.get_secret_value())


async def _slack(client: AsyncWebClient, settings: Settings) -> str:
    """Whether the token is good, may do what we do, and the bot is where it is to post."""
    answer = await _asked("auth.test", client.auth_test())
    wrong = [f"the scope {scope} is missing" for scope in _missing_scopes(answer, settings)]
    channels = dict.fromkeys((settings.slack.ops_channel, *(r.channel for r in settings.routes)))
    admins = dict.fromkeys(settings.slack.admins)
    found = await asyncio.gather(
        *(_channel(client, channel) for channel in channels),
        *(_admin(client, admin) for admin in admins),
    )
    wrong += filter(None, found)
    if wrong:
        raise PhoneSystemError(f"{'; '.join(wrong)}.")
    count = len(channels)
    where = "1 channel" if count == 1 else f"{count} channels"
    return f"{answer['user']} in {answer['team']}, {where} ready"


async def _channel(client: AsyncWebClient, channel: str) -> str:
    """What is wrong with ``channel``, or nothing."""
    try:
        told = await _asked(channel, client.conversations_info(channel=channel))
    except PhoneSystemError as error:
        return str(error).removesuffix(".")
    if told["channel"].get("is_archived"):
        return f"{channel} is archived"
    if told["channel"].get("is_member") is False:
        return f"the bot is not in {channel}: /invite it there"
    return ""


async def _admin(client: AsyncWebClient, admin: str) -> str:
    """What is wrong with ``admin``, or nothing."""
    try:
        await _asked(f"the admin {admin}", client.users_info(user=admin))
    except PhoneSystemError as error:
        return str(error).removesuffix(".")
    return ""


async def _asked(what: str, answer: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        return await answer
    except REQUEST_ERRORS as error:
        raise PhoneSystemError(f"{what}: {in_words(error)}.") from None


def _missing_scopes(answer: AsyncSlackResponse, settings: Settings) -> list[str]:
    """Slack names the token's scopes beside every answer; stand-ins may not."""
    granted = answer.headers.get("x-oauth-scopes")
    if not granted:
        return []
    wanted = {s for s in SCOPES if settings.slack.history or not s.endswith(":history")}
    return sorted(wanted - {scope.strip() for scope in granted.split(",")})
