"""Processes on one PostgreSQL, each with the leases that it has."""

from bot.adapters import SETTINGS_MODELS
from bot.clock import SteadyClock, SystemClock
from bot.leaseholder import INTAKE, Leaseholder, poller_lease
from bot.settings import Settings
from bot.settings_file import parse_settings
from storage import leases
from storage.store import Store

LONG = 60.0


def settings_of(url: str) -> Settings:
    """One system that only posts, and a Slack that cannot be reached."""
    raw = {
        "database": {"url": url},
        "slack": {
            "bot_token": "xoxb-made-up",
            "signing_secret": "made-up",
            "ops_channel": "C0OPS",
            "api_url": "http://127.0.0.1:9/api/",
        },
        "systems": {
            "paris": {
                "vendor": "generic",
                "webhook_signature": "shared_secret",
                "webhook_secret": "a-made-up-secret",
            }
        },
    }
    return parse_settings(raw, None, SETTINGS_MODELS, {})


def holder(store: Store, seconds: float = LONG) -> Leaseholder:
    wanted = (INTAKE, poller_lease("paris"))
    return Leaseholder(store, SteadyClock(SystemClock()), wanted, seconds)


async def lapse(store: Store, held: Leaseholder) -> None:
    """Its lease is over, and it has not noticed: it slept."""
    await store.write(leases.release, held.process)
