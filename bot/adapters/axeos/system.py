"""Builds one Axeos PBX out of its parts."""

from functools import partial

import httpx

from bot.adapters.axeos.calls import AxeosCalls
from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.events import EventParser
from bot.adapters.axeos.extensions import AxeosExtensions
from bot.adapters.axeos.feed import AxeosFeed
from bot.adapters.axeos.mailboxes import AxeosMailboxes
from bot.adapters.axeos.queues import AxeosQueues
from bot.adapters.axeos.settings import AxeosSettings
from bot.adapters.axeos.switches import AxeosSwitches
from bot.clock import Clock
from bot.telephony.system import PhoneSystem

TITLE = "Axeos PBX"


def build(key: str, settings: AxeosSettings, http: httpx.AsyncClient, clock: Clock) -> PhoneSystem:
    """One PBX. Asks nothing yet, and needs no clock: its events carry their times."""
    client = AxeosClient(key, settings, http)
    calls = AxeosCalls(client, settings)
    extensions = AxeosExtensions(client, settings)
    queues = AxeosQueues(client, settings)
    return PhoneSystem(
        key=key,
        vendor="axeos",
        title=TITLE,
        probe=partial(_probe, client),
        client=client,
        agents=queues,
        calls=calls,
        dnd=extensions,
        feed=AxeosFeed(client),
        forwarding=extensions,
        hang_up=calls,
        mailboxes=AxeosMailboxes(client),
        parse=EventParser(settings.zone, settings.extension_of),
        presence=extensions,
        queues=queues,
        switches=AxeosSwitches(client),
    )


async def _probe(client: AxeosClient) -> str:
    """The users are asked for, since every version lets every account do that."""
    users = await client.list_users()
    return f"{len(users)} user" if len(users) == 1 else f"{len(users)} users"
