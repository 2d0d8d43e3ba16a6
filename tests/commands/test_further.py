"""The small parts of the further commands: what is read, and how it is put into words."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from bot.commands import agents, contacts, ext, pbx_hosts, switch
from bot.commands.button_values import read_value, value_of
from bot.commands.call_lines import describe_active, describe_journey
from bot.commands.dates import day_and_time
from bot.commands.extension_changes import Target
from bot.commands.queue_choice import find_queue, queues_of
from bot.commands.request import UsageError
from bot.telephony.calls import ActiveCall, Direction, Disposition
from bot.telephony.contacts import Contact
from bot.telephony.errors import Refused
from bot.telephony.extensions import ExtensionState
from bot.telephony.journeys import Fact, Journey
from bot.telephony.queues import Agent, Queue
from bot.telephony.switches import Switch

AT = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
QUEUES = [
    Queue(queue_id="281", name="Support", number="9200"),
    Queue(queue_id="282", name="Support French", number="9201"),
]


@pytest.fixture
def request_to_paris():
    paris = SimpleNamespace(key="paris")
    return SimpleNamespace(services=SimpleNamespace(systems={"paris": paris}), about=[])


def test_a_value_comes_back_as_it_was_made(request_to_paris):
    paris = request_to_paris.services.systems["paris"]
    value = value_of(paris, "104", "Out: of office")
    assert read_value(request_to_paris, value, 2) == (paris, ("104", "Out: of office"))


@pytest.mark.parametrize("value", ["", "paris", "paris:", "rome:104", ":104", "paris::"])
def test_a_value_that_we_never_made_is_refused(request_to_paris, value):
    with pytest.raises(UsageError, match="not known here"):
        read_value(request_to_paris, value, 1 if value != "paris::" else 2)


@pytest.mark.parametrize(
    ("text", "queue_id", "rest"),
    [
        ("support", "281", []),
        ("Support French", "282", []),
        ("support french 104", "282", ["104"]),
        ("104 9200", "281", ["104"]),
        ("281", "281", []),
        ("Sales", None, ["Sales"]),
        ("", None, []),
        ("support. lunch", "281", ["lunch"]),
        ("“Support French” 104", "282", ["104"]),
        ("Support, 104", "281", ["104"]),
    ],
)
def test_a_queue_is_found_anywhere_and_the_longest_name_wins(text, queue_id, rest):
    queue, left = find_queue(QUEUES, text)
    assert (queue.queue_id if queue else None, left) == (queue_id, rest)


def test_a_queue_goes_by_its_name_and_number_before_an_id_that_nobody_sees():
    support = Queue(queue_id="281", name="Support", number="600")
    sales = Queue(queue_id="600", name="Sales", number="283")
    night = Queue(queue_id="282", name="283", number="284")
    queues = [support, sales, night]
    texts = ("Support", "600", "281", "Sales", "283", "284", "282")
    found = [find_queue(queues, text) for text in texts]
    meant = (support, support, support, sales, night, night, night)
    assert found == [(queue, []) for queue in meant]


def test_a_queue_goes_by_its_very_name_before_one_that_is_spelt_alike():
    queues = [Queue(queue_id="1", name="Sales."), Queue(queue_id="2", name="Bo's Sales"), QUEUES[0]]
    queues.append(Queue(queue_id="3", name="Sales"))
    found = [
        find_queue(queues, text)[0] for text in ("sales", "sales.", "“sales”", "bo\u2019s sales")
    ]
    assert [queue.queue_id for queue in found] == ["3", "1", "3", "2"]


def test_only_as_many_words_as_a_name_has_are_taken_for_one():
    class Counted(list):
        looks = 0

        def __iter__(self):
            self.looks += 1
            return super().__iter__()

    queues = Counted(QUEUES)
    assert find_queue(queues, "a " * 500 + "Support French")[0].queue_id == "282"
    assert queues.looks < 2000


async def test_who_has_logged_out_of_a_queue_is_not_in_it():
    class Agents:
        async def list_agents(self, queue_id):
            return [Agent(number="104", logged_in=queue_id == "282")]

    system = SimpleNamespace(presence=None, agents=Agents())
    assert await queues_of(system, QUEUES, "104") == QUEUES[1:]
    with pytest.raises(Refused, match="Extension 105 is not an agent of any queue"):
        await queues_of(system, QUEUES, "105")


async def test_who_has_logged_out_of_all_queues_is_in_none_whatever_they_say():
    class Presence:
        async def fetch_state(self, extension):
            return ExtensionState(extension=extension, queues=("281",), global_login=False)

    system = SimpleNamespace(presence=Presence(), agents=None)
    with pytest.raises(Refused, match=r"^Extension 104 is logged out of all queues\.$"):
        await queues_of(system, QUEUES, "104")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"global_login": False}, "logged out of all queues"),
        ({"global_login": True}, "in queue 281"),
        ({"global_login": None}, "in queue 281"),
    ],
)
def test_the_log_in_to_all_queues_goes_before_the_single_queues(state, told):
    target = Target(SimpleNamespace(forwarding=None), "104", True)
    extension = ExtensionState(extension="104", queues=("281",), **state)
    assert ext.describe(target, extension, show_number=True) == told


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (Agent(number="104", paused=True, available=True), "104: paused"),
        (Agent(number="104", available=True, state="available"), "104: free"),
        (Agent(number="pat", name="pat", paused=False, state="In Use"), "pat: in use"),
        (Agent(number="104", name="Ana", logged_in=False), "104 Ana: logged out"),
        (Agent(number="104", available=False), "104: not free, or not logged in"),
        (Agent(number="104", available=False, state="talking"), "104: talking"),
        (Agent(number="104", calls_taken=0), "104: in the queue, 0 calls taken"),
        (Agent(number="104", calls_taken=1), "104: in the queue, 1 call taken"),
    ],
)
def test_an_agent_is_told_by_what_the_system_tells(agent, told):
    assert agents.describe(agent) == told


def test_a_call_that_is_going_on_is_told_with_its_length():
    call = ActiveCall(
        call_id="1",
        direction=Direction.INBOUND,
        caller_number="+33123456789",
        requested="9200",
        answered_by="104",
        started_at=AT,
        answered_at=AT + timedelta(seconds=5),
    )
    told = describe_active(call, "FR", AT + timedelta(seconds=80))
    assert told == "inbound: 01 23 45 67 89 to 9200: talking with 104, 1:15"


def test_a_call_of_which_little_is_known_is_told_without_guesses():
    assert describe_active(ActiveCall(call_id="1"), "FR", AT) == "withheld: not answered yet"


def journey(**facts):
    return Journey(
        started_at=AT,
        direction=Fact(AT, "inbound"),
        caller_number=Fact(AT, "0123456789"),
        caller_name=Fact(AT, "Acme"),
        requested=Fact(AT, "9200"),
        **facts,
    )


@pytest.mark.parametrize(
    ("facts", "ending"),
    [
        ({}, "going on"),
        ({"ended_at": AT}, "nobody knows how it ended"),
        (
            {
                "ended_at": AT + timedelta(seconds=70),
                "certain_end": True,
                "answered_at": AT + timedelta(seconds=5),
                "answered_by": Fact(AT, "104"),
            },
            "answered by 104, 1:05",
        ),
        (
            {
                "ended_at": AT,
                "certain_end": True,
                "dispositions": frozenset({Disposition.BUSY}),
            },
            "busy",
        ),
    ],
)
def test_a_journey_is_told_in_local_time_with_its_end(facts, ending):
    told = describe_journey(journey(**facts), "FR", PARIS, AT)
    assert told == f"20 Nov 14:02 inbound 01 23 45 67 89 (Acme) to 9200: {ending}"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (AT, "20 Nov 14:02"),
        (AT - timedelta(days=365), "20 Nov 2025 14:02"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "01 Jan 00:30"),
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), "31 Dec 2025 23:30"),
    ],
)
def test_what_was_not_this_year_is_told_with_its_year(at, told):
    assert day_and_time(at, AT, PARIS) == told


def test_what_a_system_does_not_tell_of_an_extension_is_left_out():
    target = Target(SimpleNamespace(key="x", forwarding=None), "101", is_own=True)
    state = ExtensionState(extension="101", registered=False)
    assert ext.describe(target, state, show_number=True) == "no phone registered"
    nothing = ExtensionState(extension="101")
    assert ext.describe(target, nothing, show_number=True) == "nothing is known of it"


def test_where_calls_are_forwarded_to_is_not_for_everybody():
    target = Target(SimpleNamespace(key="x", forwarding=object()), "101", is_own=False)
    state = ExtensionState(extension="101", forwarding="0612345678", queues=("800", "801"))
    assert ext.describe(target, state, show_number=False) == "forwarded, in queues 800 and 801"
    assert "forwarded to 0612345678" in ext.describe(target, state, show_number=True)


def test_a_contact_without_a_name_is_still_a_line():
    contact = Contact(contact_id="7", company="Acme", numbers=(("mobile", "+33123456789"),))
    assert contacts.describe(contact, "FR") == "7: no name, Acme, mobile 01 23 45 67 89"


@pytest.mark.parametrize(("value", "told"), [(None, "Night: not set"), ("day", "Night: day")])
def test_a_switch_is_told_with_its_value(value, told):
    assert switch.describe(Switch(switch_id="1", name="Night", value=value)) == told


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "ends 20 Nov 2026, today"),
        (1, "ends 21 Nov 2026, 1 day left"),
        (30, "ends 20 Dec 2026, 30 days left"),
        (-1, "ended 19 Nov 2026, 1 day ago"),
    ],
)
def test_days_left_are_told_in_words(days, told):
    assert pbx_hosts.describe_term(AT.date() + timedelta(days=days), AT.date()) == told


@pytest.mark.parametrize("last_day", [date(9999, 12, 31), date(9999, 12, 30)])
def test_the_last_year_there_is_means_never(last_day):
    assert pbx_hosts.describe_term(last_day, AT.date()) == "without an end"
