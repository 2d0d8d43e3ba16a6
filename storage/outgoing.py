"""Messages of the outbox as whoever works on one has them: as they were when it was claimed."""

from datetime import datetime
from typing import Any, NamedTuple

from storage.columns import columns_of
from storage.tables import OutboxRow


class Outgoing(NamedTuple):
    """A message that was claimed: see ``OutboxRow``. ``parent_ts`` is of its thread's parent."""

    id: int
    key: str
    token: str
    kind: str
    slack_channel: str
    alert_id: int | None
    body: dict[str, Any]
    priority: int
    revision: int
    attempt: int
    uncertain: bool
    looks: int
    audit_at: datetime | None
    ts: str | None
    posted_to: str | None
    first_try_at: datetime | None
    parent_ts: str | None = None


COLUMNS = columns_of(OutboxRow, Outgoing._fields[:-1])
"""What a statement selects, or returns, to make one of."""
