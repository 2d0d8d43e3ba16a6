"""How a lone process goes by its machine's clock, and what it does when that was set."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.clock import SteadyClock
from bot.settings import Settings
from bot.ticks import Daily
from storage import clock_steps
from storage.clock_steps import SMALL_STEP, MoveAges
from storage.engine import DatabaseUnusable
from storage.store import Backlog, Store

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0


async def wait_for_step(clock: SteadyClock) -> None:
    """Return when the machine's clock was set."""
    while abs(clock.step) <= SMALL_STEP:
        await clock.sleep(LOOK_SECONDS)
    log.warning("The clock was set by %+.0f s", clock.step.total_seconds())


def daily_runs(settings: Settings) -> dict[str, Daily]:
    """The jobs whose runs are named by a date, which may lie ahead of the run."""
    at = settings.licences.at
    return {f"licences:{key}": Daily(at, of.zone) for key, of in settings.systems.items()}


async def follow_machine(
    clock: SteadyClock,
    store: Store,
    ages: Sequence[MoveAges] = (),
    dailies: Mapping[str, Daily] | None = None,
) -> bool:
    """Go by the machine's clock from now on, as far as it was set. No loop may be at work.

    ``ages`` move what rules remember (see ``clock_steps.move``), ``dailies`` see ``daily_runs``.
    False when the database cannot be told: then the time of before goes on.
    """
    machine = clock.machine
    now, steady = machine.now(), machine.monotonic()
    if clock.is_set:
        expected = clock.at(steady)
    else:  # what happened while nobody was there?
        expected = await store.read(clock_steps.get_expected, now, steady, machine.boot)
    clock.set(expected, steady)
    step = now - expected if abs(now - expected) > SMALL_STEP else timedelta()
    after = expected + step
    newest = {job: daily.newest_done(after) for job, daily in (dailies or {}).items()}
    try:
        await store.write(clock_steps.move, expected, step, steady, machine.boot, ages, newest)
    except (DatabaseUnusable, Backlog) as error:
        log.warning("Going by the time of before for a moment: %s", error)
        return False
    except Exception:  # a rule that cannot move its ages must not end every loop
        log.exception("Going by the time of before: a step of the clock cannot be followed")
        return False
    clock.set(after, steady)
    return True
