"""BlueRockTEL's 3CX section over HTTP: one method per operation of its document.

Every method may raise ``BadCredentials``, ``Refused`` (no such thing, not allowed, fields not
accepted), ``Unreachable`` and ``UnexpectedReply``; those that change something are sent once and
may raise ``OutcomeUnknown``. The sections named are those of BlueRockTEL's "PBX (3CX)" page.
"""

import logging
from datetime import date
from typing import Unpack
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from bot.adapters.bluerocktel.connection import Body, Connection
from bot.adapters.bluerocktel.models import (
    HostOptions,
    HostProperties,
    HostRow,
    read_host,
)
from bot.adapters.bluerocktel.rows import Row, read_choice, read_details, read_row
from bot.adapters.bluerocktel.settings import BlueRockTelSettings
from bot.adapters.bluerocktel.signatures import spelled_out
from bot.adapters.transport import Transport, unexpected
from bot.telephony.errors import NotSent

log = logging.getLogger(__name__)

Fields = dict[str, JsonValue]


class BlueRockTelClient:
    """Hosts are typed; the other rows have no documented members, see ``rows``."""

    def __init__(self, transport: Transport, settings: BlueRockTelSettings) -> None:
        self.system = transport.system
        self._connection = Connection(transport, settings)
        self._hosts = settings.hosts_path
        self._zone: ZoneInfo = settings.zone
        self._unreadable: dict[int | None, str] = {}

    async def list_hosts(self, *, customer_id: int | None = None) -> list[HostRow]:
        """List the 3CX hosts, those of one customer or all. Section "3CX Hosts".

        Dates that cannot be read are named in ``unreadable``, and are an error where no host's end
        of its licence can be read.
        """
        query = {} if customer_id is None else {"customer_id": customer_id}
        items = await self._connection.collect("hosts", self._hosts, query=query)
        found = [read_host(item, self._zone) for item in items]
        hosts = {host.id: host for host in found if host is not None}
        if None in found:
            raise unexpected(self.system, "hosts")
        if hosts and all("licence_renewal_date" in host.unreadable for host in hosts.values()):
            raise unexpected(self.system, "the dates of hosts")
        self._note_unreadable(list(hosts.values()), customer_id)
        return list(hosts.values())

    @spelled_out(HostOptions)
    async def create_host(
        self, *, host_name: str, **properties: Unpack[HostOptions]
    ) -> HostRow | None:
        """Create a 3CX host; the server makes its code. Section "3CX Hosts".

        Properties that are left out or ``None`` are the server's to choose. Frequencies in
        minutes. ``None`` comes back where the system answers without a body.
        """
        body = _body(HostOptions, {**properties})
        return await self._host("POST", self._hosts, None, {"host_name": host_name, **body})

    async def fetch_host(self, *, host_id: int) -> HostRow:
        """Fetch one 3CX host, without its secrets. Section "3CX Hosts"."""
        data = await self._connection.fetch("a host", f"{self._hosts}/{host_id}", "host")
        host = read_host(data, self._zone)
        if host is None:
            raise unexpected(self.system, "a host")
        return host

    @spelled_out(HostProperties)
    async def update_host(
        self,
        *,
        host_id: int,
        clear: list[str] | None = None,
        **properties: Unpack[HostProperties],
    ) -> HostRow | None:
        """Change a 3CX host; what is left out or ``None`` stays. Section "3CX Hosts".

        ``clear`` names properties to be emptied. Frequencies in minutes. ``None`` comes back
        where the system answers without a body. Raises ``Refused`` when nothing is to change.
        """
        body = {
            **_body(HostProperties, {**properties}),
            **self._cleared(clear or [], {**properties}),
        }
        if not body:
            raise NotSent(f"{self.system}: name at least one property of the host to change.")
        return await self._host("PUT", f"{self._hosts}/{host_id}", "host", body)

    async def delete_host(self, *, host_id: int) -> None:
        """Delete a 3CX host. Section "3CX Hosts"."""
        await self._connection.change("a host", "DELETE", f"{self._hosts}/{host_id}", noun="host")

    async def list_origins(self, *, host_id: int) -> list[Row]:
        """List the origins of one host, used for routing. Section "3CX Origins"."""
        path = f"pbx3cx/{host_id}/origins"
        items = await self._connection.collect("origins", path, noun="host")
        return self._choices("origins", items)

    async def list_calls(self) -> list[Row]:
        """List the call records. Section "3CX Calls"."""
        return await self._rows("calls", "pbx3cx_calls")

    async def create_call(self, *, fields: Fields) -> Row | None:
        """Log a call; no document names its fields. Section "3CX Calls"."""
        return await self._store("a call", "POST", "pbx3cx_calls", fields)

    async def fetch_call(self, *, call_id: int) -> Row:
        """Fetch one call record. Section "3CX Calls"."""
        return await self._row("a call", f"pbx3cx_calls/{call_id}", "call")

    async def update_call(self, *, call_id: int, fields: Fields) -> Row | None:
        """Change a call record; no document names its fields. Section "3CX Calls"."""
        path = f"pbx3cx_calls/{call_id}"
        return await self._store("a call", "PUT", path, fields, noun="call")

    async def delete_call(self, *, call_id: int) -> None:
        """Delete a call record. Section "3CX Calls"."""
        await self._connection.change("a call", "DELETE", f"pbx3cx_calls/{call_id}", noun="call")

    async def list_call_logs(self) -> list[Row]:
        """List the visible call logs, all of them. Section "3CX Call Logs"."""
        return await self._rows("call logs", "pbx3cx-call-logs")

    async def create_call_log(self, *, fields: Fields) -> Row | None:
        """Create a call log; the server then refreshes its call logs. Section "3CX Call Logs"."""
        return await self._store("a call log", "POST", "pbx3cx-call-logs", fields)

    async def fetch_call_log(self, *, call_log_id: int) -> Row:
        """Fetch one call log. Section "3CX Call Logs"."""
        path = f"pbx3cx-call-logs/{call_log_id}"
        return await self._row("a call log", path, "call log")

    async def fetch_call_log_details(self, *, call_log_id: int) -> Row:
        """Fetch the details of one call log. Section "3CX Call Log Details"."""
        what, path = "call log details", f"pbx3cx-call-log-details/{call_log_id}"
        row = read_details(call_log_id, await self._connection.fetch(what, path, "call log"))
        if row is None:
            raise unexpected(self.system, what)
        return row

    async def list_audits(self) -> list[Row]:
        """List the audit records; they can be edited and deleted. Section "3CX Audits"."""
        return await self._rows("audits", "pbx3cx-audits")

    async def create_audit(self, *, fields: Fields) -> Row | None:
        """Create an audit record; no document names its fields. Section "3CX Audits"."""
        return await self._store("an audit", "POST", "pbx3cx-audits", fields)

    async def fetch_audit(self, *, audit_id: int) -> Row:
        """Fetch one audit record. Section "3CX Audits"."""
        return await self._row("an audit", f"pbx3cx-audits/{audit_id}", "audit")

    async def update_audit(self, *, audit_id: int, fields: Fields) -> Row | None:
        """Change an audit record; no document names its fields. Section "3CX Audits"."""
        path = f"pbx3cx-audits/{audit_id}"
        return await self._store("an audit", "PUT", path, fields, noun="audit")

    async def delete_audit(self, *, audit_id: int) -> None:
        """Delete an audit record. Section "3CX Audits"."""
        await self._connection.change(
            "an audit", "DELETE", f"pbx3cx-audits/{audit_id}", noun="audit"
        )

    async def list_countries(self) -> list[Row]:
        """List the countries that 3CX knows, without a token. Section "Helper: 3CX Countries"."""
        items = await self._connection.collect("countries", "helpers/3cxCountries", token=False)
        return self._choices("countries", items)

    async def list_open_destinations(self) -> list[Row]:
        """List the open destinations, without a token.

        Section "Helper: 3CX Open Destinations".
        """
        path = "helpers/3cxOpenDestinations"
        items = await self._connection.collect("open destinations", path, token=False)
        return self._choices("open destinations", items)

    async def _host(self, method: str, path: str, noun: str | None, body: Body) -> HostRow | None:
        answer = await self._connection.change("a host", method, path, noun=noun, body=body)
        host = None if answer is None else read_host(answer, self._zone)
        if host is None and answer is not None:
            raise self._connection.unclear("a host")
        return host

    async def _rows(self, what: str, path: str) -> list[Row]:
        found = [read_row(item) for item in await self._connection.collect(what, path)]
        rows = [row for row in found if row is not None]
        if len(rows) < len(found):
            raise unexpected(self.system, what)
        return rows

    async def _row(self, what: str, path: str, noun: str) -> Row:
        row = read_row(await self._connection.fetch(what, path, noun))
        if row is None:
            raise unexpected(self.system, what)
        return row

    async def _store(
        self,
        what: str,
        method: str,
        path: str,
        fields: Fields,
        noun: str | None = None,
    ) -> Row | None:
        answer = await self._connection.change(what, method, path, noun=noun, body=fields)
        row = None if answer is None else read_row(answer)
        if row is None and answer is not None:
            raise self._connection.unclear(what)
        return row

    def _note_unreadable(self, hosts: list[HostRow], customer_id: int | None) -> None:
        """Log which dates cannot be read, once, and once when that is over."""
        odd = ", ".join(
            f"{' and '.join(host.unreadable)} of host {host.id}"
            for host in hosts
            if host.unreadable
        )
        before = self._unreadable.get(customer_id, "")
        self._unreadable[customer_id] = odd
        if odd and odd != before:
            log.warning("%s: dates that cannot be read: %s", self.system, odd)
        elif before and not odd:
            log.info("%s: all dates of hosts can be read again", self.system)

    def _choices(self, what: str, items: list[object]) -> list[Row]:
        found = [read_choice(item) for item in items]
        rows = [row for row in found if row is not None]
        if len(rows) < len(found):
            raise unexpected(self.system, what)
        return rows

    def _cleared(self, names: list[str], given: dict[str, object]) -> dict[str, None]:
        for name in names:
            if name not in HostOptions.__annotations__ or given.get(name) is not None:
                raise NotSent(f"{self.system}: a host's {name[:40]} cannot be cleared that way.")
        return dict.fromkeys(names)


def _body(known: type, properties: dict[str, object]) -> dict[str, str | int | bool | None]:
    """The properties as JSON values. Raises ``TypeError`` for a name that no host has."""
    body: dict[str, str | int | bool | None] = {}
    for name, value in properties.items():
        if name not in known.__annotations__:
            raise TypeError(f"a host has no property {name!r} that can be written")
        if isinstance(value, date):
            body[name] = value.isoformat()
        elif isinstance(value, str | int):
            body[name] = value
    return body
