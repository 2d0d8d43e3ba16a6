"""The phone system's address book."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """``contact_id`` is ``None`` for a contact that is yet to be added.

    ``numbers`` maps a kind (``mobile``, ``business``, ``home``, ...) to a number.
    """

    contact_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


class Contacts(Protocol):
    number_kinds: tuple[str, ...]

    async def find(self, number: str) -> list[Contact]:
        """Contacts with a number that ends like ``number``."""

    async def add(self, contact: Contact) -> str:
        """Add a contact; returns its new id. Sent once."""

    async def edit(self, contact_id: str, fields: Mapping[str, str]) -> None:
        """Set the fields that are given, and no other; an empty value empties one. Sent once.

        They are named as those of ``Contact``, and numbers by their kind.
        """

    async def delete(self, contact_id: str) -> None:
        """Delete a contact. Sent once."""
