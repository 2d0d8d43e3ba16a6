"""What can be done to the simulated MiRTA PBX from outside. It tells nobody: it is asked."""

from collections.abc import Mapping
from typing import Final

from bot.adapters.mirta.simulated_calls import CsvColumns
from bot.adapters.mirta.simulated_pbx import SimulatedPbx
from bot.adapters.simulation_controls import Controls, Habit, Happening

CALLER: Final = {"number": "15550100", "name": "Pat Example", "did": "15550123"}
QUEUE: Final = {"queue": "281", "waiting": "6", "longest_wait_seconds": "240"}
DISPOSITIONS: Final = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED")


def controls(pbx: SimulatedPbx) -> Controls:
    """The tables of one PBX."""
    happenings = {**_calls(pbx), **_others(pbx)}
    return Controls("MiRTA PBX", happenings, {**_habits_of_answers(pbx), **_habits_of_rows(pbx)})


def _calls(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    def hangs_up(number: str, name: str, did: str, waited_seconds: str) -> None:
        pbx.customer_calls_and_hangs_up(number, name, did, int(waited_seconds))

    def dialled_ends(disposition: str) -> None:
        if disposition not in DISPOSITIONS:
            raise ValueError(f"expected one of {', '.join(DISPOSITIONS)}")
        if not pbx.dialled:
            raise LookupError("nothing was dialled")
        pbx.finish_dial(pbx.dialled[0].call_id, disposition)

    def go_on(calls: str) -> None:
        pbx.talking = int(calls)

    return {
        "hangs_up": Happening(
            "A customer calls and hangs up", hangs_up, CALLER | {"waited_seconds": "20"}
        ),
        "is_answered": Happening(
            "A customer calls and is answered",
            pbx.customer_is_answered,
            CALLER | {"answered_by": "104"},
        ),
        "dialled_ends": Happening(
            "The oldest call that DIAL queued ends", dialled_ends, {"disposition": "ANSWERED"}
        ),
        "calls_go_on": Happening("So many calls go on now", go_on, {"calls": "3"}),
    }


def _others(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    def queue_stands(queue: str, waiting: str, longest_wait_seconds: str) -> None:
        wait = int(longest_wait_seconds)
        pbx.set_queue(queue, waiting=int(waiting), longest_wait_seconds=wait)

    def licence_ends(days: str) -> None:
        pbx.licence_days = str(int(days))

    return {
        "voicemail": Happening(
            "A voicemail is left",
            pbx.leave_voicemail,
            {"mailbox": "104", "number": "15550100", "name": "Pat Example"},
        ),
        "queue_fills": Happening("A queue fills up", queue_stands, QUEUE),
        "queue_clears": Happening(
            "The queue clears", queue_stands, QUEUE | {"waiting": "0", "longest_wait_seconds": "0"}
        ),
        "licence_ends": Happening("The licence nears its end", licence_ends, {"days": "7"}),
        "licence_renewed": Happening("The licence is renewed", licence_ends, {"days": "365"}),
    }


def _habits_of_answers(pbx: SimulatedPbx) -> Mapping[str, Habit]:
    return {
        "suffix_required": Habit(
            "AGENT and HANGUP want 104-TENANT, not 104", pbx, "suffix_required"
        ),
        "agent_takes_number": Habit(
            "AGENT wants the queue's number, not its id", pbx, "agent_takes_number"
        ),
        "empty_refusals": Habit(
            "The read-only key is refused with nothing at all", pbx, "empty_refusals"
        ),
        "messages_vanish": Habit(
            "A message is gone when its sound is fetched", pbx, "messages_vanish"
        ),
    }


def _habits_of_rows(pbx: SimulatedPbx) -> Mapping[str, Habit]:
    return {
        "late_rows": Habit(
            "How many seconds after a call its row appears",
            pbx,
            "late_seconds",
            {"0": 0, "60": 60, "600": 600},
        ),
        "end_included": Habit("The day in end belongs to the span", pbx, "end_included"),
        "csv_columns": Habit(
            "The columns of the full history",
            pbx,
            "csv_columns",
            {each.value: each for each in CsvColumns},
        ),
    }
