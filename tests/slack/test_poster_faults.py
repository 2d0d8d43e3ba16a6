"""Answers that get lost: whatever happened, one visible message is left in the end."""

import json

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from support.delivery import AUDITED, lose, served

from bot.demo.workspace import Fault
from bot.demo.workspace.records import Message
from storage import outbox
from storage.outbox import Pace


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        (Fault.DROP_AFTER, 1),
        (Fault.FAIL_AFTER, 1),
        (Fault.LATE_COMMIT, 1),
        (Fault.DROP_BEFORE, 2),
        (Fault.FAIL_BEFORE, 2),
    ],
)
async def test_a_lost_answer_leaves_one_message(slack, fault, posts):
    lose(slack, fault, seconds=25)
    await slack.put("a")
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]
    assert slack.asked("chat.postMessage") == posts
    row = await slack.row("a")
    assert (row.state, row.looks, row.audit_at) == ("sent", 2, None)
    assert row.ts == slack.workspace.messages("C0SUPPORT")[0].ts


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "request_timeout"])
async def test_an_undecided_error_is_looked_into_before_it_is_tried_again(slack, code):
    lose(slack, Fault.ERROR, error=code)
    await slack.put("a")
    await slack.run(39)
    assert slack.asked("chat.postMessage") == 1
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]


async def test_nothing_is_posted_again_inside_the_quarantine(slack):
    lose(slack, Fault.DROP_BEFORE)
    began = slack.clock.now()
    await slack.put("a")
    await slack.run(60)
    again = slack.workspace.messages("C0SUPPORT")[0]
    assert float(again.ts) - began.timestamp() >= 40


async def test_a_message_that_arrives_after_the_quarantine_is_deleted(slack):
    lose(slack, Fault.LATE_COMMIT, seconds=60)
    await slack.put("a")
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]
    assert slack.asked("chat.delete") == 1


async def test_a_stale_history_is_made_good_by_the_audit(slack):
    """The extra goes, not the one that we know: edits and threads hang on that."""
    lose(slack, Fault.DROP_AFTER)
    lose(slack, Fault.STALE_HISTORY, "conversations.history", seconds=600)
    card = await slack.put("a", kind="card", alert_id=1)
    await slack.run(45)
    assert len(slack.texts()) == 2
    await slack.put("line", kind="line", parent_id=card)
    await slack.run(AUDITED)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.run(10)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert message.text == "card a as of 2"
    assert [reply.text for reply in message.replies] == ["line"]
    assert slack.asked("chat.delete") == 1
    assert slack.texts("C0OPS") == []


async def test_an_extra_that_may_not_be_deleted_is_not_asked_about_for_ever(slack):
    lose(slack, Fault.DROP_AFTER)
    lose(slack, Fault.STALE_HISTORY, method="conversations.history", seconds=60)
    lose(slack, Fault.ERROR, method="chat.delete", error="cant_delete_message", times=99)
    await slack.put("a")
    await slack.run(AUDITED)
    assert slack.asked("chat.delete") == 2  # once in each of the two audits
    assert (await slack.row("a")).audit_at is None


async def test_a_card_that_changed_while_nobody_knew_shows_its_newest_state(slack):
    """It is found, but as it was: it may not be taken for what it should be by now."""
    lose(slack, Fault.DROP_AFTER)
    await slack.put("a", kind="card", alert_id=1)
    await slack.look()
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.run(60)
    assert slack.texts() == ["card a as of 2"]
    assert slack.asked("chat.postMessage") == 1


async def test_a_lost_answer_in_a_thread_is_looked_for_in_the_thread(slack):
    card = await slack.put("card", kind="card", alert_id=1)
    await slack.run(2)
    lose(slack, Fault.DROP_AFTER)
    await slack.put("line", kind="line", parent_id=card)
    await slack.run(AUDITED)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert [reply.text for reply in message.replies] == ["line"]
    assert slack.asked("conversations.history") == 0
    assert slack.asked("conversations.replies") == 3


async def test_a_lost_edit_is_simply_made_again(slack):
    await slack.put("a")
    await slack.run(2)
    lose(slack, Fault.DROP_AFTER, "chat.update")
    await slack.revise("a", "changed")
    await slack.run(10)
    assert slack.texts() == ["changed"]
    assert slack.asked("chat.update") == 2
    assert slack.asked("conversations.history") == 0


async def test_a_message_is_found_behind_many_others(slack):
    lose(slack, Fault.DROP_AFTER)
    await slack.put("a")
    await slack.look()
    for number in range(450):
        ts = slack.workspace.state.next_ts()
        note = Message(channel="C0SUPPORT", ts=ts, user="U0BO", text=str(number))
        slack.workspace.state.put(note)
    await slack.run(45)
    assert slack.texts().count("a") == 1
    assert slack.asked("chat.postMessage") == 1
    assert slack.asked("conversations.history") == 3


