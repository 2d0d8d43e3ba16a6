"""``make chaos``: real processes, a bad Slack, a bad phone system, a nemesis; then the verdict.

``python -m chaos.run [--size quick|long] [--seed N] [--database sqlite|postgres|both]``. With both,
each database has its round in a process of its own, at the same time.
"""

# ruff: noqa: T201 - what it is for is to print

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from chaos.checker import check
from chaos.ledger import read
from chaos.round import Round, play
from chaos.verdict import Verdict
from support import postgres

DATABASES = ("sqlite", "postgres")
SIZES = {
    "quick": {"seconds": 20.0, "storm": 150, "alerts_per_second": 20.0},
    "long": {"seconds": 720.0, "storm": 2000, "alerts_per_second": 12.0},
}
REPLICAS = {"sqlite": 1, "postgres": 3}


def verdicts_of(of: Round, seed: int, folder: Path) -> list[Verdict]:
    """One round, and what its ledger says. A round that breaks down is no good round."""
    broken = []
    try:
        asyncio.run(play(of, seed, folder))
    except Exception:  # noqa: BLE001 - the ledger up to here tells more than the traceback
        print(traceback.format_exc(), file=sys.stderr)
        broken.append(Verdict("The round", "it did not come to its end", False))
    return [*check(read(folder / "ledger.jsonl")), *broken]


def one_round(database: str, size: str, seconds: float | None, seed: int, keep: bool) -> int:
    """Play it and print a line per property; returns the exit code."""
    if database == "postgres" and postgres.find_programs() is None:
        print(f"not run on PostgreSQL: {postgres.ABSENT}")
        return 0
    options = SIZES[size] | ({"seconds": seconds} if seconds else {})
    of = Round(database, REPLICAS[database], **options)
    folder = Path(tempfile.mkdtemp(prefix="ringback-chaos-"))
    folder.chmod(0o755)
    began = time.monotonic()
    verdicts = verdicts_of(of, seed, folder)
    good = all(verdict.holds for verdict in verdicts)
    took = time.monotonic() - began
    print(f"\n{database}, {of.replicas} process(es), seed {seed}, {took:.0f} s:")
    for verdict in verdicts:
        print(verdict)
    if good and not keep:
        shutil.rmtree(folder)
    else:
        again = f"make chaos SIZE={size} SEED={seed}"
        print(f"Kept: {folder} (ledger.jsonl, said-*.log). Again: {again}")
    return 0 if good else 1


async def both(arguments: list[str]) -> bool:
    """Both databases at once, a process each; what they say is printed one after the other."""

    async def one(database: str) -> bool:
        command = [sys.executable, "-m", "chaos.run", *arguments, "--database", database]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        print(said.decode().rstrip(), flush=True)
        return process.returncode == 0

    return all(await asyncio.gather(*map(one, DATABASES)))


def main() -> int:
    """Run the rounds; the exit code is the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="quick")
    parser.add_argument("--seconds", type=float, default=None, help="load per round")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--keep", action="store_true", help="keep the ledgers of good rounds, too")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    if asked.database != "both":
        return one_round(asked.database, asked.size, asked.seconds, seed, asked.keep)
    print(f"make chaos SIZE={asked.size} SEED={seed}", flush=True)
    arguments = ["--size", asked.size, "--seed", str(seed), *(["--keep"] if asked.keep else [])]
    if asked.seconds:
        arguments += ["--seconds", str(asked.seconds)]
    good = asyncio.run(both(arguments))
    print("\nEvery property holds." if good else f"\nNOT every property holds: SEED={seed}.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
