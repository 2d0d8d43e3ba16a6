"""What bad input gets: one real process on SQLite, and clients that mean it no good."""

# ruff: noqa: S311 - dice that a seed decides, not secrets

import asyncio
import logging
import random
import resource
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
from chaos.ledger import Ledger
from chaos.nursery import Nursery
from chaos.replica import Replica
from chaos.round import SECRETS, SETTINGS, free_port, served
from chaos.slack import BadSlack
from chaos.slow_disks import SlowDisks
from chaos.target import ANNEX_SECRET, CHANNELS, Forger, Target
from chaos.verdict import Verdict
from starlette.applications import Starlette

from bot.adapters.generic.sender import SignedPost
from bot.clock import SystemClock
from bot.settings import SystemSettings
from webhooks.bodies import LARGEST_BODY
from webhooks.phone import PhoneDoor

ANNEX = """
[systems.annex]
vendor = "generic"
webhook_secret = "env:ANNEX_SECRET"
region = "US"
[[routes]]
channel = "CFLOOD"
systems = ["door"]
"""
SPARE_FILES = 600
OVER_THE_WIRE = 500
FLOODERS = 16
HONEST_MS = 1000.0
"""What honest clients may wait at most while others do their worst, on a busy machine as well."""
SHOWN_SECONDS = 5.0
READY_SECONDS = 4.0


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    connections: int
    mutations: int
    flood_seconds: float


ATTACKS = {"quick": Size(2_000, 10_000, 2.0), "long": Size(10_000, 1_000_000, 30.0)}


async def attack(size: Size, seed: int, folder: Path) -> list[Verdict]:
    """All of it, one after the other."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    ledger = Ledger(folder / "ledger.jsonl")
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        slack = BadSlack(ledger, seed, calm=True)
        slack_port = await stack.enter_async_context(served(slack))
        port, file = free_port(), folder / "ringback.toml"
        url = f"sqlite:///{folder}/ringback.db"
        text = SETTINGS.format(port=port, database=url, slack=slack_port) + ANNEX
        for number in range(CHANNELS):
            text += f'[[routes]]\nchannel = "CA{number}"\nqueues = ["CA{number}"]\n'
        file.write_text(text)
        secrets = SECRETS | {"ANNEX_SECRET": ANNEX_SECRET}
        disks, nursery = SlowDisks(folder, None), Nursery({})
        replica = Replica(0, port, folder, file, secrets, ledger, nursery, disks)
        stack.push_async_callback(replica.end)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        )
        await replica.start()
        target = Target(replica, slack, folder, http, random.Random(f"{seed}hostile"))
        connections = min(size.connections, most - SPARE_FILES)
        return [
            await large_bodies(target),
            await one_id(target),
            await mutations(target, size.mutations),
            await flood(target, size.flood_seconds),
            await full_disk(target),
            await idle_connections(target, connections),
        ]


async def large_bodies(target: Target) -> Verdict:
    """A declared size is answered before any of it comes, an undeclared one at the limit."""
    declared = b"POST /phone/door HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n"
    chunked = b"POST /phone/door HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    enough = chunk * (LARGEST_BODY // 0x10000 + 1)
    got = [await _asked(target, declared), await _asked(target, chunked + enough)]
    figures = f"10 MB declared: {got[0]} before any of it; undeclared: {got[1]} after the first MB"
    return Verdict("Large bodies", figures, got == [413, 413])


async def _asked(target: Target, sent: bytes) -> int:
    """The status that comes while the rest is held back; 0 for none within some seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target.replica.port)
    try:
        writer.write(sent)
        async with asyncio.timeout(5):
            line = await reader.readline()
        return int(line.split()[1])
    except (TimeoutError, OSError, IndexError):
        return 0
    finally:
        writer.close()


async def one_id(target: Target) -> Verdict:
    """Fifty clients send the same at once."""
    _, post = target.missed(target.door, "a0")
    answers = Counter(await asyncio.gather(*(target.post("door", post) for _ in range(50))))
    rows = target.rows(post.headers["webhook-id"])
    figures = f"50 clients, {rows} row, answers {[(*one, n) for one, n in answers.items()]}"
    fine = rows == 1 and len(answers) == 1 and next(iter(answers))[0] == 202
    return Verdict("One id at once", figures, fine)


async def mutations(target: Target, count: int) -> Verdict:
    """Changed signatures: some over the wire, the rest at the door itself."""
    forger, statuses = Forger(target.door, target.dice), Counter[int]()
    for _ in range(min(count, OVER_THE_WIRE)):
        statuses[await _status_of(target, forger.forge())] += 1
    door = _door_of_its_own()
    logging.disable(logging.WARNING)
    for _ in range(count - OVER_THE_WIRE):
        statuses[await _at_the_door(door, forger.forge())] += 1
    logging.disable(logging.NOTSET)
    accepted = sum(n for status, n in statuses.items() if 0 < status < 400)
    failed = sum(n for status, n in statuses.items() if status >= 500)
    figures = (
        f"{count} changed signatures, {accepted} accepted, {failed} answered 5xx, "
        f"{statuses[0]} not answered twice"
    )
    return Verdict("G14 signatures", figures, not accepted and not failed and not statuses[0])


