"""The one poster: nothing else in Ringback calls ``chat.postMessage``.

Slack has no idempotent post. So the intent is on disk before a request leaves; after an unknown
outcome we wait longer than Slack could still be at work, look for our own mark in the channel,
and only then post again; whatever was ever unknown is looked at once more and extras are deleted.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import Clock
from bot.settings import Settings
from bot.slack.departures import Turn, TurnMissed, before_leaving
from bot.slack.history import mark
from bot.slack.message import Message, possibly_repeated
from bot.slack.outcomes import REQUEST_ERRORS, Impossible, NotSent, Unknown, outcome_of
from bot.slack.results import Results
from bot.slack.search import Search
from bot.slack.undelivered import give_up
from storage import doubts, outbox
from storage.engine import DatabaseUnusable
from storage.outbox import Pace
from storage.outgoing import Outgoing
from storage.store import Backlog, Store
from storage.topics import Topic, announced

log = logging.getLogger(__name__)

P = ParamSpec("P")
ResultT = TypeVar("ResultT")

UNDRAWN_AFTER = timedelta(seconds=30)
EDITED_AGAIN_AFTER = timedelta(seconds=2)
IDLE_SECONDS = 1.0
BEHIND_SECONDS = 0.2
"""Between tries to write what Slack said: nobody knows of it if this process dies before."""

Compose = Callable[[Session, Outgoing], Message]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that was claimed and drawn."""

    message: Message
    turn: Turn

    @property
    def row(self) -> Outgoing:
        """What the outbox said of it when it was claimed."""
        return self.turn.row


