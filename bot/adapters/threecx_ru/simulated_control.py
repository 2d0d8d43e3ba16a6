"""What can be done to the simulated 3CX from outside.

A call is there for whoever asks about the calls going on, for as long as it lasts; the webhook
module, where there is one, posts all of it at once.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.adapters.simulation_controls import Controls, Habit, Happening
from bot.adapters.threecx_ru.simulated_pbx import SimulatedPbx
from bot.adapters.threecx_ru.simulated_posts import Spelling, WebhookModule

CALLER: Final = {"caller_number": "+15550100", "queue": "800", "seconds": "30"}


def controls(pbx: SimulatedPbx) -> Controls:
    """The tables of one 3CX."""
    happenings = {**_calls(pbx), **_others(pbx)}
    habits = {**_habits_of_answers(pbx), **_habits_of_posts(pbx.webhooks)}
    return Controls("3CX with the 3cx.ru REST API", happenings, habits)


def _calls(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    async def hangs_up(caller_number: str, queue: str, seconds: str) -> str | None:
        pbx.customer_will_hang_up(caller_number, queue, float(seconds))
        return await pbx.webhooks.tell(pbx.customer_calls_and_hangs_up(caller_number, queue))

    async def is_answered(
        caller_number: str, queue: str, seconds: str, answered_by: str
    ) -> str | None:
        length = float(seconds)
        pbx.customer_will_hang_up(caller_number, queue, length, answered_by)
        bodies = pbx.customer_calls_and_is_answered(answered_by, caller_number, queue)
        return await pbx.webhooks.tell(bodies)

    def queue_fills(queue: str, waiting: str) -> None:
        for number in range(int(waiting)):
            pbx.customer_calls(f"+1555010{number:02}", queue)

    return {
        "hangs_up": Happening("A customer calls and hangs up", hangs_up, CALLER),
        "is_answered": Happening(
            "A customer calls and is answered", is_answered, CALLER | {"answered_by": "101"}
        ),
        "queue_fills": Happening(
            "A queue fills up (nothing is posted)", queue_fills, {"queue": "800", "waiting": "6"}
        ),
        "queue_clears": Happening("All callers hang up at once", pbx.calls.clear),
        "restart": Happening(
            "The service starts anew: no calls, call numbers begin again", pbx.restart
        ),
    }


def _others(pbx: SimulatedPbx) -> Mapping[str, Happening]:
    def licence_ends(days: str) -> None:
        pbx.licence_expires_on = pbx.clock.now().date() + timedelta(days=int(days))

    def webhook(url: str) -> None:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("expected an address, or nothing")
        pbx.webhooks.url = url

    return {
        "licence_ends": Happening("The licence nears its end", licence_ends, {"days": "7"}),
        "licence_renewed": Happening("The licence is renewed", licence_ends, {"days": "365"}),
        "webhook": Happening(
            "The webhook module posts to an address (empty: there is no module)",
            webhook,
            {"url": pbx.webhooks.url},
        ),
    }


def _habits_of_answers(pbx: SimulatedPbx) -> Mapping[str, Habit]:
    return {
        "makecall_reply": Habit(
            "What makecall answers with",
            pbx,
            "makecall_reply",
            {"chid": "chid", "finalStatus": "finalStatus"},
        ),
        "wrong_key_status": Habit(
            "The status of a wrong key",
            pbx,
            "wrong_key_status",
            {"404": 404, "403": 403, "401": 401, "200": 200},
        ),
        "read_only_status": Habit(
            "The status when the read-only key is to change something",
            pbx,
            "read_only_status",
            {"403": 403, "200": 200},
        ),
        "has_licence_document": Habit(
            "The build has a licence document", pbx, "has_licence_document"
        ),
        "profiles_govern": Habit(
            "Forwarding profiles govern the queues: ext.queueglobal.set is false",
            pbx,
            "profiles_govern",
        ),
    }


def _habits_of_posts(webhooks: WebhookModule) -> Mapping[str, Habit]:
    return {
        "spelling": Habit(
            "How posts are spelt", webhooks, "spelling", {each.value: each for each in Spelling}
        ),
        "end_twice": Habit("The end is posted again with the recording", webhooks, "end_twice"),
    }
