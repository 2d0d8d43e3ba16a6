"""What can be done to the simulated BlueRockTEL from outside. It tells nobody: it is asked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.adapters.bluerocktel.simulated_hosts import RenewalDates
from bot.adapters.simulation_controls import Controls, Habit, Happening

if TYPE_CHECKING:
    from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator

CALL: Final = {"number": "+33612345678", "called": "+33123456789", "seconds": "20"}


def controls(office: "BlueRockTelSimulator") -> Controls:
    """The tables of one BlueRockTEL."""
    return Controls("BlueRockTEL", _happenings(office), _habits(office))


def _happenings(office: "BlueRockTelSimulator") -> Mapping[str, Happening]:
    def logged(label: str, status: str, direction: str = "inbound") -> Happening:
        def act(number: str, called: str, seconds: str) -> None:
            office.log_call(status, number, called, int(seconds), direction)

        return Happening(label, act, CALL)

    def licence_ends(host: str, days: str) -> None:
        office.renew(int(host), office.clock.now().date() + timedelta(days=int(days)))

    def host_changes(host: str, comment: str) -> None:
        office.hosts[int(host)]["comment"] = comment
        office.write_audit("updated", int(host), comment=comment)

    return {
        "hangs_up": logged("A customer calls and hangs up", "missed"),
        "is_answered": logged("A customer calls and is answered", "completed"),
        "voicemail": logged("A customer calls and leaves a voicemail", "voicemail"),
        "licence_ends": Happening(
            "A host's licence nears its end", licence_ends, {"host": "5", "days": "7"}
        ),
        "licence_renewed": Happening(
            "A host's licence is renewed", licence_ends, {"host": "5", "days": "365"}
        ),
        "host_changes": Happening(
            "Somebody changes a host: an audit record",
            host_changes,
            {"host": "5", "comment": "moved"},
        ),
    }


def _habits(office: "BlueRockTelSimulator") -> Mapping[str, Habit]:
    return {
        "paginated": Habit("Lists come in pages, not as bare arrays", office, "paginated"),
        "per_page": Habit("How many rows a page has", office, "per_page", {"3": 3, "20": 20}),
        "extra_fields": Habit("Rows have members that nobody expects", office, "extra_fields"),
        "renewal_dates": Habit(
            "How the end of a licence is spelt",
            office,
            "renewal_dates",
            {each.value: each for each in RenewalDates},
        ),
    }
