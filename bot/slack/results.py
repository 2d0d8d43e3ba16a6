"""What became of requests to Slack, written down before anything new is taken."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Concatenate, ParamSpec

from sqlmodel import Session

from bot.clock import Clock
from bot.slack.outcomes import NotSent
from bot.slack.undelivered import send_later
from storage import doubts, outbox
from storage.engine import DatabaseUnusable
from storage.outgoing import Outgoing
from storage.store import Backlog, Store

log = logging.getLogger(__name__)

P = ParamSpec("P")

AUDIT_AFTER = (timedelta(seconds=60), timedelta(seconds=600))
"""When a message that was ever in doubt is looked for again, each after the one before."""


class Results:
    """Writes results, and keeps those that could not be written when they were known."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._unwritten: deque[Callable[[Session], object]] = deque()
        self._pauses = 0
        """So many are being written."""

    @property
    def are_behind(self) -> bool:
        """Whether nothing may be claimed: a pause that Slack asked for may not be written yet."""
        return bool(self._unwritten or self._pauses)

    async def catch_up(self) -> None:
        """Write what could not be written. Raises ``Backlog`` or ``DatabaseUnusable``."""
        while self._unwritten:
            try:
                await self._store.write(self._unwritten[0])
            except (Backlog, DatabaseUnusable):
                raise
            except Exception:  # whatever it is: its message is looked for after its quarantine
                log.exception("A result cannot be written and is left out")
            self._unwritten.popleft()

    async def note(
        self, result: Callable[Concatenate[Session, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Write a result. Raises what ``Store.write`` raises; what may pass is kept for later."""
        try:
            await self._store.write(result, *args, **kwargs)
        except (Backlog, DatabaseUnusable):
            self._unwritten.append(lambda session: result(session, *args, **kwargs))
            raise

    async def note_not_sent(self, row: Outgoing, outcome: NotSent) -> None:
        """Slack surely did nothing (see ``send_later``). Nothing is claimed before that is written.

        A commit that fails is known to have failed only when another may have been made already.
        """
        again_at = self._clock.now() + timedelta(seconds=outcome.again_seconds)
        self._pauses += 1
        try:
            await self.note(send_later, row, again_at, outcome.reason, outcome.channel_wide)
        finally:
            self._pauses -= 1

    async def note_sent(
        self, row: Outgoing, ts: str, posted_to: str, revision: int | None = None
    ) -> None:
        """Slack has it (see ``outbox.mark_sent``)."""
        now = self._clock.now()
        audit_at = now + AUDIT_AFTER[0]
        if row.ts is not None and row.uncertain:
            await self.note(doubts.mark_edited, row, now, audit_at)
            return
        await self.note(outbox.mark_sent, row, now, ts, posted_to, audit_at, revision)

    async def note_audited(self, row: Outgoing) -> None:
        """It was looked for once more; the next look is set, if there is to be one."""
        looks = row.looks + 1
        again_at = self._clock.now() + AUDIT_AFTER[looks] if looks < len(AUDIT_AFTER) else None
        await self.note(doubts.mark_audited, row, again_at)
