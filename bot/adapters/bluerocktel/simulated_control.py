"""What can be done to the simulated BlueRockTEL from outside. It tells nobody: it is asked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.adapters.bluerocktel.simulated_hosts import RenewalDates
from bot.adapters.bluerocktel.simulated_pbx import SimulatedPbx
from bot.adapters.simulation_controls import Controls, Habit, Happening

CALL: Final = {"number": "+33612345678", "called": "+33123456789", "seconds": "20"}


def controls(pbx: SimulatedPbx) -> Controls:
    """The tables of one BlueRockTEL."""
    return Controls("BlueRockTEL", _happenings(pbx), _habits(pbx))


def _happenings(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    def logged(label: str, status: str, direction: str = "inbound") -> Happening:
        def act(number: str, called: str, seconds: str) -> None:
            pbx.log_call(status, number, called, int(seconds), direction)

        return Happening(label, act, CALL)

    def licence_ends(host: str, days: str) -> None:
        pbx.renew(int(host), pbx.clock.now().date() + timedelta(days=int(days)))

    def host_changes(host: str, comment: str) -> None:
        pbx.hosts[int(host)]["comment"] = comment
        pbx.write_audit("updated", int(host), comment=comment)

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


def _habits(pbx: SimulatedPbx) -> Mapping[str, Habit]:
    return {
        "paginated": Habit("Lists come in pages, not as bare arrays", pbx, "paginated"),
        "per_page": Habit("How many rows a page has", pbx, "per_page", {"3": 3, "20": 20}),
        "extra_fields": Habit("Rows have members that nobody expects", pbx, "extra_fields"),
        "garbled": Habit("Texts hold broken characters", pbx, "garbled"),
        "renewal_dates": Habit(
            "How the end of a licence is spelt",
            pbx,
            "renewal_dates",
            {each.value: each for each in RenewalDates},
        ),
    }
