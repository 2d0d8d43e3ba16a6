"""G5: hundreds of alerts for one channel, read from the ledger."""

import itertools

from chaos.facts import Facts
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
    behind = [problem for name in compared for problem in _behind(facts, name)]
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


def _behind(facts: Facts, name: str) -> list[str]:
    """A critical alert whose first try left behind others, counted in posts: harm delays both.

    Where Slack takes in nothing of that try, the others go on while it is looked for.
    """
    raised, shown = _raised(facts, name), facts.first_seen.get(name)
    if raised is None or shown is None:
        return []
    tokens = {one["token"] for one in facts.visible.values() if name in one["names"]}
    posts = facts.requests[STORM]
    left = min((one["t"] for one in posts if one["token"] in tokens), default=shown)
    waited = [one for one in posts if raised + RAISED_SECONDS < one["t"] < left]
    lesser = [one for one in waited if one["fault"] != "rate_limited"]
    if len(lesser) <= LESSER_BEFORE:
        return []
    return [f"{name} left behind {len(lesser)} posts that could have waited"]


def _raised(facts: Facts, name: str) -> float | None:
    """When an alert must have been raised: at the end of the second look that came to its end.

    A look asks twice before it counts as failed, soon after each other.
    """
    looks = itertools.pairwise(facts.failed_looks[name])
    whole = [(first, last) for first, last in looks if last - first < LOOK_SECONDS]
    ends = [last for first, last in whole if not _harmed(facts, name, first, last)]
    return ends[FAILURES_TO_BE_DOWN - 1] if len(ends) >= FAILURES_TO_BE_DOWN else None


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
