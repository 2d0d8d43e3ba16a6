"""``make chaos``: real processes, a bad Slack, a bad phone system, a nemesis; then the verdict.

``python -m chaos.run [--size quick|long] [--seed N] [--part sqlite|postgres|hostile]``. Without a
part, each database has its round in a process of its own, at the same time; hostile clients follow.
"""

# ruff: noqa: T201 - what it is for is to print

import argparse
import asyncio
import itertools
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from chaos.checker import check
from chaos.hostile import ATTACKS, attack
from chaos.ledger import read
from chaos.round import Round, play
from chaos.verdict import BROKEN, Verdict
from support import postgres

DATABASES = ("sqlite", "postgres")
SIZES = {
    "quick": {"seconds": 20.0, "storm": 150, "alerts_per_second": 20.0},
    "long": {"seconds": 720.0, "storm": 2000, "alerts_per_second": 12.0},
}
HOSTILE = "hostile"
REPLICAS = {"sqlite": 1, "postgres": 3, HOSTILE: 1}


def play_database(part: str, size: str, seed: int, folder: Path) -> list[Verdict]:
    """One round, and what its ledger says. A round that breaks down is no good round."""
    broken = []
    try:
        asyncio.run(play(Round(part, REPLICAS[part], **SIZES[size]), seed, folder))
    except Exception:  # noqa: BLE001 - the ledger up to here tells more than the traceback
        print(traceback.format_exc(), file=sys.stderr)
        broken.append(Verdict("The round", "it did not come to its end", False))
    return [*check(read(folder / "ledger.jsonl")), *broken]


def play_part(part: str, size: str, seed: int, keep: bool) -> int:
    """Play one part and print a line per property; returns the exit code."""
    if part == "postgres" and postgres.find_programs() is None:
        print(f"not run on PostgreSQL: {postgres.ABSENT}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="ringback-chaos-"))
    folder.chmod(0o755)
    began = time.monotonic()
    if part == HOSTILE:
        verdicts = asyncio.run(attack(ATTACKS[size], seed, folder))
    else:
        verdicts = play_database(part, size, seed, folder)
    good = all(verdict.holds for verdict in verdicts)
    took = time.monotonic() - began
    print(f"\n{part}, {REPLICAS[part]} process(es), seed {seed}, {took:.0f} s:")
    for verdict in verdicts:
        print(verdict)
    if good and not keep:
        shutil.rmtree(folder)
    else:
        again = f"make chaos SIZE={size} SEED={seed}"
        print(f"Kept: {folder} (ledger.jsonl, said-*.log). Again: {again}")
    return 0 if good else 1


async def play_all(arguments: list[str]) -> list[str]:
    """Both databases at once, a process each, and then the hostile clients; what went wrong."""

    async def one(part: str) -> list[str]:
        command = [sys.executable, "-m", "chaos.run", *arguments, "--part", part]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said = (await process.communicate())[0].decode().rstrip()
        print(said, flush=True)
        if not process.returncode:
            return []
        broken = [line for line in said.splitlines() if line.endswith(BROKEN)]
        return [f"{part}: {line}" for line in broken or ["it ended early"]]

    wrong = await asyncio.gather(*map(one, DATABASES))
    return [*itertools.chain(*wrong), *await one(HOSTILE)]


def main() -> int:
    """Run the rounds; the exit code is the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="quick")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--part", choices=[*DATABASES, HOSTILE], default=None)
    parser.add_argument("--keep", action="store_true", help="keep the ledgers of good rounds, too")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    if asked.part:
        return play_part(asked.part, asked.size, seed, asked.keep)
    print(f"make chaos SIZE={asked.size} SEED={seed}", flush=True)
    arguments = ["--size", asked.size, "--seed", str(seed), *(["--keep"] if asked.keep else [])]
    wrong = asyncio.run(play_all(arguments))
    ending = "Every property holds." if not wrong else f"NOT every property holds: SEED={seed}."
    print("", ending, *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
