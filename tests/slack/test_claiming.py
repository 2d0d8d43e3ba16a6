"""What is claimed for a message, and what becomes of it when it cannot be sent at once."""

import pytest
from support.delivery import open_delivery

from storage import outbox
from storage.engine import DatabaseUnusable
from storage.topics import Topic


@pytest.fixture
async def slack(tmp_path):
    async with open_delivery(tmp_path) as made:
        yield made
        assert made.workspace.too_fast == []


async def test_what_a_unit_leaves_waiting_makes_the_poster_look(slack):
    wake = slack.store.listen(Topic.OUTBOX)
    await slack.poster.write(slack.letting_send("a"))
    await slack.poster.settle()
    wake.clear()
    await slack.poster.write(slack.letting_send("in its channel's turn"))
    assert wake.is_set()


async def test_what_was_claimed_at_once_makes_it_look_no_more(slack, monkeypatch):
    wake = slack.store.listen(Topic.OUTBOX)
    monkeypatch.setattr(outbox, "mark_sent", lambda *_: None)  # it would wake it as well
    await slack.poster.write(slack.letting_send("a"))
    await slack.poster.settle()
    assert not wake.is_set()


async def test_a_message_that_cannot_be_drawn_has_surely_not_left(slack):
    def drawing(session, row):
        raise ValueError("made up")

    with slack.instead(compose=drawing):
        await slack.look()
        await slack.poster.write(slack.letting_send("a"))
    row = await slack.row("a")
    assert (row.state, row.uncertain, row.problem) == ("pending", False, "cannot be composed")
    await slack.run(29)
    assert slack.texts() == []
    await slack.run(3)
    assert slack.texts() == ["a"]


async def test_a_result_that_can_never_be_written_holds_up_nothing(slack, monkeypatch, caplog):
    def broken(session, *_):
        raise KeyError("made up")

    write = slack.store.write

    async def away_once(unit, *args, **kwargs):
        if unit is broken:
            monkeypatch.setattr(slack.store, "write", write)
            raise DatabaseUnusable("made up")
        return await write(unit, *args, **kwargs)

    monkeypatch.setattr(outbox, "mark_sent", broken)
    monkeypatch.setattr(slack.store, "write", away_once)
    await slack.put("a")
    with pytest.raises(DatabaseUnusable):
        await slack.look()
    monkeypatch.undo()
    await slack.put("b")
    await slack.run(120)
    assert slack.texts() == ["a", "b"]
    assert "is left out" in caplog.text
