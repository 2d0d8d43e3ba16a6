"""Which vendor can do what: read off systems that are really built, never kept by hand."""

from collections.abc import Mapping
from typing import Final

import httpx

from bot.adapters import VENDORS
from bot.clock import Clock
from bot.demo.simulators import SIMULATORS, Field
from bot.telephony.system import PhoneSystem

CAPABILITIES: Final = (
    ("dial", "calls"),
    ("hang up", "hang_up"),
    ("active calls", "active_calls"),
    ("number of active calls", "call_count"),
    ("call records", "call_log"),
    ("recordings", "recordings"),
    ("call events in", "parse"),
    ("polled or listened to", "feed"),
    ("pause an agent", "pausing"),
    ("log in to and out of a queue", "membership"),
    ("queue figures", "queues"),
    ("agents of a queue", "agents"),
    ("voicemail counts", "mailboxes"),
    ("new voicemail, by looking each minute", "unannounced_mailboxes"),
    ("voicemail messages and sound", "voicemail"),
    ("state of an extension", "presence"),
    ("do not disturb", "dnd"),
    ("forward to a number", "forwarding"),
    ("forwarding profiles", "profiles"),
    ("enable, external calls, recording", "extension_switches"),
    ("e-mail of an extension", "directory"),
    ("contacts", "contacts"),
    ("switches", "switches"),
    ("hosts and their licences", "hosts"),
    ("its own licence", "licence"),
    ("audit trail", "audits"),
)
"""What a person would call it, and the part of a system that does it."""

MORE_SETTINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "bluerocktel": {"call_logs": True},
}
"""Settings beyond the simulators' own that switch parts on."""


def built_systems(clock: Clock, http: httpx.AsyncClient) -> dict[str, PhoneSystem]:
    """One system per vendor, with everything switched on. Nothing is sent through ``http``."""
    systems = {}
    for name, stand_in in SIMULATORS.items():
        vendor, offered = VENDORS[name], stand_in(clock)
        raw = {key: _placed(value) for key, value in offered.settings.items()}
        settings = vendor.settings.model_validate({**raw, **MORE_SETTINGS.get(name, {})})
        systems[name] = vendor.build(offered.key, settings, http, clock)
    return systems


def capability_table(clock: Clock, http: httpx.AsyncClient) -> str:
    """Vendor times capability as Markdown."""
    systems = built_systems(clock, http)
    titles = " | ".join(f"{system.title}" for system in systems.values())
    lines = [f"| | {titles} |", "|---" * (len(systems) + 1) + "|"]
    for words, part in CAPABILITIES:
        marks = " | ".join(_mark(system, part) for system in systems.values())
        lines.append(f"| {words} | {marks} |")
    return "\n".join(lines)


def _mark(system: PhoneSystem, part: str) -> str:
    return "yes" if getattr(system, part) is not None else "no"


def _placed(value: Field) -> Field:
    return value.replace("{url}", "http://127.0.0.1:1") if isinstance(value, str) else value
