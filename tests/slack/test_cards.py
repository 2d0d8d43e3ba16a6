"""Cards fit Slack's limits and hold nothing live, whatever the alert is made of."""

import re
from datetime import UTC, date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.alerts import health, licence_check, mailboxes, missed_calls, queue_watch
from bot.alerts.licence_renewal import LicenceReminder
from bot.alerts.missed_call import MissedCall, State
from bot.alerts.new_voicemail import NewVoicemail
from bot.alerts.queue_threshold import Level, QueueTrouble
from bot.alerts.system_down import SystemHealth
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.limits import check_blocks
from bot.settings import AlertKind, Metric
from bot.slack.cards import CARDS, missed_call, storm
from bot.slack.cards.view import View
from bot.telephony.journeys import Outcome
from bot.telephony.queues import QueueFigures
from storage.tables import AlertRow

FULL_NUMBER = re.compile(r"(?:\d[ .()/+-]*){7,}")
NOW = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
TEXTS = st.text(max_size=40) | st.sampled_from(
    ["<!channel> *x* _y_ & <http://a|b>", "x" * 4000, "`z`", "<@U0ANA>"]
)
MAYBE = st.none() | TEXTS
MOMENTS = st.integers(0, 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
CALLS = st.builds(
    MissedCall,
    arrived_at=MOMENTS,
    outcome=st.sampled_from([each for each in Outcome if each is not Outcome.ANSWERED]),
    number=MAYBE,
    party=st.none() | st.just("+33123456789"),
    name=MAYBE,
    requested=MAYBE,
    queue=MAYBE,
    rang=st.lists(TEXTS, max_size=12).map(tuple),
    state=st.sampled_from(list(State)),
    owner=st.none() | st.just("U0BO"),
    owner_name=MAYBE,
    how_resolved=MAYBE,
    seen_by=MAYBE,
)
FIGURES = st.builds(
    QueueFigures, queue_id=TEXTS, name=TEXTS, waiting=st.none() | st.integers(0, 99)
)
TROUBLES = st.builds(
    QueueTrouble,
    metric=st.sampled_from(get_args(Metric)),
    queue_id=TEXTS,
    queue_name=TEXTS,
    level=st.sampled_from(list(Level)),
    value=st.none() | st.floats(0, 9999),
    peak=st.none() | st.floats(0, 9999),
    since=st.none() | MOMENTS,
    figures=st.none() | FIGURES,
)
LICENCES = st.builds(
    LicenceReminder,
    host_id=TEXTS,
    host_name=TEXTS,
    renews_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days_left=st.integers(-400, 60),
    step=st.just(7),
    licence_type=MAYBE,
)
HEALTH = st.builds(
    SystemHealth, since=st.none() | MOMENTS, reason=TEXTS, back_at=st.none() | MOMENTS
)
BOXES = st.builds(
    NewVoicemail, mailbox=TEXTS, new=st.integers(0, 9), old=st.integers(0, 9), since=MOMENTS
)
KINDS = {
    "licence_renewal": (LICENCES, licence_check.REMINDER),
    "missed_call": (CALLS, missed_calls.MISSED_CALL),
    "queue_threshold": (TROUBLES, queue_watch.TROUBLE),
    "system_down": (HEALTH, health.HEALTH),
    "voicemail": (BOXES, mailboxes.NEW_VOICEMAIL),
}


def view(kind, facts, *, state="open", masked=False, system="paris"):
    alert = AlertRow(
        id=7,
        kind=kind,
        dedup_key="x",
        system=system,
        tenant="main",
        state=state,
        opened_at=NOW,
        changed_at=NOW,
        facts=TypeAdapter(dict).validate_python(facts),
    )
    return View(
        alert=alert, zone=ZoneInfo("Europe/Paris"), region="FR", masked=masked, late_seconds=15
    )


def mrkdwn(blocks):
    """Every text in which Slack reads markup."""
    for block in blocks:
        parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        for part in parts:
            if isinstance(part, dict) and part.get("type") == "mrkdwn":
                yield part["text"]


def test_there_is_a_card_for_every_kind_of_alert():
    assert sorted(CARDS) == sorted(get_args(AlertKind)) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(data=st.data())
def test_every_card_fits_and_is_inert(kind, data):
    made, adapter = KINDS[kind]
    facts = adapter.dump_python(data.draw(made), mode="json")
    state = data.draw(st.sampled_from(["open", "renewed", "gone", "back", "clear"]))
    card = CARDS[kind](view(kind, facts, state=state, masked=data.draw(st.booleans())))
    assert card.text
    try:
        check_blocks([dict(block) for block in card.blocks])
    except SlackError as error:
        pytest.fail(f"Slack would refuse it: {error}")
    said = [card.text, *mrkdwn(card.blocks)]
    live = ("<!channel", "<!here", "<http", "<@U0ANA", "*x*", "_y_", "`z`")
    assert [text for text in said if any(mark in text for mark in live)] == []


def test_a_masked_channel_never_shows_a_whole_number():
    call = MissedCall(
        arrived_at=NOW, outcome=Outcome.NO_ANSWER, number="0123456789", party="+33123456789"
    )
    facts = missed_calls.MISSED_CALL.dump_python(call, mode="json")
    card = CARDS["missed_call"](view("missed_call", facts, masked=True))
    shown = "".join(filter(str.isalnum, f"{card.text}{card.blocks}"))
    assert "23456789" not in shown
    assert "89" in card.text


def pat(**facts):
    known = {
        "arrived_at": NOW,
        "outcome": Outcome.NO_ANSWER,
        "party": "+447700900123",
        "name": "Pat",
        "requested": "+33123456789",
        "waited_seconds": 32,
    }
    return missed_calls.MISSED_CALL.dump_python(MissedCall(**(known | facts)), mode="json")


def all_told(facts, *, masked):
    """Everything that people read of a missed call, but its buttons."""
    seen = view("missed_call", facts, state="reached", masked=masked)
    card = CARDS["missed_call"](seen)
    several = storm.render(
        9, [storm.Member(seen.alert, missed_call.line(seen), missed_call.caller(seen))]
    )
    texts = [card.text, several.text, card.blocks[0]["text"]["text"]]
    told = "\n".join([*texts, *mrkdwn(card.blocks), *mrkdwn(several.blocks)])
    return re.sub(r"<!date[^>]*>", "", told)


@pytest.mark.parametrize(
    "name",
    [
        "+44 7700 900123",
        "+447700900123",
        "07700 900123",
        "07700.900.123",
        "07700-900-123",
        "(07700) 900123",
        "+44\u00a07700\u00a0900\u2011123",
        "Pat 07700 900123 (mobile)",
        "A name so long that it is cut in lists +447700900123",
    ],
)
def test_a_masked_channel_shows_no_number_in_the_place_of_a_name(name):
    told = all_told(pat(name=name), masked=True)
    assert FULL_NUMBER.findall(told) == []
    assert "00123" not in told


def test_a_masked_channel_shows_extensions_and_hides_phones_outside():
    rang = ("+447911123456", "101", "102", "103456")
    how = "The caller rang again and +447911123456 answered, talked 0:32."
    call = pat(rang=rang, queue="0800 123 456", state=State.REACHED, how_resolved=how)
    told = all_told(call, masked=True)
    assert "+44 ••• 56, 101, 102, 103456" in told
    assert "+44 ••• 56 answered, talked 0:32." in told
    assert FULL_NUMBER.findall(told) == []
    assert "+447911123456, 101, 102, 103456" in all_told(call, masked=False)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (
            {},
            "Missed call: Pat (+44 7700 900123) for +33123456789, Fri 20 Nov 14:02 CET, "
            "no answer, waited 0:32. Open: nobody has claimed it",
        ),
        (
            {"name": None, "queue": "Support", "waited_seconds": None},
            "Missed call: +44 7700 900123 for Support, Fri 20 Nov 14:02 CET, "
            "no answer. Open: nobody has claimed it",
        ),
        (
            {"name": None, "party": None, "requested": None},
            "Missed call: withheld, Fri 20 Nov 14:02 CET, "
            "no answer, waited 0:32. Open: nobody has claimed it",
        ),
    ],
)
def test_the_notification_of_a_missed_call_tells_when_for_whom_and_how_long(facts, text):
    assert CARDS["missed_call"](view("missed_call", pat(**facts))).text == text


