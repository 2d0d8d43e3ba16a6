"""The BlueRockTEL inside the simulator: its hosts, calls and audits, and its habits."""

from datetime import date, timedelta

from bot.adapters.bluerocktel.simulated_hosts import (
    RenewalDates,
    Simulated,
    first_hosts,
    simulated_host,
    spelt_again,
    stamp,
)
from bot.clock import Clock

Table = dict[int, Simulated]

GARBLED = ("host_name", "event", "number_from")


class SimulatedPbx:
    """What BlueRockTEL knows of others' phone systems; it is called as in the other folders.

    ``paginated`` wraps lists into pages of ``per_page``; ``extra_fields`` adds odd members, and
    ``garbled`` puts half a character and control characters into the texts of ``GARBLED``.
    ``renewal_dates`` says how they are spelt: as they are stored, all as dates, or all as times.
    ``hosts``, ``calls``, ``call_logs`` and ``audits`` map ids to rows, to be read and changed.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.paginated = False
        self.per_page = 3
        self.extra_fields = False
        self.garbled = False
        self.renewal_dates = RenewalDates.MIXED
        self.call_log_refreshes = 0
        self.hosts: Table = {number_of(row): row for row in first_hosts(clock.now())}
        self.calls: Table = {}
        self.call_logs: Table = {}
        self.audits: Table = {}
        self.write_audit("created", 5, web_password="was-changed")  # noqa: S106 - made up

    def customer_calls_and_hangs_up(
        self, number: str = "+33612345678", called: str = "+33123456789", rang_seconds: int = 20
    ) -> int:
        """A missed call that has just ended; returns the number of its call log."""
        return self.log_call("missed", number, called, rang_seconds)

    def log_call(
        self, status: str, number: str, called: str, seconds: int, direction: str = "inbound"
    ) -> int:
        """A finished call as it would be logged; returns the number of its call log."""
        now = self.clock.now()
        row: Simulated = {
            "pbx3cx_host_id": 5,
            "direction": direction,
            "status": status,
            "answered": status == "completed",
            "number_from": number,
            "number_to": called,
            "started_at": stamp(now - timedelta(seconds=seconds)),
            "ended_at": stamp(now),
        }
        self.insert(self.calls, row)
        return number_of(self.insert(self.call_logs, row))

    def renew(self, host_id: int, until: date) -> None:
        """The licence of a host is paid until a later day."""
        self.hosts[host_id]["licence_renewal_date"] = until.isoformat()

    def write_audit(self, event: str, host_id: int, **new_values: object) -> None:
        """A change of a host is written down, values and all."""
        row: Simulated = {
            "user": {"id": 7, "name": "Ada Admin"},
            "event": event,
            "auditable_type": "pbx3cx_host",
            "auditable_id": host_id,
            "new_values": new_values,
        }
        self.insert(self.audits, row)

    def add_host(self, sent: Simulated) -> Simulated:
        """A new host; what was not sent is as the document has it."""
        host = simulated_host(_next(self.hosts), self.clock.now(), **sent)
        self.hosts[number_of(host)] = host
        return host

    def insert(self, table: Table, row: Simulated) -> Simulated:
        """The row as it is in the table now, with its number."""
        number = _next(table)
        table[number] = {**row, "id": number, "created_at": stamp(self.clock.now())}
        return table[number]

    def shown(self, row: Simulated) -> Simulated:
        """The row as it is told to whoever asks."""
        row = spelt_again(row, self.renewal_dates)
        if self.garbled:
            row |= {name: f"{row[name]}\ud83d\x00\x1b" for name in GARBLED if name in row}
        if not self.extra_fields:
            return row
        return {**row, "tenant_uuid": "0d5f", "api_token": "simulated-api-token", "nested": [{}]}


def number_of(row: Simulated) -> int:
    """The id of a row."""
    number = row["id"]
    assert isinstance(number, int)
    return number


def _next(table: Table) -> int:
    return max(table, default=0) + 1
