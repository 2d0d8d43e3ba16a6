"""Which queues a person means, and which ones an extension is in."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from bot.commands.request import UsageError
from bot.telephony.errors import Refused
from bot.telephony.queues import Queue
from bot.telephony.system import PhoneSystem

EVERY_QUEUE = "*"
"""Stands in a button's value for all the queues that the extension is in."""

NEAR: Final = 0.8
"""``Suport`` is as near as that to ``Support``, and ``lunch`` to nothing."""


def find_queue(queues: Sequence[Queue], text: str) -> tuple[Queue | None, list[str]]:
    """The queue that any of the words name, and the words that are left.

    The longest name wins, and a queue wins over an extension of the same number.
    """
    words = text.split()
    longest = max((len(name.split()) for queue in queues for name in _names(queue)), default=0)
    for length in range(min(len(words), longest), 0, -1):
        for start in range(len(words) - length + 1):
            end = start + length
            name = " ".join(words[start:end]).lower()
            for queue in queues:
                if name in _names(queue):
                    return queue, words[:start] + words[end:]
    return None, words


def mistyped_queue(queues: Sequence[Queue], text: str) -> str | None:
    """The first words of ``text``, where they are nearly the name of a queue."""
    names = [queue.name.lower() for queue in queues]
    words = text.split()
    longest = max((len(name.split()) for name in names), default=0) + 1
    for length in range(min(len(words), longest), 0, -1):
        said = " ".join(words[:length])
        if get_close_matches(said.lower(), names, n=1, cutoff=NEAR):
            return said
    return None


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


def _names(queue: Queue) -> set[str]:
    return {queue.queue_id.lower(), queue.name.lower(), (queue.number or "").lower()}
