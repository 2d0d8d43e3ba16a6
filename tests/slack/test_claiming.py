"""What a unit lets be sent: claimed and drawn in its transaction, and what may come of that."""

import asyncio

import pytest
from support.delivery import compose

from storage import outbox
from storage.engine import DatabaseUnusable
from storage.topics import Topic


async def test_what_a_unit_lets_be_sent_is_claimed_in_its_transaction(slack):
    before = slack.store.commits
    await slack.poster.write(slack.letting_send("a"))
    await slack.poster.settle()
    assert slack.texts() == ["a"]
    assert slack.store.commits == before + 2  # and what Slack said


async def test_a_unit_that_fails_lets_nothing_be_sent(slack):
    def failing(session):
        slack.letting_send("a")(session)
        raise ValueError("made up")

    with pytest.raises(ValueError, match="made up"):
        await slack.poster.write(failing)
    await slack.run(5)
    assert slack.texts() == []


async def test_what_is_committed_is_sent_though_nobody_waits_for_it_any_more(slack):
    asking = asyncio.ensure_future(slack.poster.write(slack.letting_send("a")))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await slack.poster.settle()
    assert slack.texts() == ["a"]


async def test_a_message_that_cannot_be_drawn_holds_up_no_other(slack, caplog):
    def drawing(session, row):
        if row.key == "broken":
            raise ValueError("made up")
        return compose(session, row)

    with slack.instead(compose=drawing):
        await slack.poster.write(slack.letting_send("broken"))
        await slack.poster.write(slack.letting_send("whole", slack_channel="C0OPS"))
        await slack.poster.settle()
    assert (slack.texts(), slack.texts("C0OPS")) == ([], ["whole"])
    assert "cannot be composed" in caplog.text
    await slack.run(60)
    assert slack.texts() == ["broken"]


async def test_what_a_unit_leaves_waiting_makes_the_poster_look(slack):
    wake = slack.store.listen(Topic.OUTBOX)
    await slack.poster.write(slack.letting_send("a"))
    await slack.poster.settle()
    wake.clear()
    await slack.poster.write(slack.letting_send("in its channel's turn"))
    assert wake.is_set()


async def test_what_has_to_wait_beside_what_was_claimed_makes_it_look(slack, monkeypatch):
    def both(session):
        slack.letting_send("a")(session)
        slack.letting_send("in its channel's turn")(session)

    wake = slack.store.listen(Topic.OUTBOX)
    monkeypatch.setattr(outbox, "mark_sent", lambda *_: None)  # it would wake it as well
    await slack.poster.write(both)
    await slack.poster.settle()
    assert (slack.texts(), wake.is_set()) == (["a"], True)


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
