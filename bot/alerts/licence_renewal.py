"""Which licences are to be remembered today. Days are counted in the system's own zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.telephony.hosts import Host


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceReminder:
    """A licence that ends soon. ``step`` is the reminder's place in the row, in days.

    ``days_left`` is negative once it has ended.
    """

    host_id: str
    host_name: str
    renews_on: date
    days_left: int
    step: int
    licence_type: str | None = None


def identity(system: str, reminder: LicenceReminder) -> str:
    """A restart repeats nothing, and a renewed date starts anew."""
    return f"licence:{system}:{reminder.host_id}:{reminder.renews_on}:{reminder.step}"


def due_reminders(
    hosts: Iterable[Host], today: date, remind_days: Iterable[int]
) -> list[LicenceReminder]:
    """One reminder per active host whose licence is within the tightest step that applies."""
    steps = sorted(remind_days)
    reminders = []
    for host in hosts:
        if not host.active or host.renews_on is None:
            continue
        days_left = (host.renews_on - today).days
        step = next((step for step in steps if days_left <= step), None)
        if step is not None:
            reminders.append(
                LicenceReminder(
                    host_id=host.host_id,
                    host_name=host.name,
                    renews_on=host.renews_on,
                    days_left=days_left,
                    step=step,
                    licence_type=host.licence_type,
                )
            )
    return reminders
