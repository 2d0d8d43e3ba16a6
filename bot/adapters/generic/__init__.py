"""Any phone system that can post JSON or a form: our own call-event format, see README.md."""

from typing import Final

import httpx

from bot.adapters.generic.events import parse
from bot.adapters.generic.settings import GenericSettings
from bot.adapters.vendor import Vendor
from bot.clock import Clock
from bot.telephony.system import PhoneSystem

TITLE: Final = "generic webhook"


async def _probe() -> str:
    return "only posts to us; there is nothing to ask"


def build(
    key: str, settings: GenericSettings, http: httpx.AsyncClient, clock: Clock
) -> PhoneSystem:
    """Build a system that is only listened to: it has no outgoing part at all."""
    return PhoneSystem(
        key=key, vendor=settings.vendor, title=TITLE, probe=_probe, client=None, parse=parse
    )


VENDOR: Final = Vendor(title=TITLE, settings=GenericSettings, build=build, operations={})
