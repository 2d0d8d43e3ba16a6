"""``/pbx licence``, ``/pbx hosts`` and ``/pbx audit``: for those who look after phone systems."""

import re
from collections.abc import Awaitable, Callable
from datetime import MAXYEAR, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands import linking
from bot.commands.access import some_system, split_system
from bot.commands.asking import refuse_words
from bot.commands.dates import day_and_time
from bot.commands.request import Reply, Request
from bot.commands.roles import require_admin
from bot.telephony.errors import NotSupported, PhoneSystemError
from bot.telephony.hosts import Host
from bot.telephony.system import PhoneSystem
from storage import audit as own_audit
from storage.tables import AuditRow

MOST_ROWS: Final = 50
ENTRIES: Final = 20
NO_END: Final = "without an end"

PERSON: Final = re.compile(r"\b[UW][A-Z0-9]+\b")
"""A Slack id, where the audit names those who got or lost a line."""
TERMINAL: Final = frozenset({"api", "terminal"})
"""What was asked for there has a name of the machine's as its actor, everything else a Slack id."""

Fetch = Callable[[PhoneSystem], Awaitable[list[str]]]


async def licence(request: Request) -> Reply:
    """How long each system's licence and each host's runs, days counted in the system's zone."""
    named, request = split_system(request)
    require_admin(request, "see licences")
    refuse_words(request, "/pbx licence [@system]")

    async def fetch(system: PhoneSystem) -> list[str]:
        today = _today(request, system)
        return [*await _own_term(system, today), *await _host_terms(system, today)]

    systems = _able(request, named, "list licences", "licence", "hosts")
    return await _collected(systems, fetch, "Licences:")


async def hosts(request: Request) -> Reply:
    """Every host, inactive ones included."""
    named, request = split_system(request)
    require_admin(request, "see hosts")
    refuse_words(request, "/pbx hosts [@system]")

    async def fetch(system: PhoneSystem) -> list[str]:
        found = await system.need(system.hosts, "list hosts").list_hosts()
        today = _today(request, system)
        return [_describe(host, today) for host in found] or [f"{system.key} has no hosts."]

    return await _collected(_able(request, named, "list hosts", "hosts"), fetch, "Hosts:")


async def audit(request: Request) -> Reply:
    """What a phone system remembers of changes, or with ``own`` what Ringback does."""
    named, request = split_system(request)
    require_admin(request, "see the audit")
    if request.text.lower() == "own":
        return await _own(request, named)
    refuse_words(request, "/pbx audit [own] [@system]")
    system = await some_system(request, named, "audits")
    entries = await system.need(system.audits, "show who changed what").list_entries()
    if not entries:
        return Reply(text=f"{system.key} remembers no changes.")
    zone = request.services.settings.systems[system.key].zone
    rows = []
    for entry in entries[:ENTRIES]:
        at = f"{entry.at.astimezone(zone):%d %b %Y %H:%M}" if entry.at else "at an unknown time"
        rows.append((f"{at}, {entry.who or 'somebody'}: {entry.what}", ()))
    return Reply(text=f"The latest changes on {system.key}:", rows=tuple(rows))


async def _own(request: Request, named: PhoneSystem | None) -> Reply:
    """Ringback's own audit, newest first. Numbers in it are masked as they are stored."""
    key = named.key if named else None
    rows = await request.services.store.read(own_audit.list_newest, ENTRIES, key)
    now = request.services.clock.now()
    told = tuple((_entry(row, now), ()) for row in rows)
    people = frozenset(row.actor for row in rows if row.surface not in TERMINAL)
    about = (row.subject or "" for row in rows if row.action == linking.ACTION)
    people |= {person for subject in about for person in PERSON.findall(subject)}
    where = f" on {key}" if key else ""
    text = f"What people asked Ringback for{where}, newest first (UTC):"
    return Reply(text=text, rows=told, people=people)


def _entry(row: AuditRow, now: datetime) -> str:
    where = f" on {row.system}" if row.system else ""
    subject = f" {row.subject}" if row.subject else ""
    at = day_and_time(row.at, now, ZoneInfo("UTC"))
    return f"{at}, {row.actor}: {row.action}{subject}{where}, {row.outcome}"


async def _own_term(system: PhoneSystem, today: date) -> list[str]:
    if system.licence is None:
        return []
    found = await system.licence.fetch_licence()
    if found is None:
        return [f"{system.key}: its licence has no end."]
    return [f"{system.key}, {found.product}: {describe_term(found.expires_on, today)}"]


async def _host_terms(system: PhoneSystem, today: date) -> list[str]:
    """Active hosts by the end of their licence; those without an end come last."""
    if system.hosts is None:
        return []
    found = [host for host in await system.hosts.list_hosts() if host.active]
    found.sort(key=lambda host: (host.renews_on or date.max, host.name))
    return [f"{system.key}, {_describe(host, today)}" for host in found]


def _describe(host: Host, today: date) -> str:
    code = f" ({host.code})" if host.code else ""
    kind = f"{host.licence_type} " if host.licence_type else ""
    state = "" if host.active else ", not active"
    return f"{host.name}{code}: {kind}licence {_host_term(host, today)}{state}"


def _host_term(host: Host, today: date) -> str:
    if host.end_is_unreadable:
        return "whose end cannot be read"
    return describe_term(host.renews_on, today) if host.renews_on else NO_END


def describe_term(last_day: date, today: date) -> str:
    """``ends 05 Dec 2026, 15 days left``. The last year there is means never."""
    if last_day.year == MAXYEAR:
        return NO_END
    days = (last_day - today).days
    day = f"{last_day:%d %b %Y}"
    if days < 0:
        return f"ended {day}, {_days(-days)} ago"
    return f"ends {day}, {'today' if days == 0 else f'{_days(days)} left'}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _today(request: Request, system: PhoneSystem) -> date:
    services = request.services
    zone: ZoneInfo = services.settings.systems[system.key].zone
    return services.clock.now().astimezone(zone).date()


def _able(request: Request, named: PhoneSystem | None, task: str, *parts: str) -> list[PhoneSystem]:
    """The systems with one of the parts: the named one alone, else all of them."""
    systems = [named] if named else list(request.services.systems.values())
    able = [one for one in systems if any(getattr(one, part) is not None for part in parts)]
    if not able:
        which = f"{named.key} ({named.title}) cannot" if named else "No phone system here can"
        raise NotSupported(f"{which} {task}.")
    return able


async def _collected(systems: list[PhoneSystem], fetch: Fetch, title: str) -> Reply:
    """The lines of all systems: one that cannot be asked does not hide the others."""
    lines: list[str] = []
    failed: list[PhoneSystemError] = []
    for system in systems:
        try:
            lines += await fetch(system)
        except PhoneSystemError as error:
            failed.append(error)
    if not lines and failed:
        raise failed[0]
    lines += [str(error) for error in failed]
    more = [f"and {len(lines) - MOST_ROWS} more"] if len(lines) > MOST_ROWS else []
    return Reply(text=title, rows=tuple((line, ()) for line in [*lines[:MOST_ROWS], *more]))
