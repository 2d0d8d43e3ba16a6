"""Reads a ledger, and nothing else; says for each property how it stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

GAP_SECONDS = 1.0
STEP_SECONDS = 8.0
UP_SECONDS = 60.0

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One property. ``details`` name what broke it."""

    name: str
    figures: str
    holds: bool
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{'ok  ' if self.holds else 'FAIL'} {self.name}: {self.figures}"]
        return "\n".join([*lines, *(f"       {detail}" for detail in self.details[:8])])


@dataclass
class Facts:
    """What a ledger tells."""

    wishes: dict[str, Entry] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    visible: dict[tuple[str, str], Entry] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    requests: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    commands: dict[str, str] = field(default_factory=dict)
    commands_acknowledged: set[str] = field(default_factory=set)
    rang: Counter[str] = field(default_factory=Counter)
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    extras: int = 0
    refused: list[Entry] = field(default_factory=list)
    ups: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def check(entries: Iterable[Entry]) -> list[Verdict]:
    """Every property that the ledger can tell something about."""
    facts = gather(entries)
    rules = (_survive, _one_message, _newest, _pace, _restarts, _ticks, _commands)
    return [rule(facts) for rule in rules]


def gather(entries: Iterable[Entry]) -> Facts:
    """Play the ledger through."""
    facts = Facts()
    for entry in entries:
        facts.counts[entry["what"]] += 1
        _take(facts, entry)
    return facts


def _take(facts: Facts, entry: Entry) -> None:  # noqa: C901 - a table
    match entry["what"]:
        case "wish":
            facts.wishes[entry["name"]] = entry
        case "acknowledged":
            facts.acknowledged.add(entry["name"])
        case "shown" | "edited":
            _shown(facts, entry)
        case "deleted":
            facts.visible.pop((entry["channel"], entry["ts"]), None)
        case "removed":
            gone = facts.visible.pop((entry["channel"], entry["ts"]), None)
            facts.removed.update(gone["names"] if gone else ())
        case "request":
            facts.requests[entry["channel"]].append(entry)
        case "command":
            facts.commands[entry["user"]] = entry["number"]
        case "command_acknowledged":
            facts.commands_acknowledged.add(entry["user"])
        case "rang" if entry["fault"] != "drop_before":
            facts.rang[entry["number"]] += 1
        case "answer":
            facts.answers[entry["user"]].append(entry["text"])
        case "refused":
            facts.refused.append(entry)
        case "up":
            facts.ups.append(entry["seconds"])
        case "step":
            facts.steps.append(entry["t"])


def _shown(facts: Facts, entry: Entry) -> None:
    facts.visible[entry["channel"], entry["ts"]] = entry
    facts.ever.update(entry["names"])
    if entry["channel"] in facts.commands:
        facts.answers[entry["channel"]].append(entry["text"])


def _harm(facts: Facts) -> str:
    names = {
        "kill": "kills",
        "stop": "stops",
        "disk_full": "full disks",
        "database_restart": "database restarts",
        "step": "clock steps",
    }
    done = [f"{facts.counts[key]} {name}" for key, name in names.items() if facts.counts[key]]
    return ", ".join(done) or "no harm"


def _survive(facts: Facts) -> Verdict:
    lost = sorted(facts.acknowledged - facts.ever)
    open_ = len(facts.wishes) - len(facts.acknowledged)
    figures = f"{len(facts.acknowledged)} events, {_harm(facts)}, {len(lost)} lost"
    if open_ or facts.refused:
        figures += f", {open_} never acknowledged, {len(facts.refused)} refused"
    good = bool(facts.acknowledged) and not (lost or open_ or facts.refused)
    return Verdict("G1 acknowledged events survive", figures, good, tuple(lost))


def _cards(facts: Facts) -> Mapping[str, list[Entry]]:
    cards: dict[str, list[Entry]] = defaultdict(list)
    for entry in facts.visible.values():
        if entry["thread"] is None:
            for name in entry["names"]:
                cards[name].append(entry)
    return cards


def _one_message(facts: Facts) -> Verdict:
    cards = _cards(facts)
    wanted = facts.acknowledged - facts.removed
    lost = [f"{name} is not visible" for name in sorted(wanted) if not cards[name]]
    doubled = [f"{name} is visible {len(each)} times" for name, each in cards.items() if each[1:]]
    tokens = Counter(
        entry["token"]
        for (channel, _), entry in facts.visible.items()
        if entry["token"] and channel not in facts.commands  # answers are repeated when unsure
    )
    doubled += [f"the mark {token} is visible {n} times" for token, n in tokens.items() if n > 1]
    extras = facts.counts["deleted"]
    figures = (
        f"{len(wanted)} alerts, {facts.counts['kill']} kills, {len(lost)} lost, "
        f"{len(doubled)} doubled ({len(facts.visible)} messages; {extras} extras appeared and "
        f"were taken away)"
    )
    return Verdict("G3 one visible message", figures, not lost + doubled, tuple(lost + doubled))


