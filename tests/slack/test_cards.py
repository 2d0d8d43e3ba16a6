"""Cards fit Slack's limits and hold nothing live, whatever the alert is made of."""

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
from bot.slack.cards import CARDS
from bot.slack.cards.view import View
from bot.telephony.journeys import Outcome
from bot.telephony.queues import QueueFigures
from storage.tables import AlertRow

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
@settings(max_examples=60, deadline=None)
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
