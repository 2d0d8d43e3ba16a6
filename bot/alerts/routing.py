"""Which channels an alert goes to, and from when on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.settings import RouteSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A channel for an alert. ``hold_until`` is the end of the route's quiet hours, in them."""

    slack_channel: str
    hold_until: datetime | None = None


def destinations(
    routes: Iterable[RouteSettings],
    kind: str,
    system: str,
    queues: frozenset[str],
    now: datetime,
) -> list[Destination]:
    """The channels for an alert: the first matching route, and the next after a ``continue``.

    ``queues`` are the names and ids that the alert's queue goes by; a route that names queues
    matches only alerts that have one of them.
    """
    found: dict[str, Destination] = {}
    for route in routes:
        if not matches(route, kind, system, queues):
            continue
        destination = Destination(slack_channel=route.channel, hold_until=quiet_until(route, now))
        found.setdefault(route.channel, destination)
        if not route.continue_:
            break
    return list(found.values())


def matches(route: RouteSettings, kind: str, system: str, queues: frozenset[str]) -> bool:
    """Whether a route wants an alert. What a route does not name, it takes all of."""
    return (
        (not route.systems or system in route.systems)
        and (not route.alerts or kind in route.alerts)
        and (not route.queues or not queues.isdisjoint(route.queues))
    )


def quiet_until(route: RouteSettings, now: datetime) -> datetime | None:
    """When the quiet hours that ``now`` lies in end; ``None`` outside them."""
    local = now.astimezone(route.zone)
    hours = route.quiet_hours
    if hours is None or not hours.cover(local.time()):
        return None
    end = local.replace(
        hour=hours.end.hour, minute=hours.end.minute, second=hours.end.second, microsecond=0
    )
    return end if end > local else end + timedelta(days=1)


def route_of(routes: Iterable[RouteSettings], slack_channel: str) -> RouteSettings | None:
    """The first route to a channel: its zone and its way with numbers hold there."""
    return next((route for route in routes if route.channel == slack_channel), None)
