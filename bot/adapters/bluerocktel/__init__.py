"""BlueRockTEL: a reseller's inventory of 3CX hosts and licences, call logs and audits."""

from typing import Final

import httpx

from bot.adapters.bluerocktel.client import BlueRockTelClient
from bot.adapters.bluerocktel.events import CallLogFeed, CallLogParser
from bot.adapters.bluerocktel.operations import OPERATIONS
from bot.adapters.bluerocktel.parts import AuditTrail, HostInventory
from bot.adapters.bluerocktel.settings import BlueRockTelSettings
from bot.adapters.transport import Transport
from bot.adapters.vendor import Vendor
from bot.clock import Clock
from bot.telephony.system import PhoneSystem

TITLE: Final = "BlueRockTEL"


def build(
    key: str, settings: BlueRockTelSettings, http: httpx.AsyncClient, clock: Clock
) -> PhoneSystem:
    """The parts of one BlueRockTEL instance. Call logs are watched only where settings say so."""
    client = BlueRockTelClient(Transport(key, http), settings)
    hosts = HostInventory(client, settings.customer_id)
    watched = settings.call_logs
    return PhoneSystem(
        key=key,
        vendor="bluerocktel",
        title=TITLE,
        probe=hosts.probe,
        client=client,
        audits=AuditTrail(client, settings.zone),
        hosts=hosts,
        feed=CallLogFeed(client) if watched else None,
        parse=CallLogParser(settings.zone) if watched else None,
    )


VENDOR: Final = Vendor(
    title=TITLE, settings=BlueRockTelSettings, build=build, operations=OPERATIONS
)
