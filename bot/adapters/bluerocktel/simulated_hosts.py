"""The hosts that the BlueRockTEL simulator starts with: every kind of renewal date there is."""

from datetime import date, datetime, timedelta
from enum import StrEnum

SECRET_PROPERTIES = ("web_password", "ssh_password", "ssh_key", "licence_key")

Simulated = dict[str, object]

NAMES_AND_DAYS = (
    ("pbx-north.example.net", 30),
    ("pbx-south.example.net", None),
    ("pbx-west.example.net", 0),
    ("pbx-east.example.net", 7),
    ("pbx-harbour.example.net", 1),
    ("pbx-old-town.example.net", -12),
    ("pbx-closed.example.net", -200),
)
DEFAULTS: Simulated = {
    "customer_file_id": None,
    "active": True,
    "web_username": "admin",
    "ssh_username": "phonesystem",
    "licence_type": None,
    "licence_activation_date": "2024-12-05",
    "licence_renewal_date": None,
    "sbc_aliases": None,
    "backups_location": "/var/lib/backups",
    "fetch_backups": False,
    "backups_frequency": 1440,
    "fetch_cdr": False,
    "cdr_frequency": 1440,
    "push_cdr": None,
    "fetch_recordings": False,
    "recordings_frequency": 1440,
    "push_recordings": None,
    "make_csv_data": None,
    "cl_calls_is_sync": True,
    "cl_participants_is_sync": True,
    "pbx_map": '{"extensions":{"100":"Front desk"},"queues":{"800":"Support"}}',
    "comment": None,
    "updated_at": None,
}
MIDNIGHT = "T00:00:00.000000Z"
INACTIVE = ("pbx-south.example.net", "pbx-closed.example.net")


class RenewalDates(StrEnum):
    """Laravel can tell a date either way, and no document says which way it is."""

    MIXED = "mixed"
    DATE = "date"
    TIMESTAMP = "timestamp"


def first_hosts(now: datetime) -> list[Simulated]:
    """Hosts numbered from 5 on; every other renewal date is spelt as a midnight timestamp."""
    return [
        simulated_host(
            number,
            now,
            host_name=name,
            customer_file_id=42 if number < 9 else 43,
            active=name not in INACTIVE,
            licence_type="Pro" if days is not None else None,
            licence_renewal_date=_spelt(now.date(), days, as_timestamp=number % 2 == 1),
        )
        for number, (name, days) in enumerate(NAMES_AND_DAYS, start=5)
    ]


def simulated_host(number: int, now: datetime, **properties: object) -> Simulated:
    """A host with the document's defaults, its secrets filled in."""
    secrets = {name: f"simulated-{name.replace('_', '-')}-{number}" for name in SECRET_PROPERTIES}
    return {
        **DEFAULTS,
        **secrets,
        "id": number,
        "code": f"PBX{number:04}",
        "ip_address": f"192.0.2.{number % 250}",
        "created_at": stamp(now),
        **properties,
    }


def stamp(moment: datetime) -> str:
    """A moment as Laravel spells it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def spelt_again(row: Simulated, how: RenewalDates) -> Simulated:
    """The row with its licence's end spelt the way that is asked for."""
    stored = row.get("licence_renewal_date")
    if how is RenewalDates.MIXED or not isinstance(stored, str):
        return row
    day = stored[:10]
    told = f"{day}{MIDNIGHT}" if how is RenewalDates.TIMESTAMP else day
    return {**row, "licence_renewal_date": told}


def _spelt(today: date, days: int | None, *, as_timestamp: bool) -> str | None:
    if days is None:
        return None
    day = (today + timedelta(days=days)).isoformat()
    return f"{day}{MIDNIGHT}" if as_timestamp else day
