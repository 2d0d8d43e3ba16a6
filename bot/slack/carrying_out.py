"""Carries out what people asked for: once, and with an answer that is true.

An invocation is marked as running before anything leaves us. One that is found running after its
process is gone may have happened: it is not done again, and the person is told so.
"""

import asyncio
import logging
from collections.abc import Container, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.commands import COMMANDS, pause_ends
from bot.commands.access import NAMED_SYSTEM, NotLinked
from bot.commands.asking import with_names
from bot.commands.endings import outcome_word, told
from bot.commands.marks import visible
from bot.commands.request import Reply, Request, Services, UsageError
from bot.leaseholder import Leases, process_lease
from bot.redaction import mask_numbers
from bot.slack.answers import Answers
from bot.slack.buttons import BUTTONS
from bot.slack.press import Press
from bot.telephony.errors import PhoneSystemError
from bot.telephony.phone_numbers import in_digits
from storage import audit, invocations
from storage.engine import DatabaseUnusable
from storage.leases import Lease, LeaseLost, fenced
from storage.store import Backlog
from storage.tables import InvocationRow
from storage.topics import Topic

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
RECOVER_SECONDS = 2.0
AT_ONCE = 20
RECOVERED_AT_ONCE = AT_ONCE // 2
"""The others are for what is asked now."""
STALE = timedelta(minutes=5)
DIAL = "dial"
OF_QUEUES = frozenset({"queue-login", "queue-logout"})
"""Here a number is a queue or an extension, and both may stand side by side."""
TOO_LATE = (
    "Ringback was not running when you asked for {what}, and has only seen it now. Nothing was "
    "done: ask again if you still want it."
)
MAYBE = (
    "Ringback was restarted while it carried out {what}: it may have happened. Look before you "
    "ask again."
)
BROKEN = (
    "Something went wrong inside Ringback while it carried out {what}: it may have happened all "
    "the same. Look before you ask again, and tell an admin (invocation {number})."
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended: for the audit in a word, for the person in a reply."""

    outcome: str
    reply: Reply


class Carrier:
    """Takes up invocations for as long as ``run`` runs."""

    def __init__(self, services: Services, answers: Answers, leases: Leases) -> None:
        self._services = services
        self._answers = answers
        self._leases = leases
        self._recovers_at = 0.0
        self._wake = services.store.listen(Topic.INVOCATIONS)
        self._at_work: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Carry out until cancelled; what has begun is finished first."""
        try:
            while True:
                self._wake.clear()
                try:
                    await self._recover_now_and_then()
                    await self.look()
                    await self._services.clock.wait_for(self._wake, IDLE_SECONDS)
                except (Backlog, DatabaseUnusable):  # the store has logged it
                    await self._services.clock.sleep(IDLE_SECONDS)
                except Exception:  # a mistake of ours must not end the loop
                    log.exception("Invocations could not be looked at; trying again")
                    await self._services.clock.sleep(IDLE_SECONDS)
        finally:
            await self.settle()

    async def recover(self) -> None:
        """Tell those whose request was being carried out by a process that is gone, or by this
        one until the database failed it half-way."""
        store = self._services.store
        running = await store.read(invocations.list_running)
        # Asked for after that: whoever begins something meanwhile must not be taken for dead.
        others = await self._leases.list_living() - {self._leases.process}
        for row in running:
            assert row.id is not None
            if len(self._at_work) >= RECOVERED_AT_ONCE:
                return
            if row.process in others or row.id in self._at_work:
                continue
            if await store.write(invocations.adopt, row, self._leases.process):
                ending = Ending("unknown", Reply(text=MAYBE.format(what=_what(row))))
                self._begin(row.id, self._close(row, ending))

    async def _recover_now_and_then(self) -> None:
        """At the start; and again, since the database and other processes may fail at any time."""
        now = self._services.clock.monotonic()
        if now < self._recovers_at:
            return
        await self.recover()
        self._recovers_at = now + RECOVER_SECONDS

    async def look(self) -> None:
        """Begin whatever waits, a bounded number at once."""
        if self._lease() is None:
            return
        for row in await self._services.store.read(invocations.list_asked):
            assert row.id is not None
            if row.id not in self._at_work and len(self._at_work) < AT_ONCE:
                self._begin(row.id, self._carry_out(row))

    async def settle(self) -> None:
        """Wait for what has begun."""
        while self._at_work:
            await asyncio.gather(*self._at_work.values(), return_exceptions=True)

    def _begin(self, invocation_id: int, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._at_work[invocation_id] = task

        def done(task: asyncio.Task[None]) -> None:
            self._at_work.pop(invocation_id, None)
            error = None if task.cancelled() else task.exception()
            if error is None:
                self._wake.set()  # after an error it is tried again, not at once
            elif not isinstance(error, (Backlog, DatabaseUnusable)):  # the store has logged those
                log.error("Invocation %s failed", invocation_id, exc_info=error)

        task.add_done_callback(done)

    def _lease(self) -> Lease | None:
        """By it the others see that this process lives. Nothing is carried out without it."""
        return self._leases.holding(process_lease(self._leases.process))

    async def _carry_out(self, row: InvocationRow) -> None:
        store, lease = self._services.store, self._lease()
        assert row.id is not None
        if lease is None:
            return
        start = fenced(lease, invocations.start)
        if not await store.write(start, row.id, self._leases.process):
            return
        too_late = TOO_LATE.format(what=_what(row))
        if row.kind == "timer":
            too_late = pause_ends.too_late(row.payload)
        ending = Ending("not done", Reply(text=too_late))
        if self._services.clock.now() - row.asked_at <= STALE:
            with suppress(LeaseLost):  # this process was stopped for so long that others gave it up
                ending = await self._audited(row, lease)
        await self._close(row, ending)

    async def _close(self, row: InvocationRow, ending: Ending) -> None:
        assert row.id is not None
        if ending.reply.text:
            await self._answers.give(row, ending.reply)
        await self._services.store.write(invocations.finish, row.id)

    async def _audited(self, row: InvocationRow, lease: Lease) -> Ending:
        """Noted, run, and noted how it ended. Raises ``LeaseLost`` before anything was done."""
        store = self._services.store
        audit_id = await store.write(
            fenced(lease, audit.note),
            at=self._services.clock.now(),
            actor=row.slack_user,
            surface=row.kind,
            action=_deed(row),
            system=_named_system(row, self._services.systems),
            subject=_masked_words(row)[:200] or None,
        )
        request = self._request(row)
        ending = await self._ending(row, request)
        outcome, system = mask_numbers(ending.outcome), next(iter(request.about), None)
        await store.write(audit.complete, audit_id, outcome, system)
        return ending

    async def _ending(self, row: InvocationRow, request: Request) -> Ending:
        """Run it, and turn whatever happens into words. Nothing is swallowed."""
        try:
            reply = await self._answers.hand_over(row, await self._run(row, request))
            return Ending(reply.outcome, reply)
        except (UsageError, NotLinked) as error:
            return Ending("not done", Reply(text=str(error)))
        except PhoneSystemError as error:
            return Ending(outcome_word(error), Reply(text=told(error, rings=_dials(row))))
        except (Backlog, DatabaseUnusable):  # it may have happened: ``recover`` says so
            raise
        except Exception:  # whatever it is: the person hears of it
            log.exception("%s %s failed", row.kind, row.name)
            text = BROKEN.format(what=_what(row), number=row.id)
            return Ending("internal error", Reply(text=text))

    def _request(self, row: InvocationRow) -> Request:
        return Request(
            services=self._services,
            slack_user=row.slack_user,
            slack_channel=row.slack_channel,
            text=str(row.payload.get("text", "")).strip(),
            user_name=str(row.payload.get("user_name", "")),
        )

    async def _run(self, row: InvocationRow, request: Request) -> Reply:
        if row.kind == "command":
            if row.name not in COMMANDS:
                raise UsageError(f"There is no /{row.name} here. `/pbx help` lists what there is.")
            return await COMMANDS[row.name].run(request)
        value = str(row.payload.get("value", ""))
        if row.kind == "timer":
            return await pause_ends.end(request, row.payload)
        if row.name not in BUTTONS:
            raise UsageError("This button is not known here any more.")
        return await BUTTONS[row.name](
            Press(request, value, str(row.payload.get("message_ts", "")))
        )


def _what(row: InvocationRow) -> str:
    match row.kind:
        case "command":
            return f"`/{row.name}`"
        case "timer":
            return "the end of your pause"
    return "what you pressed"


def _dials(row: InvocationRow) -> bool:
    return _deed(row) in (DIAL, "missed_call.call_back")


def _masked_words(row: InvocationRow) -> str:
    """What was typed or pressed, for the audit."""
    words = _words(row)
    if _deed(row) == DIAL:
        words = in_digits(words)
    return mask_numbers(words, pairs=_deed(row) in OF_QUEUES)


def _named_system(row: InvocationRow, systems: Container[str]) -> str | None:
    """The system in what was typed or pressed, for the audit: also of what does not come far."""
    typed = NAMED_SYSTEM.search(str(row.payload.get("text") or ""))
    key = typed[1].lower() if typed else str(row.payload.get("value") or "").partition(":")[0]
    return key if key in systems else None


def _words(row: InvocationRow) -> str:
    """What was typed or pressed, with the names of those who are mentioned."""
    return with_names(str(row.payload.get("text") or row.payload.get("value") or ""))


def _deed(row: InvocationRow) -> str:
    """What is asked for: ``/pbx dial`` is ``/dial``."""
    word = visible(str(row.payload.get("text", ""))).partition(" ")[0].lower()
    return word if row.name == "pbx" and word in COMMANDS else row.name
