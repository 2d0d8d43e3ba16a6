"""A driver lets things happen on the simulated MiRTA PBX, and our questions bring them."""

from datetime import timedelta

import pytest
from support.steering import Driver, Listener, seen_with

from bot.adapters.mirta import build
from bot.adapters.mirta.simulator import KEY, PATH, READ_ONLY_KEY
from bot.telephony.calls import Disposition
from bot.telephony.errors import UnexpectedReply
from bot.telephony.events import CallAnswered, CallEnded


@pytest.fixture
def driver(simulator):
    return Driver(simulator.app)


@pytest.fixture
async def listener(system, clock):
    made = Listener(system, clock)
    await made.news()
    return made


def _ends(events):
    return [
        (each.caller_number, each.disposition) for each in events if isinstance(each, CallEnded)
    ]


async def test_a_customer_who_hangs_up_is_a_row_of_the_history(driver, listener):
    await driver.happen("hangs_up", number="15550111", waited_seconds="12")

    assert _ends(await listener.news()) == [("15550111", Disposition.NO_ANSWER)]


async def test_a_customer_who_is_answered_is_a_row_of_the_history(driver, listener):
    await driver.happen("is_answered", number="15550111", answered_by="105")

    events = await listener.news()
    assert [each.answered_by for each in events if isinstance(each, CallAnswered)] == ["105"]
    assert _ends(events) == [("15550111", Disposition.ANSWERED)]


@pytest.mark.parametrize(
    ("word", "disposition"),
    [("ANSWERED", Disposition.ANSWERED), ("BUSY", Disposition.BUSY)],
)
async def test_a_call_that_we_dialled_ends_as_the_driver_says(word, disposition, driver, listener):
    await listener.system.calls.originate("104", "15550122")

    await driver.happen("dialled_ends", disposition=word)

    assert _ends(await listener.news()) == [("104", disposition)]


async def test_calls_that_go_on_are_counted(driver, system):
    await driver.happen("calls_go_on", calls="4")

    assert await system.call_count.count_active() == 4


async def test_a_voicemail_is_in_its_box(driver, system):
    await driver.happen("voicemail", mailbox="102", number="15550111")

    [message] = await system.voicemail.list_messages("102")
    assert message.caller_number == "15550111"


async def test_a_queue_fills_up_and_clears(driver, system):
    await driver.happen("queue_fills", queue="281", waiting="7", longest_wait_seconds="200")
    full = await system.queues.fetch_figures("281")
    await driver.happen("queue_clears")
    clear = await system.queues.fetch_figures("281")

    assert (full.waiting, full.longest_wait_seconds) == (7, 200)
    assert (clear.waiting, clear.longest_wait_seconds) == (0, 0)


async def test_the_licence_nears_its_end_and_is_renewed(driver, system, clock):
    async def days_left():
        return (await system.licence.fetch_licence()).expires_on - clock.now().date()

    await driver.happen("licence_ends", days="5")
    near = await days_left()
    await driver.happen("licence_renewed")

    assert (near, await days_left()) == (timedelta(days=5), timedelta(days=365))


