"""``ringback replay``: take up again what could not be read the first time."""

import asyncio
from typing import Annotated

import typer

from bot.cli.ending import CONFIG, Config, database_errors, load_settings, require_file, stop
from bot.clock import SystemClock
from bot.runtime import open_runtime
from bot.settings import Settings
from storage.receipts import replay_failed


def replay(
    failed: Annotated[bool, typer.Option("--failed", help="The events that failed.")] = False,
    system: Annotated[str | None, typer.Option(help="Only those of this phone system.")] = None,
    config: Config = CONFIG,
) -> None:
    """Put failed events back in line. A running server takes them up at once."""
    if not failed:
        stop("Say what to replay: `ringback replay --failed`.")
    settings = load_settings(config)
    if system is not None and system not in settings.systems:
        stop(f"There is no phone system {system} in {config}.")
    require_file(settings.database.url.get_secret_value())
    with database_errors():
        count = asyncio.run(_replay(settings, system))
    typer.echo(f"{count} {'event is' if count == 1 else 'events are'} back in line.")


async def _replay(settings: Settings, system: str | None) -> int:
    async with open_runtime(settings, SystemClock(), serving=False) as runtime:
        return await runtime.store.write(replay_failed, system)
