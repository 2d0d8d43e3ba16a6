"""What can be done to the simulated PBX from outside. Events are told by the long poll alone."""

from collections.abc import Mapping
from typing import Final

from bot.adapters.axeos.simulated_pbx import CallerSide, SimulatedPbx
from bot.adapters.simulation_controls import Controls, Habit, Happening

CALLER: Final = {"number": "+15550100", "name": "Pat Example"}
QUEUE: Final = "Support"


def controls(pbx: SimulatedPbx) -> Controls:
    """The tables of one PBX."""
    return Controls("Axeos PBX", {**_happenings(pbx), **_mishaps(pbx)}, _habits(pbx))


def _happenings(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    def far_end_talks(number: str, seconds: str) -> None:
        pbx.conversation(number, float(seconds))

    def queue_fills(waiting: str, longest_wait_seconds: str) -> None:
        pbx.set_queue(
            QUEUE, calls_waiting=int(waiting), longest_hold_time=int(longest_wait_seconds)
        )

    return {
        "hangs_up": Happening(
            "A customer calls and hangs up", pbx.customer_calls_and_hangs_up, CALLER
        ),
        "is_answered": Happening(
            "A customer calls and is answered",
            pbx.customer_is_answered,
            CALLER | {"answered_by": "pat"},
        ),
        "far_end_talks": Happening(
            "Our call is picked up at the far end, and is over",
            far_end_talks,
            {"number": "+15550100", "seconds": "30"},
        ),
        "voicemail": Happening(
            "A voicemail is left", pbx.leave_voicemail, {"mailbox_number": "101"}
        ),
        "queue_fills": Happening(
            "A queue fills up", queue_fills, {"waiting": "6", "longest_wait_seconds": "240"}
        ),
        "queue_clears": Happening(
            "The queue clears", queue_fills, {"waiting": "0", "longest_wait_seconds": "0"}
        ),
    }


def _mishaps(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    """What makes a reader of the event buffer miss something."""
    events = pbx.events
    return {
        "overflow": Happening("The buffer runs over while somebody reads", events.overflow),
        "reset": Happening("The buffer runs over unread and is switched off", events.reset),
        "restart": Happening("The PBX restarts: an empty buffer, numbers from 0", events.restart),
    }


def _habits(pbx: SimulatedPbx) -> Mapping[str, Habit]:
    sides = {side.name.lower(): side for side in CallerSide}
    names = {"made_up": "mailbox status update", "none": None}
    return {
        "customers_pass_rule": Habit(
            "Customers' calls pass the API events rule", pbx, "customers_pass_rule"
        ),
        "placed_pass_rule": Habit("So do calls that we place", pbx, "placed_pass_rule"),
        "caller_side": Habit(
            "What our own phone does when we place a call", pbx, "usual_side", sides
        ),
        "rings_seconds": Habit(
            "How long it rings before that is known",
            pbx,
            "rings_seconds",
            {"0": 0.0, "5": 5.0, "20": 20.0},
        ),
        "absolute_location": Habit("Location is a full address", pbx, "absolute_location"),
        "hang_up_fails": Habit("Hanging up says failure in a 200", pbx, "hang_up_fails"),
        "tells_zone": Habit("Timestamps carry their zone", pbx.events, "tells_zone"),
        "voicemail_event": Habit(
            "The name of the voicemail event", pbx, "voicemail_event_type", names
        ),
        "identifies_queues": Habit("Statistics name their queue", pbx, "identifies_queues"),
        "tells_switch": Habit(
            "Setting a switch answers with the switch", pbx, "tells_switch_after_set"
        ),
    }
