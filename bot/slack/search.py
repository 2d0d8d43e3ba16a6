"""Looks for messages whose fate nobody knows, and later for extras of them."""

import logging
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.settings import Settings
from bot.slack.history import CannotLook, Reader, extras, find_copies, take_away
from bot.slack.outcomes import REQUEST_ERRORS, in_words
from bot.slack.pauses import AskLater, Pauses
from bot.slack.results import Results
from bot.slack.undelivered import decide_blindly
from storage import doubts, outbox
from storage.outages import Outage
from storage.outgoing import Outgoing

log = logging.getLogger(__name__)

BLIND = "Messages in doubt cannot be looked for now"
NOT_BLIND = "Messages in doubt can be looked for again"


class Search:
    """Reads channels and threads, for messages that were claimed."""

    def __init__(
        self, settings: Settings, clock: Clock, client: AsyncWebClient, results: Results
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._client = client
        self._pauses = Pauses(clock)
        self._reader = Reader(client, self._pauses)
        self._results = results
        self._blind = Outage(log, logging.WARNING)

    async def look_for(self, row: Outgoing) -> None:
        """Find out whether the message arrived; where it did not, it is back in line."""
        now = self._clock.now()
        if row.ts is not None:  # an edit whose worker is gone: editing twice is harmless
            await self._results.note(outbox.mark_not_sent, row, now, "interrupted")
            return
        try:
            found = await self._find(row)
        except CannotLook as reason:
            await self._results.note(decide_blindly, row, now, str(reason))
            return
        except AskLater as later:
            await self._results.note(doubts.put_off_look, row, self._until(later))
            return
        except REQUEST_ERRORS as error:
            self._blind.goes_on(f"{BLIND}: {in_words(error)}")
            return
        self._blind.is_over(NOT_BLIND)
        if found:  # it shows the first revision for sure, a later one only perhaps
            await self._results.note_sent(row, found[0], row.slack_channel, revision=1)
        else:
            await self._results.note(outbox.mark_not_sent, row, now, "not found in the channel")

    async def audit(self, row: Outgoing) -> None:
        """Take away what is there too often, and set the next look."""
        try:
            for ts in extras(row, await self._find(row)):
                await take_away(self._client, self._pauses, row, ts)
        except CannotLook:
            await self._results.note(doubts.mark_audited, row, None)
            return
        except AskLater as later:
            await self._results.note(doubts.put_off_audit, row, self._until(later))
            return
        except REQUEST_ERRORS as error:
            self._blind.goes_on(f"{BLIND}: {in_words(error)}")
            return
        self._blind.is_over(NOT_BLIND)
        await self._results.note_audited(row)

    def _until(self, later: AskLater) -> datetime:
        """When Slack may be asked again. The outage is told; it lasts until a look succeeds."""
        self._blind.goes_on(f"{BLIND}: {later}")
        left = later.again_at - self._clock.monotonic()
        return self._clock.now() + timedelta(seconds=left)

    async def _find(self, row: Outgoing) -> list[str]:
        if not self._settings.slack.history or row.kind == "private":
            raise CannotLook("history is not read here")
        return await find_copies(self._reader, row)
