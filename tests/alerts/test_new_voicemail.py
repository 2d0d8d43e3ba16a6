"""New messages in a box."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.new_voicemail import NewVoicemail, changed, identity

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
BOX = NewVoicemail(mailbox="101", new=1, old=3, since=NOW)


def test_the_first_message_begins_a_card():
    assert changed(None, "101", 1, 3, NOW) == BOX


@pytest.mark.parametrize(("new", "since"), [(2, LATER), (1, NOW), (0, NOW)])
def test_only_a_newer_message_is_the_last_one_that_came(new, since):
    after = changed(BOX, "101", new, 4, LATER)
    assert after == NewVoicemail(mailbox="101", new=new, old=4, since=since)


def test_each_box_of_each_system_has_a_card():
    names = {identity(system, box) for system in ("paris", "lyon") for box in ("101", "102")}
    assert len(names) == 4