@dataclass
class Poster:
    """Sends what is in the outbox, for as long as ``run`` runs.

    ``compose`` reads what a row shall show now, in the transaction that claims it.
    """

    store: Store
    clock: Clock
    settings: Settings
    client: AsyncWebClient
    compose: Compose
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self._wake = self.store.listen(Topic.OUTBOX)
        self._at_work: set[asyncio.Task[Any]] = set()
        self._results = Results(self.store, self.clock)
        self._search = Search(self.settings, self.clock, self.client, self._results)

    async def run(self) -> None:
        """Send until cancelled; requests under way are finished first."""
        try:
            while True:
                self._wake.clear()
                try:
                    await self.look()
                    await self._pause()
                except (Backlog, DatabaseUnusable):  # the store has logged it
                    await self._wait_for_the_database()
                except Exception:  # a mistake of ours must not end the loop
                    log.exception("The outbox could not be looked at; trying again")
                    await self.clock.sleep(IDLE_SECONDS)
        finally:
            while self._at_work:
                await asyncio.gather(*self._at_work, return_exceptions=True)

    async def write(self, unit: Callable[[Session], ResultT]) -> ResultT:
        """Run ``unit`` in the writer; what it lets be sent is claimed in the same transaction.

        It is sent as soon as that is committed, also if whoever asked is cancelled meanwhile.
        Raises what ``Store.write`` raises.
        """

        def claiming(session: Session) -> tuple[ResultT, list[Claimed]]:
            result = unit(session)
            news = Topic.OUTBOX in announced(session)
            return result, self._claim(session) if news else []

        return await self._commit_and_send(claiming)

    async def look(self) -> None:
        """Take what is due and start sending it, looking for it or auditing it."""
        await self.catch_up()
        doubtful, audits = await self._commit_and_send(self._claim_all)
        for row in doubtful:
            self._start(self._search.look_for(row))
        for row in audits:
            self._start(self._search.audit(row))

    async def catch_up(self) -> None:
        """Write what Slack said and could not be written. Raises ``Backlog`` or
        ``DatabaseUnusable`` while it still cannot."""
        await self._results.catch_up()

    async def settle(self) -> None:
        """Wait for the requests under way."""
        while self._at_work:
            await asyncio.gather(*self._at_work)

    def _claim_all(
        self, session: Session
    ) -> tuple[tuple[list[Outgoing], list[Outgoing]], list[Claimed]]:
        """What is to be looked for and to be audited now, and what is to be sent."""
        claimed, now = self._claim(session), self.clock.now()
        doubtful = doubts.claim_doubtful(session, now, self.pace)
        return (doubtful, doubts.claim_audits(session, now, self.pace)), claimed

    def _claim(self, session: Session) -> list[Claimed]:
        """Take what may be sent, and draw it.

        Nothing while a pause that Slack asked for may not be written down. Raises ``DBAPIError``;
        a message that cannot be drawn for another reason is tried later.
        """
        if self._results.are_behind:
            return []
        session.flush()  # what is drawn is read from the database
        began, now = self.clock.monotonic(), self.clock.now()
        claimed = []
        for row in outbox.claim_due(session, now, self.pace):
            if row.kind == "line" and row.parent_ts is None:
                outbox.mark_dead(session, row, "its card was not posted")
                continue
            try:
                message = self.compose(session, row)
            except DBAPIError:
                raise
            except Exception:  # whatever is wrong with it: nothing of it has left
                log.exception("Message %s cannot be composed", row.id)
                again_at = now + UNDRAWN_AFTER
                outbox.mark_not_sent(session, row, again_at, "cannot be composed")
                continue
            turn = Turn(self.store, self.clock, self.pace, row, now, began)
            claimed.append(Claimed(message, turn))
        return claimed

    async def _commit_and_send(
        self, unit: Callable[[Session], tuple[ResultT, list[Claimed]]]
    ) -> ResultT:
        """Run a unit that claims, and send what it has claimed; nobody's cancelling stops that."""

        async def to_the_end() -> ResultT:
            result, claimed = await self.store.write(unit)
            for each in claimed:
                self._start(self._send(each))
                # Over a connection that stands, it leaves before the next one begins.
                await asyncio.sleep(0)
            return result

        task = asyncio.ensure_future(to_the_end())
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        return await asyncio.shield(task)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._at_work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._at_work.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, (Backlog, DatabaseUnusable)):
            self._wake.set()  # what Slack said is to be written as soon as that can be
        elif error is not None:
            log.error("A message could not be dealt with", exc_info=error)

    async def _wait_for_the_database(self) -> None:
        """Until it is worth another try; less long as soon as Slack has said something."""
        if self._results.are_behind:
            await self.clock.sleep(BEHIND_SECONDS)
        else:
            await self.clock.wait_for(self._wake, IDLE_SECONDS)

    async def _pause(self) -> None:
        """Wait for news or for the next turn, a second at most: other processes write too."""
        if self._wake.is_set():
            return
        due = await self.store.read(outbox.next_due)
        seconds = IDLE_SECONDS
        if due is not None:
            seconds = min(max((due - self.clock.now()).total_seconds(), 0.02), IDLE_SECONDS)
        await self.clock.wait_for(self._wake, seconds)

    async def _send(self, claimed: Claimed) -> None:
        row, turn = claimed.row, claimed.turn
        try:
            await turn.keep()
            with before_leaving(turn.keep):
                answer = await self._ask_slack(row, claimed.message)
        except TurnMissed:
            return
        except (Backlog, DatabaseUnusable):  # it could not be asked for: nothing has left
            await self._results.note(outbox.mark_not_sent, row, self.clock.now(), "no turn")
            return
        except REQUEST_ERRORS as error:
            await self._failed(row, error)
            return
        ts = row.ts or answer["ts"]
        if not ts:  # an "ok" that does not say where the message is cannot be relied upon
            await self._results.note(doubts.mark_unknown, row, "no ts in the answer")
            return
        await self._results.note_sent(
            row, str(ts), str(row.posted_to or answer["channel"] or row.slack_channel)
        )

    async def _ask_slack(self, row: Outgoing, message: Message) -> Any:
        if row.ts is None:
            return await self._post(row, message)
        where = row.posted_to or row.slack_channel
        return await self.client.chat_update(
            channel=where, ts=row.ts, text=message.text, blocks=message.blocks
        )

    async def _post(self, row: Outgoing, message: Message) -> Any:
        if row.body.get("unsure"):
            message = possibly_repeated(message)
        return await self.client.chat_postMessage(
            channel=row.slack_channel,
            thread_ts=row.parent_ts,
            text=message.text,
            blocks=message.blocks or None,
            metadata=mark(row.token),
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _failed(self, row: Outgoing, error: BaseException) -> None:
        outcome = outcome_of(error)
        now = self.clock.now()
        match outcome:
            case NotSent():
                await self._results.note_not_sent(row, outcome)
            case Unknown(reason) if row.ts is not None:  # editing twice is harmless
                again_at = now + EDITED_AGAIN_AFTER
                await self._results.note(doubts.mark_edit_unknown, row, again_at, reason)
            case Unknown(reason):
                log.warning("Message %s: outcome unknown (%s)", row.id, reason)
                await self._results.note(doubts.mark_unknown, row, reason)
            case Impossible(reason):
                what = "delivered" if row.ts is None else "changed"
                log.error("Message %s cannot be %s: %s", row.id, what, reason)
                await self._results.note(give_up, self.settings, row, reason, now)
