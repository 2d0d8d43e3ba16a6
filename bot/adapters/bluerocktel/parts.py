"""BlueRockTEL's hosts and audits in the trade's words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.adapters.bluerocktel.client import BlueRockTelClient
from bot.adapters.bluerocktel.models import HostRow, is_of_our_time, read_moment
from bot.adapters.bluerocktel.rows import Row
from bot.telephony.audits import AuditEntry
from bot.telephony.hosts import Host

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class HostInventory:
    """The hosts of one customer, or of all. Each carries the end of its licence."""

    def __init__(self, client: BlueRockTelClient, customer_id: int | None) -> None:
        self._client = client
        self._customer_id = customer_id

    async def list_hosts(self) -> list[Host]:
        rows = await self._client.list_hosts(customer_id=self._customer_id)
        return [_host(row) for row in rows]

    async def probe(self) -> str:
        """Count the hosts: one harmless read that needs the token."""
        rows = await self._client.list_hosts(customer_id=self._customer_id)
        active = sum(_host(row).active for row in rows)
        odd = sum(bool(row.unreadable) for row in rows)
        counted = f"{len(rows)} host{'' if len(rows) == 1 else 's'}, {active} active"
        return f"{counted}, {odd} with dates that cannot be read" if odd else counted


class AuditTrail:
    """Best effort: no document names the members of an audit."""

    def __init__(self, client: BlueRockTelClient, zone: ZoneInfo) -> None:
        self._client = client
        self._zone = zone

    async def list_entries(self) -> list[AuditEntry]:
        entries = [_entry(row, self._zone) for row in await self._client.list_audits()]
        return sorted(entries, key=lambda entry: entry.at or LONG_AGO, reverse=True)


def _host(row: HostRow) -> Host:
    return Host(
        host_id=str(row.id),
        name=row.host_name,
        active=row.active is not False,
        code=row.code,
        customer_id=None if row.customer_file_id is None else str(row.customer_file_id),
        licence_type=row.licence_type,
        activated_on=row.licence_activation_date,
        renews_on=row.licence_renewal_date,
        end_is_unreadable="licence_renewal_date" in row.unreadable,
    )


def _entry(row: Row, zone: ZoneInfo) -> AuditEntry:
    return AuditEntry(
        entry_id=str(row.row_id), at=_written_at(row, zone), who=_who(row), what=_what(row)
    )


def _written_at(row: Row, zone: ZoneInfo) -> datetime | None:
    try:
        moment = read_moment(row.fields.get("created_at"), zone)
    except ValueError:
        return None
    return moment if moment is not None and is_of_our_time(moment) else None


def _who(row: Row) -> str | None:
    user = row.fields.get("user")
    nested = user.get("name") if isinstance(user, dict) else None
    if isinstance(nested, str) and nested:
        return nested
    number = row.text("user_id")
    return row.text("user_name", "user") or (f"user {number}" if number else None)


def _what(row: Row) -> str:
    """What was done, to what, and the names of the properties that changed."""
    done = row.text("description", "message", "event", "action", "type") or "changed"
    target = row.text("auditable_type", "subject")
    number = row.text("auditable_id", "pbx3cx_host_id", "pbx3cx_id", "host_id")
    changed = row.fields.get("changed")
    names = ", ".join(str(name) for name in changed) if isinstance(changed, list) else ""
    words = " ".join(word for word in (done, target, number) if word)
    return f"{words}: {names}" if names else words
