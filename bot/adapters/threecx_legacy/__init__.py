"""3CX Phone System V9 and V10: places calls and sets switches of extensions, no more."""

from typing import Final

import httpx

from bot.adapters.threecx_legacy.client import ThreeCxLegacyClient
from bot.adapters.threecx_legacy.operations import OPERATIONS
from bot.adapters.threecx_legacy.parts import Calls, Switches
from bot.adapters.threecx_legacy.settings import ThreeCxLegacySettings
from bot.adapters.transport import Transport
from bot.adapters.vendor import Vendor
from bot.clock import Clock
from bot.telephony.system import PhoneSystem

TITLE: Final = "3CX V9/V10"


def build(
    key: str, settings: ThreeCxLegacySettings, http: httpx.AsyncClient, clock: Clock
) -> PhoneSystem:
    """The parts of one installation. Switches need the management console's password."""
    client = ThreeCxLegacyClient(Transport(key, http), settings)
    return PhoneSystem(
        key=key,
        vendor="threecx_legacy",
        title=TITLE,
        probe=client.probe,
        client=client,
        calls=Calls(client),
        extension_switches=Switches(client) if settings.console_password else None,
    )


VENDOR: Final = Vendor(
    title=TITLE, settings=ThreeCxLegacySettings, build=build, operations=OPERATIONS
)
