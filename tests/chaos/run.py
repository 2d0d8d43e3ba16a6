"""``make chaos``: real processes, a bad Slack, a bad phone system, a nemesis; then the verdict.

``python -m chaos.run [--size quick|long] [--seed N] [--database sqlite|postgres|both]``
"""

# ruff: noqa: T201 - what it is for is to print

import argparse
import asyncio
import random
import shutil
import socket
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from chaos.checker import check
from chaos.ledger import Ledger, read
from chaos.load import CHANNELS, USERS, Load
from chaos.nemesis import Nemesis
from chaos.pbx import BadPbx
from chaos.replica import Replica
from chaos.slack import BadSlack
from support import postgres

from bot.adapters.mirta.simulator import KEY
from bot.clock import SystemClock
from bot.demo.servers import listen
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
CALM_SECONDS = 5.0
"""Slack goes on behaving badly for so long after the last harm was done."""
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
[systems.paris]
vendor = "mirta"
url = "http://127.0.0.1:{pbx}/pbx/proxyapi.php"
key = "env:PARIS_KEY"
tenant_code = "DEMO"
timezone = "Europe/Paris"
region = "FR"
poll_seconds = 1
timeout_seconds = 3
[systems.door]
vendor = "generic"
webhook_secret = "env:DOOR_SECRET"
region = "US"
[[routes]]
channel = "paris"
systems = ["paris"]
"""


@dataclass(frozen=True)
class Round:
    """One database under one load for a while. Times are seconds."""

    database: str
    replicas: int
    seconds: float
    alerts_per_second: float
    patience: float = 90.0


def rounds(size: str, database: str, seconds: float | None) -> list[Round]:
    """What is run: about a minute, or about a quarter of an hour, or so many seconds of load."""
    seconds = seconds or {"quick": 18.0, "long": 360.0}[size]
    each = [
        Round("sqlite", 1, seconds, 14.0),
        Round("postgres", 2 if size == "quick" else 3, seconds, 14.0),
    ]
    return [one for one in each if database in ("both", one.database)]


@contextmanager
def database_of(which: str, folder: Path):
    """A new database's URL, and where its server is, if it has one."""
    programs = postgres.find_programs()
    if which == "sqlite":
        yield f"sqlite:///{folder}/ringback.db", None, None
    elif programs is None:
        yield None, None, None
    else:
        with postgres.running(programs) as cluster:
            yield cluster.create("chaos"), cluster.folder, programs


@asynccontextmanager
async def served(app):
    """Serve an application on a free port; gives the port."""
    with listen() as listening:
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
    for number in range(1, USERS + 1):
        await store.write(
            links.put_link, f"U{number:04d}", "paris", str(200 + number), "active", now, "chaos"
        )
    await store.close()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def play(of: Round, seed: int, folder: Path) -> bool:
    """One round; prints its verdicts and says whether all hold."""
    with database_of(of.database, folder) as (url, cluster, programs):
        if url is None:
            print(f"not run on PostgreSQL: {postgres.ABSENT}")
            return True
        ledger = Ledger(folder / "ledger.jsonl")
        await prepare(url)
        async with AsyncExitStack() as stack:
            slack, pbx = BadSlack(ledger, seed), BadPbx(ledger, seed)
            lag = asyncio.ensure_future(slack.measure_lag())
            stack.callback(lag.cancel)
            slack_port = await stack.enter_async_context(served(slack))
            pbx_port = await stack.enter_async_context(served(pbx))
            replicas = []
            for number in range(of.replicas):
                port = free_port()
                file = folder / f"ringback-{number}.toml"
                text = SETTINGS.format(port=port, database=url, slack=slack_port, pbx=pbx_port)
                for queue in range(CHANNELS):
                    text += f'[[routes]]\nchannel = "q{queue}"\nqueues = ["q{queue}"]\n'
                file.write_text(text)
                replicas.append(Replica(number, port, folder, file, SECRETS, ledger))
            load = Load(
                ledger,
                seed,
                replicas,
                pbx,
                SECRETS["DOOR_SECRET"],
                SECRETS["SLACK_SIGNING_SECRET"],
                f"http://127.0.0.1:{slack_port}",
                of.alerts_per_second,
            )
            nemesis = Nemesis(ledger, seed, replicas, slack, cluster, programs)
            try:
                await _round(of, slack, pbx, replicas, load, nemesis)
            finally:
                await load.close()
                for replica in replicas:
                    await replica.end()
        ledger.close()
    verdicts = check(read(ledger.path))
    for verdict in verdicts:
        print(verdict, flush=True)
    return all(verdict.holds for verdict in verdicts)


async def _round(
    of: Round,
    slack: BadSlack,
    pbx: BadPbx,
    replicas: list[Replica],
    load: Load,
    nemesis: Nemesis,
) -> None:
    await asyncio.gather(*(replica.start() for replica in replicas))
    await asyncio.gather(load.run(of.seconds), nemesis.run(of.seconds))
    (replicas[0].folder / "calm").touch()
    async with asyncio.timeout(of.patience):
        await load.finish()
    await asyncio.sleep(CALM_SECONDS)
    slack.calm = pbx.calm = True
    slack.ledger.note("calm")
    await _quiet(slack, of.patience)


async def _quiet(slack: BadSlack, patience: float) -> None:
    """Until nothing has changed for longer than a quarantine and the audits take."""
    began = slack.ledger.now()
    slack.last_change = max(slack.last_change, began)
    now = slack.ledger.now
    while now() - slack.last_change < 11 and now() - began < patience:  # noqa: ASYNC110
        await asyncio.sleep(0.2)


def main() -> int:
    """Run the rounds; the exit code is the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=["quick", "long"], default="quick")
    parser.add_argument("--seconds", type=float, default=None, help="load per round")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--keep", action="store_true", help="keep the ledgers of good rounds, too")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    good = True
    for of in rounds(asked.size, asked.database, asked.seconds):
        folder = Path(tempfile.mkdtemp(prefix="ringback-chaos-"))
        folder.chmod(0o755)
        print(
            f"\n{of.database}, {of.replicas} process(es), {of.seconds:g} s, seed {seed}", flush=True
        )
        held = asyncio.run(play(of, seed, folder))
        good = good and held
        if held and not asked.keep:
            shutil.rmtree(folder)
        else:
            again = f"make chaos SIZE={asked.size} SEED={seed}"
            print(f"Kept: {folder} (ledger.jsonl, said-*.log). Again: {again}")
    print("\nNot run here: a slow fsync, clocks that are hours wrong, lost un-synced writes.")
    print("\nEvery property holds." if good else f"\nNOT every property holds: seed {seed}.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
