"""``/pause-agent`` and ``/resume-agent``: out of a queue's calls for a while, and back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.commands.access import Line, own_line, split_system
from bot.commands.request import Reply, Request, UsageError
from bot.commands.spans import read_span
from bot.telephony.errors import PhoneSystemError, Refused
from bot.telephony.queues import PauseControl, Queue
from bot.telephony.system import PhoneSystem
from storage import timers

DEFAULT_REASON = "Break"
INSTEAD = "It can log agents out of a queue instead, which costs them their place in it."


@dataclass(frozen=True, slots=True)
class Outcome:
    """In which queues it worked, and what the others said."""

    done: tuple[str, ...]
    refusals: tuple[str, ...]


async def pause(request: Request) -> Reply:
    """Pause the person's own extension, in one queue or in all of theirs."""
    named, request = split_system(request)
    line = await own_line(request, named)
    pausing = _pausing(line.system)
    settings = request.services.settings.systems[line.system.key]
    try:
        span = read_span(request.text, request.services.clock.now(), settings.zone)
    except ValueError:
        raise UsageError("That is not a time of day. Try `for 15m` or `until 14:00`.") from None
    queues, reason = await _queues(line, span.rest)
    outcome = await _in_each(
        queues, lambda queue: pausing.pause(line.extension, queue, reason or DEFAULT_REASON)
    )
    text = f"Paused in {_names(outcome.done)}"
    if reason:
        text += f" ({reason})"
    if span.until is not None:
        local = span.until.astimezone(settings.zone)
        text += f" until {local:%H:%M} {local.tzname()}; you take calls again by yourself then"
        await _resume_later(request, line, queues, span.until)
    else:
        await _forget_resuming(request, line)
        text += ". `/resume-agent` brings you back"
    return Reply(text=_with_refusals(text, outcome))


async def resume(request: Request) -> Reply:
    """Let the person's own extension take calls again."""
    named, request = split_system(request)
    line = await own_line(request, named)
    pausing = _pausing(line.system)
    queues, _ = await _queues(line, request.text)
    outcome = await _in_each(queues, lambda queue: pausing.unpause(line.extension, queue))
    await _forget_resuming(request, line)
    return Reply(text=_with_refusals(f"You take calls again in {_names(outcome.done)}", outcome))


def _pausing(system: PhoneSystem) -> PauseControl:
    return system.need(system.pausing, "pause agents", INSTEAD if system.membership else "")


async def _queues(line: Line, text: str) -> tuple[list[Queue], str]:
    """The queues that are meant, and the words after them.

    The first words may name a queue; otherwise all the queues that the person is an agent of.
    """
    board = line.system.need(line.system.queues, "list its queues")
    every = await board.list_queues()
    words = text.split()
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length]).lower()
        for queue in every:
            if name in {queue.queue_id.lower(), queue.name.lower(), (queue.number or "").lower()}:
                return [queue], " ".join(words[length:])
    if words and words[0].lower() == "all":
        text = " ".join(words[1:])
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


async def _in_each(queues: list[Queue], act: Callable[[str], Awaitable[None]]) -> Outcome:
    """Act queue by queue. If it works in none, the first error is raised."""
    done, refusals, first = [], [], None
    for queue in queues:
        try:
            await act(queue.queue_id)
        except PhoneSystemError as error:
            first = first or error
            refusals.append(f"{queue.name}: {error}")
        else:
            done.append(queue.name)
    if not done and first is not None:
        raise first
    return Outcome(tuple(done), tuple(refusals))


def _timer_key(line: Line) -> str:
    return f"resume:{line.system.key}:{line.extension}"


async def _resume_later(request: Request, line: Line, queues: list[Queue], until: datetime) -> None:
    queue = queues[0].queue_id if len(queues) == 1 else "all"
    payload = {
        "name": "resume-agent",
        "text": f"{queue} @{line.system.key}",
        "slack_user": request.slack_user,
        "slack_channel": request.slack_channel,
    }
    await request.services.store.write(
        timers.set_timer, _timer_key(line), "invocation", until, payload
    )


async def _forget_resuming(request: Request, line: Line) -> None:
    await request.services.store.write(timers.cancel_timer, _timer_key(line))


def _names(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _with_refusals(text: str, outcome: Outcome) -> str:
    return " ".join((f"{text}.", *(f"Not in {refusal}" for refusal in outcome.refusals)))
