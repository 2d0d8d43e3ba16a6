"""``/pause-agent`` and ``/resume-agent``: out of a queue's calls for a while, and back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.access import Line, own_line, split_system
from bot.commands.asking import read_reason, refuse_mentions
from bot.commands.button_values import value_of
from bot.commands.marks import bare
from bot.commands.pause_ends import TASK, forget_ends, pausing_of, set_ends
from bot.commands.queue_choice import (
    ALL,
    EVERY_QUEUE,
    find_queue,
    mistyped_queue,
    no_such_queue,
    refuse_several,
)
from bot.commands.request import (
    MOST_OPTIONS,
    Button,
    Control,
    Menu,
    Reply,
    Request,
    UsageError,
)
from bot.commands.spans import Span, is_unread_end, read_span, words_of_end
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError, Refused
from bot.telephony.queues import Queue

DEFAULT_REASON = "Break"
LONGEST_NAMES = 300
"""More characters of queues' names are not read, and would leave no room for what matters."""
NO_END = 'That is no end of a pause. Try "for 15m" or "until 14:00".'


@dataclass(frozen=True, slots=True)
class PerQueue:
    """In which queues it worked, in which it may have, and what the others said."""

    done: tuple[Queue, ...]
    perhaps: tuple[Queue, ...]
    refusals: tuple[str, ...]
    first_error: PhoneSystemError | None


async def pause(request: Request) -> Reply:
    """Pause the person's own extension, in one queue or in all of theirs."""
    named, request = split_system(request)
    line = await own_line(request, named)
    if line.system.pausing is None and line.system.membership is not None:
        return await _offer_leaving(line, request.text)
    pausing = pausing_of(line.system)
    settings = request.services.settings.systems[line.system.key]
    every = await _list_queues(line)
    try:
        queue, span = _read(every, request.text, request.services.clock.now(), settings.zone)
    except ValueError:
        raise UsageError(NO_END) from None
    queues, words = await _queues(line, every, queue, span.rest)
    if span.until is None and is_unread_end(words):
        raise UsageError(NO_END)
    reason = read_reason(words)
    outcome = await in_each(
        queues, lambda queue: pausing.pause(line.extension, queue, reason or DEFAULT_REASON)
    )
    if span.until is not None:  # where it may have worked too: coming back once more is harmless
        ended = outcome.done + outcome.perhaps
        await set_ends(request, line, ended, span.until, is_time_of_day=span.is_time_of_day)
    else:
        await forget_ends(request, line, outcome.done)
    text = f"Paused in {names_of(outcome.done)}"
    if reason:
        text += f" ({reason})"
    if span.until is not None:
        until = _told(span.until, request.services.clock.now(), settings.zone)
        text += f" until {until}; you will take calls again automatically"
    else:
        text += ". `/resume-agent` brings you back"
    return reply_of(text, outcome)


async def resume(request: Request) -> Reply:
    """Let the person's own extension take calls again."""
    named, request = split_system(request)
    line = await own_line(request, named)
    if line.system.pausing is None and line.system.membership is not None:
        return await _offer_joining(line, request.text)
    pausing = pausing_of(line.system)
    queues = await _only_queues(line, request.text)
    outcome = await in_each(queues, lambda queue: pausing.unpause(line.extension, queue))
    await forget_ends(request, line, outcome.done)
    return reply_of(f"You take calls again in {names_of(outcome.done)}", outcome)


