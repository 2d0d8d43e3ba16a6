"""Supervised loops for systems that do not push: what they bring goes the way of a push."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from bot.alerts import health
from bot.alerts.publishing import notify_ops, was_told
from bot.clock import Clock
from bot.leaseholder import WAIT_SECONDS, Leases, poller_lease
from bot.settings import Settings
from bot.telephony.errors import PhoneSystemError, UnexpectedReply
from bot.telephony.events import Feed, FeedBatch
from storage import receipts
from storage.engine import DatabaseUnusable
from storage.leases import Lease, LeaseLost, fenced
from storage.receipts import NewReceipt
from storage.store import Backlog, Store

log = logging.getLogger(__name__)

LONGEST_BACK_OFF_SECONDS = 60.0
MOST_DOUBLINGS = 6
"""After so many failures the pause is at its longest."""
SHORTEST_HOLD_SECONDS = 1.0
"""A long poll that comes back empty sooner than this did not hold: it is not repeated at once."""


@dataclass
class Poller:
    """Looks at one system's feed for as long as ``run`` runs, while no other process does.

    Broken is said once, and so is recovered.
    """

    system: str
    feed: Feed
    store: Store
    clock: Clock
    settings: Settings
    leases: Leases
    failures: int = 0
    told: bool = False
    fence: int = -1

    async def run(self) -> None:
        """Look again and again until cancelled. A failure of ours does not end the loop."""
        while True:
            await self.leases.hold(poller_lease(self.system))
            began = self.clock.monotonic()
            try:
                more = await self._try()
            except LeaseLost as lost:
                log.info("%s is looked at elsewhere: %s", self.system, lost)
                await self.clock.sleep(WAIT_SECONDS)
                continue
            except (Backlog, DatabaseUnusable):  # the store has logged it
                more = False
            except Exception:  # a mistake of ours must not end the loop
                more = False
                log.exception("%s: its feed could not be stored; trying again", self.system)
            if not more:
                await self.clock.sleep(self._pause(self.clock.monotonic() - began))

    async def look(self) -> bool:
        """Look once and store what there is; says whether to look again at once."""
        lease = self._lease()
        cursor = await self.store.read(receipts.get_cursor, self.system, self.feed.name)
        batch = await self._fetch(cursor)
        now = self.clock.now()
        news = [
            NewReceipt(
                system=self.system,
                dedupe_key=item.dedupe_key,
                road=self.feed.name,
                content_type=item.content_type,
                body=item.body,
                received_at=now,
            )
            for item in batch.items
        ]
        if news or batch.cursor != cursor:
            save = fenced(lease, receipts.save_feed_batch)
            await self.store.write(save, self.system, self.feed.name, batch.cursor, news)
        if batch.off is not None:
            await self._tell_daily("times", self._times_are_off(batch.off), is_markup=True)
        if batch.doubt is not None:
            await self._tell_daily("doubt", batch.doubt)
        if self.failures or not self.told:
            log.info("%s answers", self.system)
            note = fenced(lease, health.on_look)
            await self.store.write(note, self.settings, self.system, None, now)
        self.failures, self.told = 0, True
        return batch.more

    async def _fetch(self, cursor: str | None) -> FeedBatch:
        """What the feed brings. A mistake of the adapter leaves us as blind as the system's own."""
        try:
            return await self.feed.fetch(cursor)
        except PhoneSystemError:
            raise
        except Exception as error:
            if not self.failures:
                log.exception("%s: its feed cannot be read", self.system)
            raise UnexpectedReply(f"{self.system} answers, but Ringback cannot read it.") from error

    def _times_are_off(self, off: timedelta) -> str:
        by = f"{_rounded(abs(off))} {'ahead' if off > timedelta() else 'behind'}"
        return (
            f"{self.system} tells times that are about {by}: is `timezone` right? "
            "Until it is, missed calls may be lost or dated wrongly."
        )

    async def _tell_daily(self, what: str, text: str, *, is_markup: bool = False) -> None:
        """In the log and to the ops channel, so that no silence looks like good news."""
        now = self.clock.now()
        key = f"{what}:{self.system}:{now:%Y-%m-%d}"

        def tell(session: Session) -> bool:
            if was_told(session, key):
                return False
            notify_ops(session, self.settings, key, text, now, is_markup=is_markup)
            return True

        if await self.store.write(fenced(self._lease(), tell)):
            log.warning("%s: its news are doubtful: %s", self.system, text)

    async def _try(self) -> bool:
        try:
            return await self.look()
        except PhoneSystemError as error:
            await self._failed(error)
            return False

    def _lease(self) -> Lease:
        name = poller_lease(self.system)
        lease = self.leases.holding(name)
        if lease is None:
            raise LeaseLost(f"{name} is not held here")
        if lease.fence != self.fence:  # what was told before is not known here
            self.fence, self.told = lease.fence, False
        return lease

    async def _failed(self, error: PhoneSystemError) -> None:
        self.failures += 1
        if self.failures == 1:
            log.warning("%s: its feed is blind: %s", self.system, error)
        now = self.clock.now()
        note = fenced(self._lease(), health.on_look)
        await self.store.write(note, self.settings, self.system, str(error), now)

    def _pause(self, took_seconds: float) -> float:
        """Seconds until the next look: longer and longer while the system does not answer."""
        usual = self.settings.systems[self.system].poll_seconds
        if not self.failures:
            return max(0.0, SHORTEST_HOLD_SECONDS - took_seconds) if self.feed.holds else usual
        doublings = min(self.failures, MOST_DOUBLINGS)
        return max(usual, min(2.0**doublings, LONGEST_BACK_OFF_SECONDS))


def _rounded(span: timedelta) -> str:
    """``1 h``, ``5 h 30 min``, ``4 min``."""
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
    return " ".join(part for part in parts if part)
