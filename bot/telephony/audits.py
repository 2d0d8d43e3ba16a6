"""Audit entries: who changed what on a phone system, as the system itself remembers it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change. ``at`` is aware UTC; what the system does not tell is ``None``."""

    entry_id: str
    at: datetime | None
    who: str | None
    what: str


class Audits(Protocol):
    async def list_entries(self) -> list[AuditEntry]:
        """Every entry that our credentials may see, newest first."""
