"""Names of marks that nobody sees: the number stands where the name would."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.alerts import missed_calls
from bot.alerts.missed_call import MissedCall
from bot.slack.cards import missed_call
from bot.slack.cards.view import View
from bot.telephony.journeys import Outcome
from storage.tables import AlertRow

NOW = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)

MARKS = pytest.mark.parametrize("name", ["\u200e", "\u202e \u2069", "\u200b\ufeff", " \u00a0 "])


def seen(name, *, masked=False):
    """A call of somebody with that name to somebody with the same."""
    call = MissedCall(
        arrived_at=NOW,
        outcome=Outcome.NO_ANSWER,
        party="+447700900123",
        name=name,
        requested=name,
    )
    alert = AlertRow(
        id=7,
        kind="missed_call",
        dedup_key="x",
        system="paris",
        tenant="main",
        state="open",
        opened_at=NOW,
        changed_at=NOW,
        facts=missed_calls.MISSED_CALL.dump_python(call, mode="json"),
    )
    zone = ZoneInfo("Europe/Paris")
    return View(alert=alert, zone=zone, region="FR", masked=masked, late_seconds=0)


@MARKS
def test_the_number_is_the_title_where_the_name_cannot_be_seen(name):
    card = missed_call.render(seen(name))
    assert card.blocks[0]["text"]["text"] == "Missed call: +44 7700 900123"
    assert card.text.startswith("Missed call: +44 7700 900123, Fri 20 Nov")
    labels = [field["text"].split("\n")[0] for field in card.blocks[2]["fields"]]
    assert "*Called*" not in labels


@MARKS
def test_a_list_tells_the_number_alone_where_the_name_cannot_be_seen(name):
    assert missed_call.line(seen(name)) == "+44 7700 900123 · 14:02"
    assert missed_call.caller(seen(name)) == "+44 7700 900123"


def test_unseen_marks_show_no_number_in_a_channel_that_masks_them():
    card = missed_call.render(seen("0770\u200b0900\u200b123", masked=True))
    assert card.blocks[0]["text"]["text"] == "Missed call: ••• 23"


def test_a_name_keeps_the_joiners_of_its_script():
    name = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    card = missed_call.render(seen(name))
    assert card.blocks[0]["text"]["text"] == f"Missed call: {name}"
