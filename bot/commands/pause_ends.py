"""The promised end of a pause: a timer for each extension and queue, whoever has the extension."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from bot.commands.access import Line
from bot.commands.button_values import value_of
from bot.commands.endings import outcome_word, told
from bot.commands.request import Reply, Request
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError, Unreachable
from bot.telephony.queues import PauseControl, Queue
from bot.telephony.system import PhoneSystem
from storage import links, timers
from storage.clock_steps import TIME_OF_DAY

PAUSE_TIMER: Final = "invocation"
"""The kind of these timers, as it stands in databases."""
KEY: Final = "resume:"
"""What their keys begin with; system, extension and queue are the rest."""
TASK: Final = "pause agents"
RETRY: Final = timedelta(minutes=1)
MOST_RETRIES: Final = 15


def pausing_of(system: PhoneSystem) -> PauseControl:
    """Raises ``NotSupported`` where nobody can be paused."""
    return system.need(system.pausing, TASK)


async def set_ends(
    request: Request, line: Line, queues: Iterable[Queue], until: datetime, *, is_time_of_day: bool
) -> None:
    """Let the pauses end at ``until``, each queue's by itself: another may end at another time."""
    payload = {
        "slack_user": request.slack_user,
        "slack_channel": request.slack_channel,
        TIME_OF_DAY: is_time_of_day,
    }

    def set_timers(session: Session) -> None:
        for queue in queues:
            named = payload | {"queue": queue.name}
            timers.set_timer(session, _key(line, queue), PAUSE_TIMER, until, named)

    await request.services.store.write(set_timers)


async def forget_ends(request: Request, line: Line, queues: Iterable[Queue]) -> None:
    """Pauses that are over, or have no end any more."""

    def cancel_timers(session: Session) -> None:
        for queue in queues:
            timers.cancel_timer(session, _key(line, queue))

    await request.services.store.write(cancel_timers)


async def end(request: Request, timer: Mapping[str, Any]) -> Reply:
    """End the pause that a ``timer`` was for: ``value`` is the rest of its key, ``queue`` what the
    queue was called, ``retries`` how often a system that cannot be reached was tried again.

    ``request`` is from whoever paused.
    """
    key, extension, queue_id = timer["value"].split(":", 2)
    where, failed = _queue(timer), _promise(timer)
    system = request.services.systems.get(key)
    if system is None:
        text = f"{failed}: there is no phone system {key} here any more, so look there."
        return Reply(text=text, outcome="not done")
    try:
        await pausing_of(system).unpause(extension, queue_id)
    except PhoneSystemError as error:
        does = "may or may not" if isinstance(error, OutcomeUnknown) else "does not"
        text = f"{failed}, and {does}: {told(error)}"
        if isinstance(error, Unreachable):
            text = await _try_again(request, timer, text)
        return Reply(text=text, outcome=outcome_word(error))
    own = await request.services.store.read(links.find_link, request.slack_user, system.key)
    is_own = own is not None and own.state == "active" and own.extension == extension
    who = "You take" if is_own else f"Extension {extension} takes"
    return Reply(text=f"{who} calls again in {where}.")


def too_late(timer: Mapping[str, Any]) -> str:
    """What is told where Ringback was not running when a pause was to end."""
    return (
        f"{_promise(timer)}, but Ringback was not running, and has only seen it now. Nothing was "
        "done: `/resume-agent` brings you back."
    )


def _promise(timer: Mapping[str, Any]) -> str:
    extension = timer["value"].split(":", 2)[1]
    return f"Extension {extension} was to take calls again in {_queue(timer)} now"


def _queue(timer: Mapping[str, Any]) -> str:
    """What it was called when the pause was asked for; older versions kept only its id."""
    return timer.get("queue") or f"the queue {timer['value'].split(':', 2)[2]}"


async def _try_again(request: Request, timer: Mapping[str, Any], text: str) -> str:
    """Later, since nothing happened there, unless another end was set meanwhile. Returns what the
    person is to hear of it: nothing in between."""
    retries = timer.get("retries", 0)
    if retries == MOST_RETRIES:
        return f"{text} It is not tried again: `/resume-agent` brings you back."
    key = f"{KEY}{timer['value']}"
    due_at = request.services.clock.now() + RETRY
    payload = {
        **timer,
        "slack_user": request.slack_user,  # invocations of older versions have them aside
        "slack_channel": request.slack_channel,
        TIME_OF_DAY: False,
        "retries": retries + 1,
    }

    def set_timer(session: Session) -> None:
        if timers.find_due_at(session, key) is None:
            timers.set_timer(session, key, PAUSE_TIMER, due_at, payload)

    await request.services.store.write(set_timer)
    return "" if retries else f"{text} It is tried again each minute, for a quarter of an hour."


def _key(line: Line, queue: Queue) -> str:
    return f"{KEY}{value_of(line.system, line.extension, queue.queue_id)}"
