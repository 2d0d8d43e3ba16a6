"""Who was there when: read from the deeds of the nemesis and the starts in a ledger."""

import itertools
from bisect import bisect_right
from dataclasses import dataclass

from chaos.facts import Entry, Facts

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which a process could do its work. ``process`` is what it called itself."""

    replica: int
    process: str
    since: float
    until: float


def spells(facts: Facts) -> list[Spell]:
    """Every time in which a process was up, and neither stopped nor dead."""
    found: list[Spell] = []
    up: dict[int, tuple[str, float]] = {}
    asleep: dict[int, str] = {}
    for entry in sorted([*facts.ups, *facts.harm], key=lambda one: one["t"]):
        number = entry.get("replica", -1)
        match entry["what"]:
            case "up":
                up[number] = (entry["process"], entry["t"])
            case "kill" | "stop" if number in up:
                process, since = up.pop(number)
                found.append(Spell(number, process, since, entry["t"]))
                if entry["what"] == "stop":
                    asleep[number] = process
            case "cont" if number in asleep:
                up[number] = (asleep.pop(number), entry["t"])
    found += [Spell(number, process, t, NEVER) for number, (process, t) in up.items()]
    return found


def unattended(facts: Facts, start: float, end: float) -> float:
    """Seconds between two moments in which nobody was there, or the database was not."""
    gone = list(_without_database(facts))
    moments = sorted({start, end, *_edges(facts, gone, start, end)})
    present = spells(facts)
    lost = 0.0
    for since, until in itertools.pairwise(moments):
        middle = (since + until) / 2
        there = any(one.since <= middle < one.until for one in present)
        if not there or any(a <= middle < b for a, b in gone):
            lost += until - since
    return lost


def holder_before(facts: Facts, name: str, at: float) -> Entry | None:
    """Who was seen to hold a lease last before a moment."""
    seen = [entry for entry in facts.leases if entry["name"] == name]
    index = bisect_right([entry["t"] for entry in seen], at)
    return seen[index - 1] if index else None


def _without_database(facts: Facts) -> list[tuple[float, float]]:
    began, found = 0.0, []
    for entry in facts.of("database_restart", "database_back"):
        if entry["what"] == "database_restart":
            began = entry["t"]
        else:
            found.append((began, entry["t"]))
    return found


def _edges(facts: Facts, gone: list[tuple[float, float]], start: float, end: float) -> list[float]:
    edges = [edge for pair in gone for edge in pair]
    edges += [edge for one in spells(facts) for edge in (one.since, one.until)]
    return [edge for edge in edges if start < edge < end]
