"""Which queues a person means, and which ones an extension is in."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bot.commands.marks import bare, unquoted, visible
from bot.commands.request import UsageError
from bot.telephony.errors import Refused
from bot.telephony.queues import Queue
from bot.telephony.system import PhoneSystem

EVERY_QUEUE = "*"
"""Stands in a button's value for all the queues that the extension is in."""

ALL: Final = "all"
AND: Final = frozenset({"and", "or", "&", "+", ","})
JOINTS: Final = re.compile(r"[,;:/+&]")
NEAR: Final = 0.8
"""``Suport`` is as near as that to ``Support``, and ``lunch`` to nothing."""


def find_queue(
    queues: Sequence[Queue], text: str, *, at_start: bool = False
) -> tuple[Queue | None, list[str]]:
    """The queue that any of the words name, and the words that are left; with ``at_start`` it is
    named by the first of them, and a comma behind it is left as a word.

    The longest name wins, and a queue wins over an extension of the same number.
    """
    words, known = text.split(), _by_name(queues)
    longest = max((len(name.split()) for name in known), default=0) + 2  # marks may stand apart
    for length in range(min(len(words), longest), 0, -1):
        for start in range(1 if at_start else len(words) - length + 1):
            end = start + length
            said = " ".join(words[start:end])
            spellings = (said.lower(), unquoted(said).lower(), bare(said))
            queue = next((known[each] for each in spellings if each in known), None)
            if queue is not None:
                comma = [","] if at_start and said.endswith(",") else []
                return queue, words[:start] + comma + words[end:]
    return None, words


def find_only_queue(queues: Sequence[Queue], text: str) -> Queue | None:
    """The one queue that the whole text names; ``None`` for all. Raises ``UsageError``."""
    queue, rest = find_queue(queues, text)
    if queue is None and (not text or bare(text) == ALL):
        return None
    if queue is None or rest:
        refuse_several(queues, rest)
        raise no_such_queue(queues, text)
    return queue


def refuse_several(queues: Sequence[Queue], words: list[str], *, or_all: bool = True) -> None:
    """Raise ``UsageError`` where the words behind a queue name further ones: where an ``and`` or a
    comma joins them to it, or nothing else is behind them.

    By their names and numbers alone: an id may be an extension as well.
    """
    shown = [replace(queue, queue_id=queue.name) for queue in queues]
    left, is_named, is_joined = words, False, False
    while left and not (is_named and is_joined):
        if left[0].lower() in AND:
            left, is_joined = left[1:], True
            continue
        queue, rest = find_queue(shown, " ".join(left), at_start=True)
        if queue is None and bare(left[0]) != ALL:
            break
        left, is_named = rest if queue else left[1:], True
    if is_named and (is_joined or not left):
        instead = f', or with "{ALL}"' if or_all else ""
        raise UsageError(f"Only one queue is taken at a time: repeat this for each{instead}.")


def mistyped_queue(queues: Sequence[Queue], text: str) -> str | None:
    """The first words of ``text``, where they are nearly the name of a queue, or of several."""
    names = [visible(queue.name).lower() for queue in queues]
    rests = set(filter(None, map(bare, names)))
    words = text.split()
    longest = max((len(name.split()) for name in names), default=0) + 1
    for length in range(min(len(words), longest), 0, -1):
        said = " ".join(words[:length])
        if bare(said) in rests or get_close_matches(said.lower(), names, n=1, cutoff=NEAR):
            return said
    first, *others = JOINTS.split(words[0]) if words else [""]
    return words[0] if others and bare(first) in rests else None


def no_such_queue(queues: Sequence[Queue], name: str) -> UsageError:
    """The error for a name that no queue has."""
    known = ", ".join(queue.name for queue in queues) or "none"
    return UsageError(f"There is no queue {name}. There are: {known}.")


async def queues_of(system: PhoneSystem, queues: Sequence[Queue], extension: str) -> list[Queue]:
    """The queues that an extension is in. Raises ``Refused`` when it is in none, or out of all.

    A presence that names no queue may merely not tell of queues: then the agents are asked for.
    """
    told: tuple[str, ...] = ()
    if system.presence is not None:
        state = await system.presence.fetch_state(extension)
        if state.global_login is False:
            raise Refused(f"Extension {extension} is logged out of all queues.")
        told = state.queues
    mine = [queue for queue in queues if {queue.queue_id, queue.number} & set(told)]
    agents = system.agents
    if not mine and agents is not None:
        for queue in queues:
            listed = await agents.list_agents(queue.queue_id)
            if any(one.number == extension and one.logged_in is not False for one in listed):
                mine.append(queue)
    if not mine:
        raise Refused(f"Extension {extension} is not an agent of any queue.")
    return mine


def _by_name(queues: Sequence[Queue]) -> dict[str, Queue]:
    """By whatever they are called, and by what is left of that without marks.

    A name goes before another queue's number, and both before an id, which people rarely see. The
    very name goes before such a rest, and a rest that two queues share names neither.
    """
    called = [
        *((queue.name, queue) for queue in queues),
        *((queue.number, queue) for queue in queues if queue.number),
        *((queue.queue_id, queue) for queue in queues),
    ]
    exact: dict[str, Queue] = {}
    rests: dict[str, list[Queue]] = defaultdict(list)
    for name, queue in called:
        exact.setdefault(visible(name).lower(), queue)
        if queue not in rests[bare(name)]:
            rests[bare(name)].append(queue)
    known = {rest: of[0] for rest, of in rests.items() if len(of) == 1} | exact
    return {name: queue for name, queue in known.items() if name}
