"""G5: hundreds of alerts for one channel, read from the ledger."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from chaos.facts import Entry, Facts
from chaos.load import STORM
from chaos.presence import holder_before
from chaos.verdict import Verdict

from bot.alerts.system_down import FAILURES_TO_BE_DOWN
from bot.leaseholder import poller_lease

LISTED_SECONDS = 90.0
SECONDS_PER_MESSAGE = 3.0
"""A message more takes its turn of a second, and what harm comes to it meanwhile."""
LONE_CARDS = 30
MEMBERS = 100
"""A storm's messages: the cards before it is one, those that people get while it calms down, and
one for every so many alerts."""
LESSER_BEFORE = 3
"""So many lesser posts may leave between a system's failure and its alert: the write and the turn
that is taken already lie between."""
LESSER_BETWEEN = 25
"""So many may leave between two tries of an alert: it is looked for meanwhile, and each look that
Slack refuses costs another quarantine. Of 1,714 retries in three runs none saw more than 20."""
HIDDEN_SECONDS = 6.0
"""For so long after harm nobody may be able to take an alert. Whoever had taken it died before it
left, and no ledger tells of that: its quarantine of 4.5 s (see ``chaos.serve``), the look for it
and a turn of 1.1 s follow."""
MOST_HIDDEN = 12
"""So many posts at most are excused by that: there is harm every two seconds, but hardly ever does
it strike one alert twice. Of the retries above, 1,704 saw no more."""
LOOK_SECONDS = 1.5
"""Between the two requests of a look is a second at most, between two looks are two or more."""
RAISED_SECONDS = 2.0


def storms(facts: Facts) -> Verdict:
    """Every alert listed, in few messages, and what is critical not behind the rest."""
    members = {name: wish for name, wish in facts.wishes.items() if wish.get("storm")}
    began = min((wish["t"] for wish in members.values()), default=0.0)
    messages = [one for (channel, _), one in facts.visible.items() if channel == STORM]
    messages = [one for one in messages if one["thread"] is None]
    listed = {name for one in messages for name in one["names"]}
    lost = [f"{name} is in no message" for name in sorted(set(members) - listed - facts.removed)]
    seen = sorted(facts.first_seen[name] - began for name in set(members) & set(facts.first_seen))
    limit = LISTED_SECONDS + SECONDS_PER_MESSAGE * (len(members) // MEMBERS)
    late = bool(seen) and seen[-1] > limit
    most = LONE_CARDS + len(members) // MEMBERS
    urgent = [name for name, wish in members.items() if wish["critical"]]
    compared = [name for name in urgent if _raised(facts, name) is not None]
    behind = _among_lesser(messages, urgent)
    behind += [problem for name in compared for problem in _behind(facts, name)]
    first, last = (seen[0], seen[-1]) if seen else (0.0, 0.0)
    figures = (
        f"{len(members)} alerts at once for one channel in {len(messages)} messages, "
        f"{len(lost)} not listed; first after {first:.1f} s, last after {last:.1f} s; "
        f"{len(urgent)} critical ({len(compared)} compared), {len(behind)} behind lesser ones"
    )
    problems = lost + behind
    if len(messages) > most:
        problems.append(f"{len(messages)} messages are more than {most}")
    if late:
        problems.append(f"the last was listed only after {last:.1f} s")
    return Verdict("G5 storm", figures, bool(members) and not problems, tuple(problems))


def _among_lesser(messages: Iterable[Entry], urgent: Collection[str]) -> list[str]:
    """Critical alerts in a list of lesser ones, which left with those or is only edited."""
    return [
        f"{name} stands in a list of lesser ones"
        for one in messages
        for name in one["names"]
        if name in urgent and not set(one["names"]) <= set(urgent)
    ]


def _behind(facts: Facts, name: str) -> list[str]:
    """A critical alert that left behind others, counted in posts: harm delays both.

    Where Slack takes in nothing of a try, the others go on while it is looked for.
    """
    raised, shown = _raised(facts, name), facts.first_seen.get(name)
    if raised is None or shown is None:
        return []
    tries = _tries(facts, name, shown)
    left = tries[0] if tries else shown
    waits = [(raised + RAISED_SECONDS, left, LESSER_BEFORE)]
    waits += [(before, after, LESSER_BETWEEN) for before, after in pairwise(tries)]
    counted = [(_count_lesser(facts, since, until), most) for since, until, most in waits]
    return [
        f"{name} left behind {lesser} posts that could have waited"
        for lesser, most in counted
        if lesser > most
    ]


def _tries(facts: Facts, name: str, shown: float) -> list[float]:
    """When the alert was posted. Its message may be older, and was edited to show it as well."""
    tokens = {one["token"] for one in facts.visible.values() if name in one["names"]}
    wished = facts.wishes[name]["t"]
    own = [one["t"] for one in facts.requests[STORM] if one["token"] in tokens]
    return [at for at in own if wished <= at <= shown]


def _count_lesser(facts: Facts, since: float, until: float) -> int:
    """Posts between two moments that left before an alert which could have been taken instead."""
    posts = [one for one in facts.requests[STORM] if since < one["t"] < until]
    lesser = [one["t"] for one in posts if one["fault"] != "rate_limited"]
    hidden = sum(_may_be_hidden(facts, at) for at in lesser)
    return len(lesser) - min(hidden, MOST_HIDDEN)


def _may_be_hidden(facts: Facts, at: float) -> bool:
    """Whether harm that came before may have struck whoever had taken the alert. Which process
    that was is not known."""
    return any(
        deed["t"] <= at <= deed["t"] + deed.get("seconds", 0.0) + HIDDEN_SECONDS
        for deed in facts.of("kill", "stop", "database_restart")
    )


def _raised(facts: Facts, name: str) -> float | None:
    """When an alert must have been raised: at the end of the second look that came to its end."""
    looks = _looks(facts.failed_looks[name])
    ends = [last for first, last in looks if not _harmed(facts, name, first, last)]
    return ends[FAILURES_TO_BE_DOWN - 1] if len(ends) >= FAILURES_TO_BE_DOWN else None


def _looks(requests: Iterable[float]) -> list[tuple[float, float]]:
    """The first and the last request of each look that failed: a look asks twice, soon after each
    other.

    Two processes may look at once, one that was asleep and its heir: that counts as one look.
    """
    looks: list[list[float]] = []
    for at in requests:
        if looks and at - looks[-1][-1] <= LOOK_SECONDS:
            looks[-1].append(at)
        else:
            looks.append([at])
    return [(look[0], look[-1]) for look in looks if len(look) > 1]


def _harmed(facts: Facts, name: str, first: float, last: float) -> bool:
    """Whether harm was done to a process that may have looked, or to all of them."""
    held = [holder_before(facts, poller_lease(name.lower()), at) for at in (first, last + 1)]
    owners = {entry["owner"] for entry in held if entry is not None}
    looked = {up["replica"] for up in facts.ups if up["process"] in owners} or {0}
    return any(
        deed["t"] < last + RAISED_SECONDS
        and first - 1 < deed["t"] + deed.get("seconds", 0.0)
        and deed.get("replica") in {None, *looked}
        for deed in facts.harm
    )
