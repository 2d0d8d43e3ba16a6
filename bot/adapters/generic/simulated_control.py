"""What the pretend phone system can be made to post, and in which of the specified ways."""

from collections.abc import Mapping
from typing import Final

from bot.adapters.generic.sender import Signing
from bot.adapters.generic.simulated_packing import Packing
from bot.adapters.generic.simulated_pbx import SimulatedPbx
from bot.adapters.simulation_controls import Controls, Habit, Happening

CALLER: Final = {"caller_number": "+15550100", "caller_name": "Pat Example", "queue": "800"}


def controls(pbx: SimulatedPbx) -> Controls:
    """The tables of one phone system that posts."""
    return Controls("phone system that posts", _happenings(pbx), _habits(pbx))


def _happenings(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    sender = pbx.sender

    async def hangs_up(**caller: str) -> str:
        return await pbx.send(sender.customer_calls_and_hangs_up(**caller))

    async def is_answered(**call: str) -> str:
        return await pbx.send(sender.customer_calls_and_is_answered(**call))

    async def one_post(caller_number: str) -> str:
        return await pbx.send([sender.whole_call_in_one_post(caller_number)])

    async def voicemail(mailbox: str) -> str:
        return await pbx.send([sender.voicemail_arrives(mailbox)])

    return {
        "hangs_up": Happening("A customer calls and hangs up", hangs_up, CALLER),
        "is_answered": Happening(
            "A customer calls and is answered", is_answered, CALLER | {"extension": "101"}
        ),
        "one_post": Happening(
            "A missed call, told in one post", one_post, {"caller_number": "+15550100"}
        ),
        "voicemail": Happening("A voicemail is left", voicemail, {"mailbox": "101"}),
    }


def _habits(pbx: SimulatedPbx) -> Mapping[str, Habit]:
    return {
        "signing": Habit(
            "How posts are signed",
            pbx.sender,
            "signing",
            {each.value: each for each in Signing},
        ),
        "packing": Habit(
            "How events are put into posts",
            pbx,
            "packing",
            {each.value: each for each in Packing},
        ),
        "backwards": Habit("The last event is posted first", pbx, "backwards"),
        "repeats": Habit("Every post goes out twice", pbx, "repeats"),
    }
