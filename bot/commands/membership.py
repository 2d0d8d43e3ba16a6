"""``/queue-login`` and ``/queue-logout``: join and leave a queue, which is not pausing."""

from dataclasses import dataclass, replace

from bot.commands.access import NotLinked, own_line, some_system, split_system
from bot.commands.button_values import NOT_KNOWN, read_value
from bot.commands.marks import bare
from bot.commands.pausing import in_each, names_of, reply_of
from bot.commands.queue_choice import (
    ALL,
    EVERY_QUEUE,
    find_queue,
    no_such_queue,
    queues_of,
    refuse_several,
)
from bot.commands.request import Reply, Request, UsageError
from bot.commands.roles import require_admin
from bot.telephony.phone_numbers import EXTENSION
from bot.telephony.queues import Queue, QueueMembership
from bot.telephony.system import PhoneSystem

TASK = "log agents in and out of queues"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose extension, on which system, and in which queue, where one was named."""

    system: PhoneSystem
    extension: str
    is_own: bool
    every: list[Queue]
    queue: Queue | None

    @property
    def membership(self) -> QueueMembership:
        return self.system.need(self.system.membership, TASK)


async def log_in(request: Request) -> Reply:
    """Join the queue that was named, or the only one there is."""
    wish = await _read(request, or_all=False)
    if wish.queue is None and len(wish.every) != 1:
        names = ", ".join(queue.name for queue in wish.every) or "none"
        raise UsageError(f"Into which queue? `/queue-login <queue>`, with one of: {names}.")
    return await _join(wish, wish.queue or wish.every[0])


async def log_out(request: Request) -> Reply:
    """Leave the queue that was named, or all that the extension is in."""
    return await _leave(await _read(request, or_all=True))


async def press_log_in(request: Request, value: str) -> Reply:
    """What is offered where nobody can come back from a pause: the presser joins, nobody else."""
    wish = await _read_value(request, value)
    if wish.queue is None:
        raise UsageError(NOT_KNOWN)
    return await _join(wish, wish.queue)


async def press_log_out(request: Request, value: str) -> Reply:
    """What is offered where nobody can be paused: the presser leaves, nobody else."""
    return await _leave(await _read_value(request, value))


async def _join(wish: Wish, queue: Queue) -> Reply:
    outcome = await in_each([queue], lambda one: wish.membership.log_in(wish.extension, one))
    return reply_of(f"{_who(wish)} logged in to {names_of(outcome.done)}", outcome)


async def _leave(wish: Wish) -> Reply:
    queues = [wish.queue] if wish.queue else None
    queues = queues or await queues_of(wish.system, wish.every, wish.extension)
    outcome = await in_each(queues, lambda queue: wish.membership.log_out(wish.extension, queue))
    reply = reply_of(f"{_who(wish)} logged out of {names_of(outcome.done)}", outcome)
    back = " `/queue-login <queue>` brings you back." if wish.is_own else ""
    return replace(reply, text=f"{reply.text}{back}")


async def _read(request: Request, *, or_all: bool) -> Wish:
    """What was typed: perhaps a queue, perhaps another's extension, which only admins may name.

    ``or_all``: whether all queues can be meant.
    """
    named, request = split_system(request)
    try:
        line = await own_line(request, named)
        system, own = line.system, line.extension
    except NotLinked:
        if not request.is_admin or not request.text:
            raise
        system, own = await some_system(request, named, "membership"), ""
    system.need(system.membership, TASK)
    every = await system.need(system.queues, "list its queues").list_queues()
    queue, rest = find_queue(every, request.text)
    if queue is None and rest and bare(rest[0]) == ALL:
        rest = rest[1:]
    refuse_several(every, rest, or_all=or_all)
    if len(rest) > 1 or (rest and not EXTENSION.fullmatch(rest[0])):
        raise no_such_queue(every, " ".join(rest))
    extension = rest[0] if rest else own
    if not extension:
        raise UsageError(
            f"Whose extension? You have none of your own on {system.key}: name it behind the "
            'queue, as in "Support 101".'
        )
    if extension != own:
        require_admin(request, "log others in and out of queues")
    return Wish(system, extension, extension == own, every, queue)


async def _read_value(request: Request, value: str) -> Wish:
    """What was pressed: a queue, or all of them, always for the presser's own extension."""
    system, (queue_id,) = read_value(request, value, 1)
    line = await own_line(request, system)
    system.need(system.membership, TASK)
    every = await system.need(system.queues, "list its queues").list_queues()
    queue = next((queue for queue in every if queue.queue_id == queue_id), None)
    if queue is None and queue_id != EVERY_QUEUE:
        raise UsageError(NOT_KNOWN)
    return Wish(system, line.extension, True, every, queue)


def _who(wish: Wish) -> str:
    return "You are" if wish.is_own else f"Extension {wish.extension} is"
