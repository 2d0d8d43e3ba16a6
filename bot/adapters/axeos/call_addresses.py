"""Where calls are asked about and ended: the address that the PBX gave, or the documented one."""

from urllib.parse import quote

import httpx

KEPT = 100
"""How many given addresses are remembered; older calls have the documented address."""


class CallAddresses:
    """Addresses by ``unique_id``. The PBX may give absolute or relative ones.

    Only an address on the PBX's own host is followed, since our credentials go there.
    """

    def __init__(self, base: str) -> None:
        """``base`` ends in ``/apis/pbx/``."""
        self._base = httpx.URL(base)
        self._given: dict[str, str] = {}

    def remember(self, unique_id: str, location: str) -> None:
        """Keep the address from a ``Location`` header, unless it leads elsewhere."""
        address = self._followed(location)
        if address is None:
            return
        self._given[unique_id] = str(address)
        if len(self._given) > KEPT:
            del self._given[next(iter(self._given))]

    def address_of(self, unique_id: str) -> str:
        """The address of a call, known to us or not."""
        return self._given.get(unique_id) or f"{self._base}call/{quote(unique_id, safe='')}"

    def identifier_in(self, location: str) -> str | None:
        """The ``unique_id`` at the end of an address, for an answer that names it nowhere else."""
        address = self._followed(location)
        return None if address is None else address.path.rpartition("/")[2] or None

    def _followed(self, location: str) -> httpx.URL | None:
        """``location`` as a full address on the PBX's own host, below ``/apis/pbx/``."""
        try:
            address = self._base.join(location).copy_with(query=None, fragment=None)
        except httpx.InvalidURL:
            return None
        if _place(address) != _place(self._base) or not address.path.startswith(self._base.path):
            return None
        return address if len(address.path) > len(self._base.path) else None


def _place(address: httpx.URL) -> tuple[str, str, int | None, bytes]:
    return address.scheme, address.host, address.port, address.userinfo
