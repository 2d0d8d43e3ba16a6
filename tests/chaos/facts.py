"""What a ledger tells, gathered in one pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chaos.slow_disks import LONGEST_MILLISECONDS

Entry = dict[str, Any]


@dataclass
class Facts:
    """``visible`` is what people can see in the end, by channel and ``ts``."""

    wall: float = 0.0
    end: float = 0.0
    wishes: dict[str, Entry] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    posted: Counter[str] = field(default_factory=Counter)
    stored: dict[str, int] = field(default_factory=dict)
    visible: dict[tuple[str, str], Entry] = field(default_factory=dict)
    first_seen: dict[str, float] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    requests: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    commands: dict[str, str] = field(default_factory=dict)
    commands_acknowledged: set[str] = field(default_factory=set)
    rang: Counter[str] = field(default_factory=Counter)
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: list[Entry] = field(default_factory=list)
    harm: list[Entry] = field(default_factory=list)
    ups: list[Entry] = field(default_factory=list)
    leases: list[Entry] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    failed_looks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Deeds of the nemesis of these kinds, in order."""
        return (entry for entry in self.harm if entry["what"] in kinds)

    def had_time(self, since: float, until: float) -> bool:
        """Whether what a process was told at ``since`` could be on disk by ``until``.

        It needs a moment without a kill, a stop, a full or slow disk or a database that is away; a
        slow disk is waited for no longer than one fsync takes there. Where the machine was late,
        so was the process. Which one it was is not known: any that was killed may have been it, or
        was asleep already.
        """
        start, moment = since, TO_WRITE_SECONDS + self._lateness(since, until)
        for deed in self.harm:
            over = deed["t"] + deed.get("seconds", 0.0)
            if over <= since or deed["t"] >= until or deed["what"] not in AWAY | FATAL:
                continue
            if deed["what"] == "slow_disk":
                over = min(over, max(deed["t"], since) + SLOWEST_FSYNC_SECONDS)
            if deed["t"] - start >= moment:
                return True
            if deed["what"] in FATAL:
                return False
            start = max(start, over)
        return until - start >= moment

    def told(self) -> str:
        """What harm was done, in words."""
        done = [f"{self.counts[kind]} {name}" for kind, name in HARM.items() if self.counts[kind]]
        return ", ".join(done) or "no harm"

    def _lateness(self, since: float, until: float) -> float:
        """How late the referee was at most between two moments: others share its machine."""
        requests = [one for each in self.requests.values() for one in each]
        return max((one["lag"] for one in requests if since <= one["t"] <= until), default=0.0)


HARM = {
    "kill": "kills",
    "stop": "stops",
    "disk_full": "full disks",
    "slow_fsync": "bursts of slow fsyncs",
    "database_restart": "database restarts",
    "step": "clock steps",
}
FATAL = {"kill", "stop"}
ENDS = {"slow_fsync": "slow_disk", "database_back": "database_restart"}
"""What ends harm that is noted when it begins."""
AWAY = {"disk_full", *ENDS.values()}
TO_WRITE_SECONDS = 0.5
SLOWEST_FSYNC_SECONDS = LONGEST_MILLISECONDS / 1000
DEEDS = {*HARM, "cont", "disk_free", "database_back", "slow_disk", "did_not_end", "ticks_end"}


def gather(entries: Iterable[Entry]) -> Facts:
    """Play the ledger through."""
    facts = Facts()
    for entry in entries:
        facts.counts[entry["what"]] += 1
        facts.end = max(facts.end, entry["t"])
        if entry["what"] in DEEDS:
            facts.harm.append(entry)
            _end(facts, entry)
        _take(facts, entry)
        _take_command(facts, entry)
    return facts


def _end(facts: Facts, entry: Entry) -> None:
    """Let harm be known by how long it lasted."""
    kind = ENDS.get(entry["what"])
    for place, deed in enumerate(facts.harm):
        if deed["what"] == kind and "seconds" not in deed:
            facts.harm[place] = {**deed, "seconds": entry["t"] - deed["t"]}


def _take(facts: Facts, entry: Entry) -> None:  # noqa: C901 - a table
    match entry["what"]:
        case "began":
            facts.wall = entry["wall"]
        case "wish":
            facts.wishes[entry["name"]] = entry
        case "acknowledged":
            facts.acknowledged.add(entry["name"])
        case "posted":
            facts.posted[entry["key"]] += 1
        case "stored":
            facts.stored[entry["key"]] = entry["count"]
        case "shown" | "edited":
            _shown(facts, entry)
        case "deleted":
            facts.visible.pop((entry["channel"], entry["ts"]), None)
        case "removed":
            gone = facts.visible.pop((entry["channel"], entry["ts"]), None)
            facts.removed.update(gone["names"] if gone else ())
        case "request":
            facts.requests[entry["channel"]].append(entry)
        case "refused":
            facts.refused.append(entry)
        case "up":
            facts.ups.append(entry)
        case "lease":
            facts.leases.append(entry)
        case "kept":
            facts.kept.append(entry["t"])
        case "look_failed":
            facts.failed_looks[entry["name"]].append(entry["t"])


def _take_command(facts: Facts, entry: Entry) -> None:
    match entry["what"]:
        case "command":
            facts.commands[entry["user"]] = entry["number"]
        case "command_acknowledged":
            facts.commands_acknowledged.add(entry["user"])
        case "rang" if entry["fault"] != "drop_before":
            facts.rang[entry["number"]] += 1
        case "answer":
            facts.answers[entry["user"]].append(entry["text"])


def _shown(facts: Facts, entry: Entry) -> None:
    facts.visible[entry["channel"], entry["ts"]] = entry
    for name in entry["names"]:
        facts.first_seen.setdefault(name, entry["t"])
    if entry["channel"] in facts.commands:
        facts.answers[entry["channel"]].append(entry["text"])
