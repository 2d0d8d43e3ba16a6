"""A 3CX with the 3cx.ru REST API (``/webapi/...``) and, where bought, its webhook module."""

from typing import Final

import httpx

from bot.adapters.threecx_ru.client import ThreeCxRuClient
from bot.adapters.threecx_ru.connection import Connection
from bot.adapters.threecx_ru.events import make_parse
from bot.adapters.threecx_ru.feed import CallsFeed
from bot.adapters.threecx_ru.operations import OPERATIONS
from bot.adapters.threecx_ru.parts import Calls, Contacts, Extensions, Licences, Queues
from bot.adapters.threecx_ru.settings import ThreeCxRuSettings
from bot.adapters.transport import Transport
from bot.adapters.vendor import Vendor
from bot.clock import Clock
from bot.telephony.system import PhoneSystem

TITLE: Final = "3CX with the 3cx.ru REST API"


def build(
    key: str, settings: ThreeCxRuSettings, http: httpx.AsyncClient, clock: Clock
) -> PhoneSystem:
    """Build the system. It has no pause, hang-up, DND, voicemail and recordings."""
    client = ThreeCxRuClient(Connection(settings, Transport(key, http)))
    calls = Calls(client, settings)
    queues = Queues(client, settings, key, clock)
    extensions = Extensions(client, settings)

    async def probe() -> str:
        count = len(await client.list_queues())
        return f"{count} queue{'' if count == 1 else 's'}"

    return PhoneSystem(
        key=key,
        vendor=settings.vendor,
        title=TITLE,
        probe=probe,
        client=client,
        active_calls=calls,
        agents=queues,
        call_count=calls,
        calls=calls,
        contacts=Contacts(client, settings),
        directory=extensions,
        extension_switches=extensions,
        feed=CallsFeed(client, settings, clock) if settings.events == "poll" else None,
        licence=Licences(client, key),
        membership=queues,
        parse=make_parse(settings.event_names),
        presence=extensions,
        profiles=extensions,
        queues=queues,
    )


VENDOR: Final = Vendor(title=TITLE, settings=ThreeCxRuSettings, build=build, operations=OPERATIONS)
