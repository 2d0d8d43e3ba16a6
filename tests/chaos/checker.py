"""Reads a ledger, and nothing else; says for each property how it stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from chaos.checker_of_storms import storms
from chaos.checker_of_time import clocks, failover, ticks
from chaos.facts import Entry, Facts, gather
from chaos.verdict import Verdict

GAP_SECONDS = 1.0
UP_SECONDS = 60.0


def check(entries: Iterable[Entry]) -> list[Verdict]:
    """Every property that the ledger can tell something about."""
    facts = gather(entries)
    before = [_intake(facts), _one_message(facts), _newest(facts), _pace(facts), storms(facts)]
    before += [_restarts(facts), failover(facts), ticks(facts)]
    return [*before, clocks(facts, before), _commands(facts)]


def _intake(facts: Facts) -> Verdict:
    missing = [f"{key} is not stored" for key in sorted(set(facts.posted) - set(facts.stored))]
    twice = [f"{key} is stored {n} times" for key, n in facts.stored.items() if n > 1]
    unseen = sorted(facts.acknowledged - set(facts.first_seen))
    ignored = [f"{name} was acknowledged and never acted on" for name in unseen]
    open_ = len(facts.wishes) - len(facts.acknowledged)
    figures = (
        f"{facts.posted.total()} posts acknowledged ({len(facts.posted)} different), "
        f"{facts.counts['busy']} told to come again, {facts.told()}; {len(missing)} not stored, "
        f"{len(twice)} stored twice, {len(ignored)} of {len(facts.acknowledged)} not acted on"
    )
    problems = missing + twice + ignored
    problems += [f"{one['name']} was refused with {one['status']}" for one in facts.refused]
    if open_ or not facts.acknowledged:
        problems.append(f"{open_} events were never acknowledged")
    return Verdict("G1 intake", figures, not problems, tuple(problems))


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
    close, inside, lost, count, smallest = [], [], 0, 0, float("inf")
    for channel, requests in facts.requests.items():
        count += len(requests)
        for before, after in pairwise(requests):
            gap = after["t"] - before["t"]
            smallest = min(smallest, gap)
            if gap + before["lag"] < GAP_SECONDS:
                close.append(f"{channel} at {after['t']:.2f}: {gap:.3f} s after the one before")
        for one in requests:
            if one["early"] <= 0 or one["told"] <= one["lag"]:  # it had left before it was told
                continue
            if facts.had_time(one["t"] - one["told"], one["t"]):
                early = f"{one['early']:.2f} s before Retry-After was over"
                inside.append(f"{channel} at {one['t']:.2f}: {early}")
            else:
                lost += 1
    limited = sum(
        one["fault"] == "rate_limited" for each in facts.requests.values() for one in each
    )
    figures = (
        f"{count} posts to {len(facts.requests)} channels, closest {smallest:.2f} s, "
        f"{len(close)} closer than a second; {limited} times 429, "
        f"{len(inside)} inside Retry-After, {lost} inside one that nobody lived to write down"
    )
    return Verdict("G4 pacing", figures, not close + inside, tuple(close + inside))


def _restarts(facts: Facts) -> Verdict:
    told = []
    for name, cold in (("new program", True), ("forked", False)):
        seconds = sorted(up["seconds"] for up in facts.ups if up["cold"] is cold)
        if seconds:
            middle = seconds[len(seconds) // 2]
            told.append(f"{len(seconds)} {name}: median {middle:.1f} s, worst {seconds[-1]:.1f} s")
    late = [up for up in facts.ups if up["seconds"] > UP_SECONDS]
    late += list(facts.of("did_not_end"))
    figures = f"{len(facts.ups)} starts to a first answer ({'; '.join(told)})"
    return Verdict("G9 restart", figures, bool(facts.ups) and not late)


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
