"""A round is over when every wish was seen: the ledger knows whether one was not."""

import pytest
from chaos.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "ledger")
    yield made
    made.close()


@pytest.mark.parametrize("what", ["shown", "edited"])
def test_a_wish_is_unseen_from_its_acknowledgement_until_a_message_shows_it(ledger, what):
    ledger.note("wish", name="K000001")
    assert ledger.all_seen.is_set()
    ledger.note("acknowledged", name="K000001")
    ledger.note("acknowledged", name="K000002")
    ledger.note(what, names=["K000001"])
    assert not ledger.all_seen.is_set()
    ledger.note(what, names=["K000001", "K000002"])
    assert ledger.all_seen.is_set()


def test_a_wish_that_was_seen_before_its_sender_was_answered_is_not_unseen(ledger):
    ledger.note("shown", names=["K000001"])
    ledger.note("acknowledged", name="K000001")
    assert ledger.all_seen.is_set()