@pytest.mark.parametrize(
    ("arrived_at", "notified", "listed"),
    [
        (NOW, "Fri 20 Nov 14:02 CET", "· 14:02"),
        (datetime(2026, 11, 19, 13, 2, tzinfo=UTC), "Thu 19 Nov 14:02 CET", "· 19 Nov 14:02"),
        (datetime(2025, 11, 20, 13, 2, tzinfo=UTC), "20 Nov 2025 14:02 CET", "20 Nov 2025 14:02"),
        (datetime(2025, 12, 31, 23, 2, tzinfo=UTC), "Thu 01 Jan 00:02 CET", "· 01 Jan 00:02"),
    ],
)
def test_a_call_of_another_day_or_year_is_told_with_it(arrived_at, notified, listed):
    seen = view("missed_call", pat(arrived_at=arrived_at))
    assert notified in CARDS["missed_call"](seen).text
    assert missed_call.line(seen).endswith(listed)


def a_storm(*kinds_and_names, settled=0):
    members = []
    for place, (kind, name) in enumerate(kinds_and_names):
        alert = view(kind, {}).alert
        alert.is_open = place >= settled
        members.append(storm.Member(alert, "a line", name))
    return storm.render(9, members)


@pytest.mark.parametrize(
    ("members", "settled", "text"),
    [
        ([("missed_call", "Pat")], 0, "1 missed call, 1 open: Pat"),
        (
            [("missed_call", name) for name in ("Pat", "Max", "Zoe", "Ann")],
            0,
            "4 missed calls, 4 open: Pat, Max, Zoe and 1 more",
        ),
        (
            [("missed_call", "Pat"), ("queue_threshold", "Queue Sales"), ("missed_call", "Max")],
            1,
            "2 missed calls and 1 queue alert, 2 open: Queue Sales, Max",
        ),
        ([("voicemail", "Box 1"), ("voicemail", "Box 2")], 2, "2 voicemail alerts, 0 open"),
    ],
)
def test_the_notification_of_a_storm_names_kinds_and_whom_it_is_about(members, settled, text):
    assert a_storm(*members, settled=settled).text == text


@pytest.mark.parametrize("kind", KINDS)
def test_the_notification_of_a_storm_is_short_whatever_it_is_about(kind):
    assert len(a_storm(*[(kind, "&amp;" * 800)] * 190).text) < 800


def test_a_list_that_would_be_too_long_keeps_a_line_of_each():
    lines = [f"+3312345{number:04} · {'&amp;' * 30}" for number in range(190)]
    alert = view("missed_call", {}).alert
    message = storm.render(9, [storm.Member(alert, line, "Pat") for line in lines])
    shown = "\n".join(block["text"]["text"] for block in message.blocks if "text" in block)
    assert [line for line in lines if line[:12] not in shown] == []
    assert len(shown) < 10_000
