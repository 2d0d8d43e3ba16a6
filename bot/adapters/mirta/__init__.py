"""MiRTA PBX through ``proxyapi.php``; PBXCloud is one brand of it."""

from typing import Final

import httpx

from bot.adapters.mirta.client import MirtaClient
from bot.adapters.mirta.events import CallEvents
from bot.adapters.mirta.feed import CallFeed
from bot.adapters.mirta.operations import OPERATIONS
from bot.adapters.mirta.parts import Calls, Extensions, LicenceTerm, Mailboxes, Queues
from bot.adapters.mirta.settings import MirtaSettings
from bot.adapters.transport import Transport
from bot.adapters.vendor import Vendor
from bot.clock import Clock
from bot.telephony.system import PhoneSystem

TITLE: Final = "MiRTA PBX"


def build(key: str, settings: MirtaSettings, http: httpx.AsyncClient, clock: Clock) -> PhoneSystem:
    """One tenant of a MiRTA PBX."""
    client = MirtaClient(settings, Transport(key, http))
    calls, queues = Calls(client, settings.zone), Queues(client)
    mailboxes = Mailboxes(client, settings.zone)

    async def probe() -> str:
        count = len(await client.list_queues())
        return f"{count} queue{'' if count == 1 else 's'}"

    return PhoneSystem(
        key=key,
        vendor="mirta",
        title=TITLE,
        probe=probe,
        client=client,
        agents=queues,
        call_count=calls,
        call_log=calls,
        calls=calls,
        directory=mailboxes,
        feed=CallFeed(client, settings.zone, clock),
        hang_up=calls,
        licence=LicenceTerm(client, settings.zone, clock),
        mailboxes=mailboxes,
        membership=queues,
        parse=CallEvents(settings.zone),
        pausing=queues,
        presence=Extensions(client),
        queues=queues,
        recordings=calls,
        unannounced_mailboxes=mailboxes if settings.counted_mailboxes else None,
        voicemail=mailboxes,
    )


VENDOR: Final = Vendor(title=TITLE, settings=MirtaSettings, build=build, operations=OPERATIONS)
