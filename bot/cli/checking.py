"""``ringback check``: is the settings file right, and does everything in it answer?"""

import asyncio
from collections.abc import Awaitable, Callable

import typer
from rich.console import Console

from bot.cli.ending import CONFIG, REFUSED, Config, database_errors, load_settings
from bot.clock import Clock, SystemClock
from bot.runtime import Runtime, open_runtime
from bot.settings import Settings
from bot.slack.outcomes import REQUEST_ERRORS
from bot.telephony.errors import PhoneSystemError

console = Console(highlight=False)


def check(config: Config = CONFIG) -> None:
    """Read the settings, then ask each phone system and Slack something harmless."""
    settings = load_settings(config)
    console.print(f"{config}: no mistakes", markup=False)
    with database_errors():
        good = asyncio.run(_check(settings))
    if not good:
        raise typer.Exit(REFUSED)


async def _check(settings: Settings) -> bool:
    clock = SystemClock()
    async with open_runtime(settings, clock, serving=False) as runtime:
        checks: dict[str, Callable[[], Awaitable[str]]] = {"slack": lambda: _slack(runtime)}
        for key, system in runtime.systems.items():
            checks[f"{key} ({system.title})"] = system.probe
        results = await asyncio.gather(*(_try(clock, *item) for item in checks.items()))
    return all(results)


async def _try(clock: Clock, name: str, probe: Callable[[], Awaitable[str]]) -> bool:
    started = clock.monotonic()
    try:
        word, told = "ok", await probe()
    except PhoneSystemError as error:
        word, told = "FAILED", str(error)
    seconds = clock.monotonic() - started
    console.print(f"{name}: {word} in {seconds:.2f} s: {told}", markup=False, soft_wrap=True)
    return word == "ok"


async def _slack(runtime: Runtime) -> str:
    try:
        answer = await runtime.client.auth_test()
        await runtime.client.conversations_info(channel=runtime.settings.slack.ops_channel)
    except REQUEST_ERRORS as error:
        data = getattr(getattr(error, "response", None), "data", None)
        reason = data.get("error") if isinstance(data, dict) else type(error).__name__
        raise PhoneSystemError(f"Slack says {reason}.") from None
    return f"{answer['user']} in {answer['team']}"