async def _status_of(target: Target, post: SignedPost) -> int:
    """The status of the answer; a post without one is sent once more. 0 for none again."""
    status, _ = await target.post("door", post)
    return status or (await target.post("door", post))[0]


def _door_of_its_own() -> PhoneDoor:
    """Behind it is a store that takes everything: whatever passes the check is answered 202."""

    class Store:
        async def write_item(self, *args: object) -> None:
            pass

    system = SystemSettings(vendor="generic", webhook_secret=SECRETS["DOOR_SECRET"])
    runtime: Any = SimpleNamespace(
        settings=SimpleNamespace(systems={"door": system}),
        systems={"door": SimpleNamespace(parse=True)},
        store=Store(),
        clock=SystemClock(),
    )
    return PhoneDoor(runtime, Starlette())


async def _at_the_door(door: PhoneDoor, post: SignedPost) -> int:
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": post.body}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    headers = [(name.encode(), value.encode()) for name, value in post.headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/phone/door", "query_string": b""}
    await door(scope | {"headers": headers, "client": ("127.0.0.1", 1)}, receive, send)
    return statuses[0]


async def flood(target: Target, seconds: float) -> Verdict:
    """As many posts of one system as it takes; the other's are answered and shown as before."""
    before = await target.honest(seconds / 2)
    calm = await target.wait_shown(before.names, 60)
    stop, taken = asyncio.Event(), Counter[int]()

    async def pour() -> None:
        while not stop.is_set():
            _, post = target.missed(target.door, "flooded")
            taken[(await target.post("door", post))[0]] += 1

    pouring = [asyncio.ensure_future(pour()) for _ in range(FLOODERS)]
    during = await target.honest(seconds)
    seen = await target.wait_shown(during.names, 60)
    stop.set()
    await asyncio.gather(*pouring)
    fine = set(during.statuses) == {202} and seen < SHOWN_SECONDS and 0 not in taken
    figures = (
        f"{taken.total() / seconds:.0f} posts a second of one system; another's were answered in "
        f"{before.middle:.0f} ms before, {during.middle:.0f} ms meanwhile ({during.worst:.0f} at "
        f"most), and all were in Slack {calm:.1f} s after the last before, {seen:.1f} s meanwhile"
    )
    return Verdict("G19 flood on one system", figures, fine and during.worst < HONEST_MS)


async def full_disk(target: Target) -> Verdict:
    """503 and not ready while there is no room; everything as before when there is."""
    filling = asyncio.ensure_future(target.replica.fill_disk(READY_SECONDS))
    await asyncio.sleep(0.2)
    refused = await target.honest(READY_SECONDS / 2)
    red = await target.wait_ready(503, READY_SECONDS)
    await filling
    green = await target.wait_ready(200, READY_SECONDS)
    after = await target.honest(1.0)
    seen = await target.wait_shown(after.names, 60)
    figures = (
        f"{refused.statuses[503]} posts told to come again, not ready after {red:.1f} s; with room "
        f"again ready after {green:.1f} s, {after.statuses[202]} of {len(after.names)} taken and "
        f"shown {seen:.1f} s later"
    )
    fine = set(refused.statuses) <= {202, 503} and refused.statuses[503] > 0
    fine &= set(after.statuses) == {202} and seen < SHOWN_SECONDS
    return Verdict("Disk full", figures, fine and max(red, green) < READY_SECONDS)


async def idle_connections(target: Target, count: int) -> Verdict:
    """Half say nothing, half begin a request and say no more; honest posts are answered."""
    before, opened = target.memory_mb(), []
    began = b"POST /phone/door HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    for number in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", target.replica.port)
        opened.append((reader, writer))
        if number % 2:
            writer.write(began)
    honest = await target.honest(1.5)
    still = sum(not reader.at_eof() for reader, _ in opened)
    grown = target.memory_mb() - before
    for _, writer in opened:
        writer.close()
    fine = set(honest.statuses) == {202} and honest.worst < HONEST_MS and still > count * 0.4
    figures = (
        f"{count} connections, {still} of them still open; {len(honest.names)} honest posts "
        f"answered {dict(honest.statuses)} in {honest.middle:.0f} ms, {honest.worst:.0f} at most; "
        f"{grown:.0f} MB more"
    )
    return Verdict("Idle connections", figures, fine)