def _told(until: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time of day, with its day where that is not today."""
    local = until.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return f"{local:{'%H:%M' if is_today else '%a %d %b, %H:%M'}} {local.tzname()}"


async def _offer_leaving(line: Line, text: str) -> Reply:
    """The refusal of a system without pausing, with what it can do as a button."""
    system, queue, words = line.system, None, text.split()
    if words and system.queues is not None:
        every = await system.queues.list_queues()
        queue, words = find_queue(every, text)
        if queue is None and (mistyped := mistyped_queue(every, text)):
            raise no_such_queue(every, mistyped)
        if queue is not None:
            refuse_several(every, words)
    refuse_mentions(" ".join(words))
    where = f"queue {queue.name}" if queue else "all your queues"
    leave = Button(
        "Log out of the queue instead",
        "queue.log_out",
        value_of(system, queue.queue_id if queue else EVERY_QUEUE),
        confirm=f"You leave {where}, and stay out until you log in again: no time ends it.",
    )
    instead = "It can log agents out of a queue instead, which loses them their place in it."
    return Reply(
        text=f"{system.key} ({system.title}) cannot {TASK}. {instead}",
        buttons=(leave,),
        outcome="not done",
    )


async def _offer_joining(line: Line, text: str) -> Reply:
    """Who was not paused, but logged out, comes back by logging in: into one queue at a time."""
    system = line.system
    queues = await _only_queues(line, text)
    told = f"{system.key} ({system.title}) cannot {TASK}. If you have left a queue, you can log in "
    if len(queues) > MOST_OPTIONS:
        return Reply(text=f"{told}to it again: `/queue-login <queue>`.", outcome="not done")
    values = [(queue.name, value_of(system, queue.queue_id)) for queue in queues]
    join: Control = Menu("Log in to a queue", "queue.log_in", tuple(values))
    if len(values) == 1:
        name, value = values[0]
        join = Button(f"Log in to {name}", "queue.log_in", value)
    return Reply(text=f"{told}to it again.", buttons=(join,), outcome="not done")


async def _list_queues(line: Line) -> list[Queue]:
    return await line.system.need(line.system.queues, "list its queues").list_queues()


def _read(
    every: Sequence[Queue], text: str, now: datetime, zone: ZoneInfo
) -> tuple[Queue | None, Span]:
    """The queue that comes first, if one does, and the end of the pause with the other words.

    A queue may be called as an end is: it is looked for before the end, and behind it once more.
    Raises ``ValueError`` like ``read_span``.
    """
    queue, words = find_queue(every, text, at_start=True)
    if words_of_end(text) > len(text.split()) - len(words):  # `30 minutes`, with a queue 30
        queue, words = None, text.split()
    span = read_span(" ".join(words), now, zone)
    if queue is None:
        queue, words = find_queue(every, span.rest, at_start=True)
        span = replace(span, rest=" ".join(words))
    return queue, span


async def _queues(
    line: Line, every: list[Queue], queue: Queue | None, text: str
) -> tuple[list[Queue], str]:
    """The queues that are meant, and the words after them.

    That is the ``queue`` that was named; otherwise all that the person is an agent of. Words that
    nearly name a queue are refused; behind ``all`` they are what they are.
    """
    words = text.split()
    if queue is not None:
        refuse_several(every, words)
        return [queue], text.removeprefix(",").strip()
    if words and bare(words[0]) == ALL:
        text = " ".join(words[1:])
    elif mistyped := mistyped_queue(every, text):
        raise no_such_queue(every, mistyped)
    agents = line.system.agents
    if agents is None or len(every) == 1:
        return every, text
    mine = [
        queue
        for queue in every
        if any(agent.number == line.extension for agent in await agents.list_agents(queue.queue_id))
    ]
    if not mine:
        raise Refused(f"Extension {line.extension} is not an agent of any queue.")
    return mine, text


async def _only_queues(line: Line, text: str) -> list[Queue]:
    """The queues that are meant, where no words may follow them. Raises ``UsageError``."""
    every = await _list_queues(line)
    queue, words = find_queue(every, text, at_start=True)
    queues, unread = await _queues(line, every, queue, " ".join(words))
    if unread:
        refuse_several(every, unread.split())
        raise no_such_queue(every, unread)
    return queues


async def in_each(queues: list[Queue], act: Callable[[str], Awaitable[None]]) -> PerQueue:
    """Act queue by queue, whatever the others say."""
    done: list[Queue] = []
    perhaps: list[Queue] = []
    refusals: list[str] = []
    first: PhoneSystemError | None = None
    for queue in queues:
        try:
            await act(queue.queue_id)
        except OutcomeUnknown as error:
            perhaps.append(queue)
            first = error if not isinstance(first, OutcomeUnknown) else first
        except PhoneSystemError as error:
            first = first or error
            refusals.append(f"{queue.name}: {error}")
        else:
            done.append(queue)
    return PerQueue(tuple(done), tuple(perhaps), tuple(refusals), first)


def names_of(queues: Sequence[Queue]) -> str:
    """``Sales, Support and Billing``; of so many that nobody reads their names, how many."""
    *others, last = [queue.name for queue in queues] or ["no queue"]
    names = f"{', '.join(others)} and {last}" if others else last
    return names if not others or len(names) <= LONGEST_NAMES else f"{len(queues)} queues"


def reply_of(text: str, outcome: PerQueue) -> Reply:
    """What was done, and line by line in which queues it may have been done or was not.

    If it worked in none, the first error is raised: one that leaves it open before a refusal.
    """
    if not outcome.done and outcome.first_error is not None:
        raise outcome.first_error
    lines = [
        *(f"Perhaps in {queue.name}: no answer came, so look there." for queue in outcome.perhaps),
        *(f"Not in {refusal}" for refusal in outcome.refusals),
    ]
    return Reply(
        text=f"{text}.",
        rows=tuple((line, ()) for line in lines),
        outcome="unknown" if outcome.perhaps else "done",
    )
