"""Hosts (one PBX installation each) and the licences they run on."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One PBX installation. ``renews_on`` is the last day of its licence, without a time zone.

    It is ``None`` where the licence has no end, and where ``end_is_unreadable``: nobody knows then.
    """

    host_id: str
    name: str
    active: bool = True
    code: str | None = None
    customer_id: str | None = None
    licence_type: str | None = None
    activated_on: date | None = None
    renews_on: date | None = None
    end_is_unreadable: bool = False


class Hosts(Protocol):
    async def list_hosts(self) -> list[Host]:
        """Every host our credentials may see, inactive ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The phone system's own licence, where it tells about it."""

    product: str
    expires_on: date


class LicenceReader(Protocol):
    async def fetch_licence(self) -> Licence | None:
        """The system's licence, or ``None`` when it names no end."""
