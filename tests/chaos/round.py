"""One round: a database, its replicas, the load, the harm, and the calm afterwards."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from chaos.ledger import Ledger
from chaos.load import CHANNELS, SITES, STORM, USERS, Load
from chaos.nemesis import Nemesis
from chaos.nursery import Nursery
from chaos.observer import Observer
from chaos.pbx import BadPbx
from chaos.replica import Replica
from chaos.slack import BadSlack
from chaos.slow_disks import SlowDisks, build_slow_disks
from support import postgres

from bot.adapters.mirta.simulator import KEY
from bot.clock import SystemClock
from bot.listening import open_socket
from storage import links
from storage.engine import open_engines
from storage.schema import migrate
from storage.store import Store

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-chaos",
    "SLACK_SIGNING_SECRET": "chaos-signing-secret",
    "DOOR_SECRET": "whsec_Y2hhb3MtZG9vci1zZWNyZXQtY2hhb3MtZG9vcg==",
    "PARIS_KEY": KEY,
}
CALM_SECONDS = 6.0
"""Slack goes on behaving badly for so long after the last harm was done."""
STILL_SECONDS = 2.0
"""So long nothing may change before the end is believed: longer than Slack is ever late."""
SETTINGS = """
[server]
port = {port}
[database]
url = "{database}"
[slack]
bot_token = "env:SLACK_BOT_TOKEN"
signing_secret = "env:SLACK_SIGNING_SECRET"
api_url = "http://127.0.0.1:{slack}/api/"
ops_channel = "C0OPS"
[systems.door]
vendor = "generic"
webhook_secret = "env:DOOR_SECRET"
region = "US"
"""
PBX = """
[systems.{name}]
vendor = "mirta"
url = "http://127.0.0.1:{pbx}{path}/pbx/proxyapi.php"
key = "env:PARIS_KEY"
tenant_code = "DEMO"
timezone = "Europe/Paris"
region = "FR"
poll_seconds = 1
timeout_seconds = 3
"""
ROUTE = """
[[routes]]
channel = "{channel}"
{which} = ["{name}"]
"""


@dataclass(frozen=True)
class Round:
    """One database under one load for a while. Times are seconds; ``storm`` is a number of calls.

    ``patience`` is how long each may take after the harm is over: the answers to the senders, the
    messages, and the rest of the work.
    """

    database: str
    replicas: int
    seconds: float
    alerts_per_second: float
    storm: int
    patience: float = 120.0


@dataclass(frozen=True)
class Place:
    """What the replicas of a round share."""

    folder: Path
    url: str
    ledger: Ledger
    disks: SlowDisks
    nursery: Nursery
    slack_port: int
    pbx_port: int

    def settings(self, port: int) -> str:
        """The settings file of a replica."""
        text = SETTINGS.format(port=port, database=self.url, slack=self.slack_port)
        text += PBX.format(name="paris", pbx=self.pbx_port, path="")
        text += ROUTE.format(channel="CPARIS", which="systems", name="paris")
        text += ROUTE.format(channel=STORM, which="queues", name=STORM)
        for site in SITES:
            text += PBX.format(name=site, pbx=self.pbx_port, path=f"/site/{site}")
            text += ROUTE.format(channel=STORM, which="systems", name=site)
        for queue in range(CHANNELS):
            text += ROUTE.format(channel=f"CQ{queue}", which="queues", name=f"CQ{queue}")
        return text

    def replica(self, number: int) -> Replica:
        """A replica that is not started yet."""
        port = free_port()
        file = self.folder / f"ringback-{number}.toml"
        file.write_text(self.settings(port))
        return Replica(
            number, port, self.folder, file, SECRETS, self.ledger, self.nursery, self.disks
        )


async def play(of: Round, seed: int, folder: Path) -> None:
    """One round. Whatever happens is in ``ledger.jsonl`` afterwards."""
    ledger = Ledger(folder / "ledger.jsonl")
    disks = build_slow_disks(folder)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        url, cluster = stack.enter_context(database_of(of.database, folder, disks))
        await prepare(url)
        observer = Observer(ledger, url)
        slack, pbx = BadSlack(ledger, seed), BadPbx(ledger, seed)
        for work in (slack.measure_lag(), observer.run()):
            stack.callback(asyncio.ensure_future(work).cancel)
        nursery = Nursery(disks.environment("nursery"))
        stack.push_async_callback(nursery.close)
        slack_port = await stack.enter_async_context(served(slack))
        pbx_port = await stack.enter_async_context(served(pbx))
        place = Place(folder, url, ledger, disks, nursery, slack_port, pbx_port)
        replicas = [place.replica(number) for number in range(of.replicas)]
        stack.push_async_callback(_end, replicas)
        load = Load(
            ledger,
            seed,
            replicas,
            pbx,
            SECRETS["DOOR_SECRET"],
            SECRETS["SLACK_SIGNING_SECRET"],
            f"http://127.0.0.1:{slack_port}",
            of.alerts_per_second,
            of.storm,
        )
        stack.push_async_callback(load.close)
        nemesis = Nemesis(ledger, seed, replicas, slack, disks, cluster, postgres.find_programs())
        await asyncio.gather(*(replica.start() for replica in replicas))
        await asyncio.gather(load.run(of.seconds), nemesis.run(of.seconds))
        await _come_to_rest(of, load, slack, pbx, observer)


async def _come_to_rest(
    of: Round, load: Load, slack: BadSlack, pbx: BadPbx, observer: Observer
) -> None:
    async with asyncio.timeout(of.patience):
        await load.finish()
    await asyncio.sleep(CALM_SECONDS)
    (load.replicas[0].folder / "calm").touch()
    slack.ledger.note("ticks_end")
    slack.calm = pbx.calm = True
    # A call in a history, or a system that fails, is stored nowhere before somebody has looked.
    with suppress(TimeoutError):  # the checker says what is missing
        async with asyncio.timeout(of.patience):
            await slack.ledger.all_seen.wait()
    async with asyncio.timeout(of.patience):
        await _until_done(slack, observer)
    await observer.note_stored()


async def _until_done(slack: BadSlack, observer: Observer) -> None:
    """Until the database has nothing left to do, and nothing comes for a while all the same."""
    began = slack.ledger.now()
    while True:
        quiet = slack.ledger.now() - max(slack.last_change, began)
        if quiet > STILL_SECONDS and await observer.count_waiting() == 0:
            return
        await asyncio.sleep(0.3)


async def _end(replicas: list[Replica]) -> None:
    await asyncio.gather(*(replica.end() for replica in replicas))


@contextmanager
def database_of(which: str, folder: Path, disks: SlowDisks) -> Iterator[tuple[str, Path | None]]:
    """A new database's URL, and where its server is, if it has one."""
    if which == "sqlite":
        yield f"sqlite:///{folder}/ringback.db", None
        return
    programs = postgres.find_programs()
    assert programs is not None
    os.environ |= disks.environment("database")  # the server's, and its restarts'
    with postgres.running(programs) as cluster:
        yield cluster.create("chaos"), cluster.folder


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    """Serve an application on a free port; gives the port."""
    with open_socket() as listening:
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, backlog=512)
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        try:
            yield listening.getsockname()[1]
        finally:
            server.force_exit = True
            await server.shutdown(sockets=[listening])


async def prepare(url: str) -> None:
    """All tables, and a line for everybody."""
    engines = open_engines(url, serving=False)
    await asyncio.to_thread(migrate, engines)
    store = Store(engines)
    now = SystemClock().now()
    await asyncio.gather(
        *(
            store.write(links.put_link, f"U{n:04d}", "paris", str(200 + n), "active", now, "chaos")
            for n in range(1, USERS + 1)
        )
    )
    await store.close()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
