"""What can be done to the simulated 3CX from outside. It has habits only: it tells nothing itself.

Nobody documents its answers, so each habit is one that a real system may have.
"""

from bot.adapters.simulation_controls import Controls, Habit
from bot.adapters.threecx_legacy.simulated_pbx import PATHS, Manner, SimulatedPbx, Spelling


def controls(pbx: SimulatedPbx) -> Controls:
    """The tables of one 3CX."""
    v10, v9 = PATHS
    spellings = {each.value: each for each in Spelling}
    manners = {each.value: each for each in Manner}
    habits = {
        "spelling": Habit(
            "Which name of the extension's parameter is read", pbx, "spelling", spellings
        ),
        "manner": Habit(
            "How orders are answered (the last two do nothing)", pbx, "manner", manners
        ),
        "only_path": Habit(
            "Which address there is",
            pbx,
            "only_path",
            {"both": None, "v10": v10, "v9_iis": v9},
        ),
        "only_method": Habit(
            "Which method is taken",
            pbx,
            "only_method",
            {"both": None, "get": "GET", "post": "POST"},
        ),
        "wrong_key_status": Habit(
            "The status of a refused PIN or console password",
            pbx,
            "wrong_key_status",
            {"200": 200, "401": 401, "403": 403, "500": 500},
        ),
    }
    return Controls("3CX V9/V10", {}, habits)
