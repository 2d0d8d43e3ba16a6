"""Removes what is over and done with, after the number of days that the settings say."""

from datetime import datetime, timedelta

from bot.settings import RetentionSettings
from storage import retention
from storage.store import Store


async def remove_old(store: Store, kept: RetentionSettings, now: datetime) -> None:
    """A little at a time, so that nobody has to wait for it."""
    for remove, days in (
        (retention.remove_receipts, kept.receipt_days),
        (retention.remove_invocations, kept.invocation_days),
        (retention.remove_messages, kept.invocation_days),
        (retention.remove_audit, kept.audit_days),
    ):
        after: int | None = 0
        while after is not None:
            after = await store.write(remove, now - timedelta(days=days), after)
    await store.write(retention.remove_ticks, now)
    await store.write(retention.remove_leases, now)