class Looks:
    """What requests show of each habit."""

    def __init__(self, driver, pbx, clock):
        self._driver, self._http = driver, driver.http
        self._pbx, self._clock = pbx, clock

    async def _ask(self, key=KEY, **query):
        return (await self._http.get(PATH, params={"key": key, "tenant": "DEMO", **query})).text

    async def _pauses(self, queue, extension):
        """Whether an agent can be paused like that."""
        query = {"reqtype": "AGENT", "action": "pause", "queue": queue, "extension": extension}
        return (await self._ask(**query)).startswith("Success")

    async def suffix_required(self):
        return [await self._pauses("281", seat) for seat in ("104", "104-DEMO")]

    async def agent_takes_number(self):
        return [await self._pauses(queue, "104-DEMO") for queue in ("281", "9200")]

    async def empty_refusals(self):
        return bool(await self._ask(READ_ONLY_KEY, reqtype="DIAL", source="104", dest="1"))

    async def messages_vanish(self):
        """Whether there is sound, and whether the message is still there afterwards."""
        message = self._pbx.leave_voicemail("104", "15550100", "Pat").message_id
        box = {"reqtype": "VOICEMAIL", "mailbox": "104"}
        sound = await self._ask(**box, action="message", msgid=message)
        listed = message in await self._ask(**box, action="messages")
        return bool(sound), listed

    async def late_rows(self):
        """After how many seconds the row of a call is there."""
        self._pbx.calls.clear()
        await self._driver.happen("hangs_up")
        for second in range(0, 1200, 60):
            if await self._ask(reqtype="INFO", info="simplecdrs", format="json"):
                return second
            await self._clock.advance(60)
        return None

    async def end_included(self):
        self._pbx.calls.clear()
        await self._driver.happen("hangs_up")
        day = f"{self._clock.now():%Y-%m-%d}"
        rows = {"reqtype": "INFO", "info": "simplecdrs", "format": "json"}
        return bool(await self._ask(**rows, start=day, end=day))

    async def csv_columns(self):
        self._pbx.calls.clear()
        await self._driver.happen("hangs_up")
        header = (await self._ask(reqtype="INFO", info="CDRS", format="csv")).splitlines()[0]
        names = header.split(",")
        return names[0], names[-1], len(names)


HABITS = {
    "suffix_required": {"on": [False, True], "off": [True, True]},
    "agent_takes_number": {"off": [True, False], "on": [False, True]},
    "empty_refusals": {"off": True, "on": False},
    "messages_vanish": {"off": (True, True), "on": (False, False)},
    "late_rows": {"0": 0, "60": 60, "600": 600},
    "end_included": {"on": True, "off": False},
    "csv_columns": {
        "usual": ("start", "originateid", 12),
        "reordered": ("originateid", "start", 12),
        "extra": ("cc_country", "originateid", 13),
        "no_disposition": ("start", "originateid", 11),
        "seen": ("accountcode", "cc_buy", 31),
    },
}


@pytest.mark.parametrize("habit", HABITS)
async def test_a_habit_changes_what_is_answered(habit, driver, simulator, clock):
    look = getattr(Looks(driver, simulator.pbx, clock), habit)

    seen = await seen_with(driver, habit, list(HABITS[habit]), look)

    assert seen == list(HABITS[habit].values())


async def test_every_habit_is_tried_here(driver):
    assert await driver.offered("habits") == set(HABITS)


@pytest.mark.parametrize("columns", ["usual", "reordered", "extra"])
async def test_calls_are_read_whatever_the_columns(columns, driver, simulator, settings, clock):
    await driver.change("csv_columns", columns)
    await driver.happen("hangs_up", number="15550111")
    system = build("paris", settings(events="cdrs"), driver.http, clock)

    assert _ends(await Listener(system, clock).news()) == [("15550111", Disposition.NO_ANSWER)]


async def test_columns_that_tell_no_direction_are_complained_of(driver, settings, clock):
    await driver.change("csv_columns", "seen")
    await driver.happen("hangs_up")
    system = build("paris", settings(events="cdrs"), driver.http, clock)

    with pytest.raises(UnexpectedReply, match="does not tell the direction of its calls"):
        await system.feed.fetch(None)


async def test_a_call_is_known_to_be_answered_without_a_disposition(driver, settings, clock):
    await driver.change("csv_columns", "no_disposition")
    await driver.happen("hangs_up", number="15550111")
    await driver.happen("is_answered", number="15550112")
    system = build("paris", settings(events="cdrs"), driver.http, clock)

    ends = _ends(await Listener(system, clock).news())

    assert sorted(ends) == [("15550111", None), ("15550112", Disposition.ANSWERED)]


async def test_a_late_row_is_news_when_it_comes(driver, listener, clock):
    await driver.change("late_rows", "600")
    await driver.happen("hangs_up", number="15550111")
    early = await listener.news()
    await clock.advance(601)

    assert early == []
    assert _ends(await listener.news()) == [("15550111", Disposition.NO_ANSWER)]