async def test_a_message_that_people_deleted_is_not_posted_again(slack):
    lose(slack, Fault.DROP_AFTER)
    await slack.put("a")
    await slack.run(45)
    slack.workspace.state.remove(slack.workspace.messages("C0SUPPORT")[0])
    await slack.run(AUDITED)
    assert slack.texts() == []
    assert slack.asked("chat.postMessage") == 1


async def test_a_history_that_fails_now_is_read_again_later(slack, caplog):
    lose(slack, Fault.DROP_AFTER, times=2)
    lose(slack, Fault.FAIL_BEFORE, "conversations.history", times=4)
    await slack.put("a")
    await slack.put("o", slack_channel="C0OPS")
    await slack.run(AUDITED)
    assert slack.texts() + slack.texts("C0OPS") == ["a", "o"]
    assert slack.asked("chat.postMessage") == 2
    assert [r.getMessage() for r in caplog.records if r.name == "bot.slack.search"] == [
        "Messages in doubt cannot be looked for now: Slack says internal_error",
        "Messages in doubt can be looked for again",
    ]


@pytest.mark.parametrize("seconds", [5, 20, 35])
async def test_an_edit_that_slack_makes_late_is_not_the_last(slack, seconds):
    await slack.put("a", kind="card", alert_id=1)
    await slack.run(2)
    lose(slack, Fault.LATE_COMMIT, "chat.update", seconds=seconds)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now())
    await slack.run(1)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now())
    await slack.run(200)
    assert slack.texts() == ["card a as of 3"]
    assert (await slack.row("a")).state == "sent"


async def test_what_changes_before_an_edit_is_repeated_is_shown_at_once(slack):
    await slack.put("a")
    await slack.run(2)
    lose(slack, Fault.DROP_AFTER, "chat.update")
    await slack.revise("a", "first")
    await slack.run(5)
    await slack.revise("a", "second")
    await slack.run(2)
    assert slack.texts() == ["second"]


# The process dies


async def test_a_process_that_dies_before_it_posts_leaves_one_message(slack):
    await slack.put("a")
    await slack.store.write(outbox.claim_due, slack.clock.now(), Pace())
    slack.restart()
    await slack.run(39)
    assert slack.texts() == []
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]
    assert slack.asked("chat.postMessage") == 1


async def test_a_process_that_dies_after_it_posted_leaves_one_message(slack):
    lose(slack, Fault.DELAY_AFTER, seconds=600)
    await slack.put("a")
    await slack.poster.look()
    await slack.workspace.until(lambda: slack.texts() == ["a"])
    slack.restart()
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]
    assert slack.asked("chat.postMessage") == 1


async def test_a_process_that_dies_over_an_edit_leaves_the_edit_done(slack):
    await slack.put("a")
    await slack.run(2)
    await slack.revise("a", "changed")
    await slack.store.write(outbox.claim_due, slack.clock.now(), Pace())
    slack.restart()
    await slack.run(120)
    assert slack.texts() == ["changed"]
    assert (await slack.row("a")).state == "sent"


# Answers that make no sense


NONSENSE = {
    "plain text": PlainTextResponse("please log in"),
    "a page": Response("<html>", media_type="text/html"),
    "a list": JSONResponse([1, 2]),
    "null": JSONResponse(None),
    "no JSON": Response("{", media_type="application/json"),
    "no UTF-8": Response(b'{"ok": "\xff"}', media_type="application/json"),
    "no ts": JSONResponse({"ok": True}),
    "an empty ts": JSONResponse({"ok": True, "ts": "", "channel": "C0SUPPORT"}),
    "somewhere else": RedirectResponse("/api/moved", 301),
    "somewhere else, as it is": RedirectResponse("/api/moved", 308),
    "a bad gateway": Response("<html>", 502, media_type="text/html"),
    "an error without a word": JSONResponse({"ok": False}),
    "an unknown status": Response(json.dumps({}), 418, media_type="application/json"),
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_an_answer_that_makes_no_sense_is_an_unknown_outcome(slack, tmp_path, caplog, name):
    async def answer(request):
        asked.append(request.url.path)
        return NONSENSE[name]

    asked: list[str] = []

    everything = Starlette(routes=[Route("/{path:path}", answer, methods=["POST", "GET"])])
    async with served(everything, tmp_path / "proxy") as client:
        with slack.instead(client=client):
            await slack.put("a")
            await slack.run(60)
            assert (await slack.row("a")).state == "unknown"
    assert not [record for record in caplog.records if record.exc_info]
    assert "/api/moved" not in asked
    await slack.run(AUDITED)
    assert slack.texts() == ["a"]
