"""G10, G11 and G13: who takes over and when, the ticks, and what wrong clocks did."""

from collections import Counter
from collections.abc import Iterable, Iterator

from chaos.facts import Entry, Facts
from chaos.presence import NEVER, Spell, holder_before, spells, unattended
from chaos.verdict import Verdict

from storage.engine import SILENT_MS

RETAKEN_SECONDS = 15.0
KILLED_SECONDS = 9.0
"""A killed process' connection is lost: six seconds are promised, a quarter of a lease, a renewal
and a busy moment. Three more are for an heir that dies before anybody saw it take the lease."""
SEEN_SECONDS = 0.7
"""How often leases are looked at from outside, and how long that takes on a busy machine."""
TICK_SECONDS = 2.0
QUIET_SECONDS = 2.0
"""A tick is wanted of a process that nothing was done to for so long before."""
KEPT_SECONDS = SILENT_MS / 1000 + SEEN_SECONDS
"""For so long whoever is stopped in a transaction keeps its rows, and others wait for them."""
BIG_STEP_SECONDS = 60.0


def failover(facts: Facts) -> Verdict:
    """A lease whose holder is gone has another holder in time, counted while somebody was there."""
    if not facts.leases:
        return _without_leases(facts)
    waits, problems, lost_by = [], [], set()
    for one, name, held in _lost(facts):
        wait, taken = _retaken(facts, name, one, held)
        if taken:
            lost_by.add(one.process)
        if wait > _limit(facts, one):
            problems.append(f"{name} of replica {one.replica} was free for {wait:.1f} s")
        elif taken:
            waits.append(wait)
    woken = [entry for entry in facts.of("cont")]
    worst, middle = (max(waits), sorted(waits)[len(waits) // 2]) if waits else (0.0, 0.0)
    overslept = len(lost_by & _sleepers(facts))
    figures = (
        f"{len(waits)} leases of dead or sleeping processes retaken after {middle:.1f} s in the "
        f"middle, {worst:.1f} s at most, {len(problems)} too late; {len(woken)} sleepers woke, "
        f"{overslept} of them to find their leases gone"
    )
    return Verdict("G10 fail-over", figures, not problems, tuple(problems))


def _without_leases(facts: Facts) -> Verdict:
    """Nothing is wrong with that where one process has a database to itself."""
    if len({up["replica"] for up in facts.ups}) > 1:
        return Verdict("G10 fail-over", "several processes, and no lease was seen", False)
    return Verdict("G10 fail-over", "one process on one file: there is nobody to take over", True)


def _lost(facts: Facts) -> Iterator[tuple[Spell, str, Entry]]:
    """Each lease that a process held when it was killed or stopped."""
    names = sorted({entry["name"] for entry in facts.leases})
    for one in spells(facts):
        if one.until is NEVER:
            continue
        for name in names:
            held = holder_before(facts, name, one.until)
            if held is not None and held["owner"] == one.process:
                yield one, name, held


def _limit(facts: Facts, one: Spell) -> float:
    """How long a lease may have no holder that is there: longer where a row is kept meanwhile."""
    killed = any((e["replica"], e["t"]) == (one.replica, one.until) for e in facts.of("kill"))
    limit = SEEN_SECONDS + (KILLED_SECONDS if killed else RETAKEN_SECONDS)
    moments = [at for at in facts.kept if one.until <= at <= one.until + limit]
    return limit + (KEPT_SECONDS if any(_has_stopped(facts, at) for at in moments) else 0.0)


def _retaken(facts: Facts, name: str, one: Spell, held: Entry) -> tuple[float, bool]:
    """How long the lease had no holder that was there, and whether another process took it."""
    back = [s.since for s in spells(facts) if s.process == one.process and s.since >= one.until]
    after = [e for e in facts.leases if e["name"] == name and e["t"] > one.until]
    taken = next((e["t"] for e in after if e["fence"] != held["fence"]), NEVER)
    until = min([taken, *back, facts.end])
    return until - one.until - unattended(facts, one.until, until), taken <= until


def _sleepers(facts: Facts) -> set[str]:
    stopped = {(entry["replica"], entry["t"]) for entry in facts.of("stop")}
    return {one.process for one in spells(facts) if (one.replica, one.until) in stopped}


def ticks(facts: Facts) -> Verdict:
    """Each at most once; and none missed while a process was there that could take it."""
    shown = Counter(
        int(entry["text"].removeprefix("Tick "))
        for (channel, _), entry in facts.visible.items()
        if channel == "ticks"
    )
    wrong = [f"tick {at} is there {n} times" for at, n in sorted(shown.items()) if n > 1]
    wanted = set(_wanted(facts))
    missed = [f"tick {at} was taken by nobody" for at in sorted(wanted - set(shown))]
    figures = (
        f"{len(shown)} ticks, {facts.counts['kill']} kills, {len(wrong)} doubled; "
        f"{len(wanted)} while a process was left in peace, {len(missed)} of them missed"
    )
    return Verdict("G11 ticks", figures, bool(shown) and not wrong + missed, (*wrong, *missed))


def _wanted(facts: Facts) -> Iterable[int]:
    """The ticks of periods in which some process was there and in peace all the time."""
    calm = next((entry["t"] for entry in facts.harm if entry["what"] == "ticks_end"), facts.end)
    first = int((facts.wall + TICK_SECONDS) // TICK_SECONDS)
    for number in range(first, int((facts.wall + calm) // TICK_SECONDS)):
        start = number * TICK_SECONDS - facts.wall
        if any(_in_peace(facts, one, start, start + TICK_SECONDS) for one in spells(facts)):
            yield int(number * TICK_SECONDS)


def _in_peace(facts: Facts, one: Spell, start: float, end: float) -> bool:
    since, until = start - QUIET_SECONDS, end + 1.0
    if not (one.since <= since and until <= one.until):
        return False
    if any(since <= at <= until and _has_stopped(facts, at) for at in facts.kept):
        return False
    wrong = 0.0
    for deed in facts.harm:
        everybody = deed["what"].startswith(("database", "slow"))
        if not everybody and deed.get("replica") != one.replica:
            continue
        if deed["what"] == "step" and deed["t"] < since:
            wrong = deed["wrong"]
        if since <= deed["t"] <= until and deed["what"] != "ticks_end":
            return False
    return not wrong


def _has_stopped(facts: Facts, at: float) -> bool:
    """Whether what is kept then is kept by a stopped process, and not by one that is slow."""
    return any(at - KEPT_SECONDS <= deed["t"] <= at for deed in facts.of("stop"))


def clocks(facts: Facts, others: Iterable[Verdict]) -> Verdict:
    """Steps either way, small and large: what they did shows in the other properties."""
    steps = [entry["by"] for entry in facts.of("step")]
    back = sum(by < 0 for by in steps)
    big = sum(abs(by) > BIG_STEP_SECONDS for by in steps)
    broken = [other.name for other in others if not other.holds]
    wrong = f"but {', '.join(broken)} broken" if broken else "nothing lost, doubled or too soon"
    figures = (
        f"{len(steps)} steps ({back} back, {len(steps) - back} forward, {big} of an hour), {wrong}"
    )
    return Verdict("G13 clock steps", figures, bool(steps) and not broken)