def _newest(facts: Facts) -> Verdict:
    """A card shows how often its caller has tried. A message of several alerts does not."""
    cards = _cards(facts)
    old = [
        f"{name} does not show try {wish['tries']}"
        for name, wish in facts.wishes.items()
        if name not in facts.removed
        and [card["tries"] for card in cards[name] if card["text"].startswith("Missed")]
        not in ([], [wish["tries"]])
    ]
    edits = facts.counts["edited"]
    figures = f"{edits} edits, {len(old)} cards left behind"
    return Verdict("G3 the newest state is shown", figures, not old, tuple(old))


def _pace(facts: Facts) -> Verdict:
    close, inside, count, smallest = [], [], 0, float("inf")
    for channel, requests in facts.requests.items():
        count += len(requests)
        for before, after in pairwise(requests):
            if any(step <= after["t"] <= step + STEP_SECONDS for step in facts.steps):
                continue
            gap = after["t"] - before["t"]
            smallest = min(smallest, gap)
            if gap + before["lag"] < GAP_SECONDS:
                close.append(f"{channel} at {after['t']:.2f}: {gap:.3f} s after the one before")
        inside += [
            f"{channel} at {one['t']:.2f}: {one['early']:.2f} s before Retry-After was over"
            for one in requests
            if one["early"] > 0
            and not any(step <= one["t"] <= step + STEP_SECONDS for step in facts.steps)
        ]
    limited = sum(
        one["fault"] == "rate_limited" for each in facts.requests.values() for one in each
    )
    figures = (
        f"{count} posts to {len(facts.requests)} channels, closest {smallest:.2f} s, "
        f"{len(close)} closer than a second; {limited} times 429, "
        f"{len(inside)} inside Retry-After"
    )
    return Verdict("G4 never outrun Slack", figures, not close + inside, tuple(close + inside))


def _restarts(facts: Facts) -> Verdict:
    worst = max(facts.ups, default=0.0)
    middle = sorted(facts.ups)[len(facts.ups) // 2] if facts.ups else 0.0
    figures = f"{len(facts.ups)} starts, median {middle:.1f} s, worst {worst:.1f} s to an answer"
    return Verdict("G9 restart", figures, bool(facts.ups) and worst <= UP_SECONDS)


def _ticks(facts: Facts) -> Verdict:
    shown = Counter(
        int(entry["text"].removeprefix("Tick "))
        for (channel, _), entry in facts.visible.items()
        if channel == "ticks"
    )
    wrong = [f"tick {at} is there {n} times" for at, n in sorted(shown.items()) if n > 1]
    periods = (max(shown) - min(shown)) // 2 + 1 if shown else 0
    figures = (
        f"{len(shown)} ticks of {periods} periods, {facts.counts['kill']} kills, {len(wrong)} "
        f"doubled ({periods - len(shown)} passed while nobody was there to take them)"
    )
    return Verdict("G11 ticks", figures, bool(shown) and not wrong, tuple(wrong))


def _commands(facts: Facts) -> Verdict:
    twice = [f"{number} rang {n} times" for number, n in facts.rang.items() if n > 1]
    silent = sorted(facts.commands_acknowledged - set(facts.answers))
    problems = twice + [f"{user} got no answer" for user in silent] + _untrue(facts)
    figures = (
        f"{len(facts.commands_acknowledged)} commands acknowledged, {sum(facts.rang.values())} "
        f"rang, {len(twice)} twice, {len(silent)} unanswered, {len(_untrue(facts))} untrue answers"
    )
    unacknowledged = len(facts.commands) - len(facts.commands_acknowledged)
    if unacknowledged:
        problems.append(f"{unacknowledged} commands were never acknowledged")
    return Verdict("G16 commands", figures, not problems, tuple(problems))


def _untrue(facts: Facts) -> list[str]:
    """ "Ringing" that did not ring, and "nothing was done" when it did."""
    wrong = []
    for user, texts in facts.answers.items():
        rang = facts.rang[facts.commands.get(user, "")]
        for text in texts:
            if text.startswith("Ringing") and not rang:
                wrong.append(f"{user} was told {text!r}, and nothing rang")
            if "Nothing was done" in text and rang:
                wrong.append(f"{user} was told {text!r}, and it rang")
    return wrong
