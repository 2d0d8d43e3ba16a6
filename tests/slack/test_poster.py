"""The poster when all is well, when Slack wants to be left alone, and when it says no."""

import pytest
from support.delivery import client_of

from bot.demo.workspace import Fault
from bot.slack.history import MARK
from storage import outbox


async def test_a_message_is_posted_once_with_our_mark(slack):
    await slack.put("hello")
    await slack.run(120)
    (message,) = slack.workspace.messages("C0SUPPORT")
    row = await slack.row("hello")
    assert message.text == "hello"
    assert message.metadata == {"event_type": MARK, "event_payload": {"token": row.token}}
    assert (row.state, row.ts, row.posted_to) == ("sent", message.ts, "C0SUPPORT")
    assert [call.method for call in slack.workspace.calls] == ["chat.postMessage"]


async def test_a_change_edits_the_message_and_keeps_our_mark(slack):
    await slack.put("a")
    await slack.run(5)
    await slack.revise("a", "changed")
    await slack.run(5)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert message.text == "changed"
    assert message.metadata["event_payload"] == {"token": (await slack.row("a")).token}
    assert (slack.asked("chat.postMessage"), slack.asked("chat.update")) == (1, 1)


async def test_many_changes_are_one_edit(slack):
    await slack.put("a")
    await slack.run(5)
    for number in range(10):
        await slack.revise("a", str(number))
    await slack.run(10)
    assert slack.texts() == ["9"]
    assert slack.asked("chat.update") == 1


async def test_a_line_goes_into_the_thread_of_its_card(slack):
    card = await slack.put("card", kind="card", alert_id=7)
    await slack.put("line", kind="line", parent_id=card, priority=0)
    await slack.run(5)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert [reply.text for reply in message.replies] == ["line"]


async def test_a_line_of_a_card_that_was_never_posted_stands_nowhere(slack):
    slack.workspace.order(method="chat.postMessage", fault=Fault.ERROR, error="restricted_action")
    card = await slack.put("card", kind="card", alert_id=7)
    await slack.run(2)
    await slack.put("line", kind="line", parent_id=card)
    await slack.run(5)
    assert (slack.texts(), (await slack.row("line")).state) == ([], "dead")


async def test_a_line_waits_while_its_card_cannot_be_posted(slack):
    card = await slack.put("card", kind="card", alert_id=7)
    await slack.put("line", kind="line", parent_id=card)
    slack.workspace.order(method="chat.postMessage", fault=Fault.DROP_BEFORE)
    await slack.run(30)
    assert slack.asked("chat.postMessage") == 1
    await slack.run(30)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert [reply.text for reply in message.replies] == ["line"]


async def test_a_private_message_is_edited_where_it_was_opened(slack):
    await slack.put("a", kind="private", slack_channel="U0ANA")
    await slack.run(5)
    await slack.revise("a", "changed")
    await slack.run(5)
    assert [message.text for message in slack.workspace.dm("U0ANA")] == ["changed"]


async def test_posts_to_one_channel_are_apart_and_in_order(slack):
    for number in range(6):
        await slack.put(f"m{number}")
    await slack.run(10, step=0.1)
    assert slack.texts() == [f"m{number}" for number in range(6)]


# Slack wants to be left alone


async def test_nothing_is_posted_while_slack_wants_to_be_left_alone(slack):
    slack.workspace.order(method="chat.postMessage", fault=Fault.RATE_LIMITED, seconds=30)
    for key in "abc":
        await slack.put(key)
    await slack.put("elsewhere", slack_channel="C0SALES")
    await slack.run(29, step=0.5)
    assert (slack.texts(), slack.texts("C0SALES")) == ([], ["elsewhere"])
    assert slack.asked("chat.postMessage") == 2
    await slack.run(10)
    assert slack.texts() == ["a", "b", "c"]
    assert slack.asked("conversations.history") == 0


async def test_the_pause_outlives_the_process(slack):
    slack.workspace.order(method="chat.postMessage", fault=Fault.RATE_LIMITED, seconds=30)
    await slack.put("a")
    await slack.put("b")
    await slack.run(5)
    slack.restart()
    await slack.run(20)
    assert slack.asked("chat.postMessage") == 1
    await slack.run(10)
    assert slack.texts() == ["a", "b"]


async def test_nothing_is_edited_while_slack_wants_no_edits(slack):
    """A click does not mind our own pace, but it minds what Slack says."""
    for key in "ab":
        await slack.put(
            key, kind="card", alert_id=1, slack_channel=f"C0{'SALES' if key == 'a' else 'OPS'}"
        )
    await slack.run(5)
    slack.workspace.order(method="chat.update", fault=Fault.RATE_LIMITED, seconds=30)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.look()
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 0)
    await slack.run(29, step=0.5)
    assert slack.asked("chat.update") == 1
    await slack.run(5)
    assert slack.texts("C0SALES") == ["card a as of 3"]
    assert slack.texts("C0OPS") == ["card b as of 3"]


async def test_the_monthly_limit_is_a_long_pause(slack):
    order = {"method": "chat.postMessage", "fault": Fault.ERROR}
    slack.workspace.order(**order, error="message_limit_exceeded")
    await slack.put("a")
    await slack.run(299)
    assert (slack.asked("chat.postMessage"), (await slack.row("a")).state) == (1, "pending")
    await slack.run(5)
    assert slack.texts() == ["a"]


async def test_a_slack_that_cannot_be_reached_is_tried_again(slack, tmp_path):
    async with client_of(tmp_path / "nobody listens here") as client:
        with slack.instead(client=client):
            await slack.put("a")
            await slack.run(20)
            row = await slack.row("a")
            told = "Slack cannot be reached: no such file or directory"
            assert (row.state, row.problem) == ("pending", told)
            assert row.attempt in (4, 5)
    await slack.run(10)
    assert slack.texts() == ["a"]
    assert [call.method for call in slack.workspace.calls] == ["chat.postMessage"]


# Slack says no


@pytest.mark.parametrize(
    ("channel", "reason", "remedy"),
    [
        ("C0OLD", "is_archived", "Unarchive the channel"),
        ("C0LOBBY", "not_in_channel", "Invite the app"),
        ("C0PRIVATE", "channel_not_found", "invite the app; else mend its id"),
    ],
)
async def test_what_cannot_be_delivered_goes_to_the_ops_channel(slack, channel, reason, remedy):
    for number in (1, 2):
        await slack.put(f"card{number}", kind="card", alert_id=number, slack_channel=channel)
        await slack.put(f"line{number}", kind="line", slack_channel=channel)
    await slack.run(30)
    notice, *cards = sorted(slack.texts("C0OPS"), key=len, reverse=True)
    assert f"message for <#{channel}> ({channel}) cannot be delivered: {reason}. " in notice
    assert remedy in notice
    assert "`ringback outbox retry --all`" in notice
    assert [card.split(" as")[0] for card in sorted(cards)] == [
        "card card:1:C0OPS",
        "card card:2:C0OPS",
    ]
    assert {(await slack.row(f"card{number}")).state for number in (1, 2)} == {"dead"}


async def test_a_card_that_was_deleted_in_slack_is_told_to_the_ops_channel(slack):
    await slack.put("a", kind="card", alert_id=1)
    await slack.run(5)
    (message,) = slack.workspace.messages("C0SUPPORT")
    slack.workspace.state.remove(message)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.run(10)
    assert slack.texts() == []
    assert any("message_not_found" in text for text in slack.texts("C0OPS"))


async def test_a_refused_change_hides_nothing_that_cannot_be_delivered(slack, caplog):
    await slack.put("a", kind="card", alert_id=1)
    await slack.run(5)
    for method in ("chat.update", "chat.postMessage"):
        gone = {"fault": Fault.ERROR, "error": "is_archived", "channel": "C0SUPPORT", "times": 1}
        slack.workspace.order(method=method, **gone)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.put("b", kind="card", alert_id=2)
    await slack.run(20)
    told = "\n".join(slack.texts("C0OPS"))
    assert "A message in <#C0SUPPORT> (C0SUPPORT) cannot be changed: is_archived." in told
    assert "A message for <#C0SUPPORT> (C0SUPPORT) cannot be delivered: is_archived." in told
    assert "Message 1 cannot be changed: is_archived" in caplog.text
    assert "Message 2 cannot be delivered: is_archived" in caplog.text


async def test_a_direct_message_that_cannot_be_changed_is_told_with_the_person(slack):
    await slack.put("a", kind="private", slack_channel="U0ANA")
    await slack.run(5)
    slack.workspace.order(method="chat.update", fault=Fault.ERROR, error="cant_update_message")
    await slack.revise("a", "newer")
    await slack.run(10)
    (notice,) = slack.texts("C0OPS")
    assert notice == (
        "A message to <@U0ANA> (U0ANA) cannot be changed: cant_update_message. It shows what was "
        "true before."
    )


async def test_a_card_in_a_channel_that_the_app_comes_back_to_shows_the_next_change(slack):
    await slack.put("card", kind="card", alert_id=1)
    await slack.run(5)
    removed = {"fault": Fault.ERROR, "error": "channel_not_found", "times": 1}
    slack.workspace.order(method="chat.update", **removed)
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.run(10)
    assert (await slack.row("card")).state == "dead"
    await slack.store.write(outbox.refresh_cards, 1, slack.clock.now(), 2)
    await slack.run(10)
    row = await slack.row("card")
    assert (row.state, row.sent_revision) == ("sent", 3)
    assert len(slack.workspace.messages("C0SUPPORT")) == 1


async def test_an_ops_channel_that_is_gone_does_not_go_round_in_circles(slack):
    slack.workspace.archive("C0OPS")
    await slack.put("a", kind="card", alert_id=1, slack_channel="C0OPS")
    await slack.put("b", slack_channel="C0OLD")
    await slack.run(60)
    assert await slack.store.read(outbox.count_by_state) == {"dead": 3}
    assert slack.asked("chat.postMessage") == 3


async def test_messages_wait_for_a_good_token_and_are_not_tried_again_and_again(slack, tmp_path):
    async with client_of(tmp_path / "slack", token="xoxb-revoked") as client:
        with slack.instead(client=client):
            await slack.put("a", slack_channel="C0OPS")
            await slack.run(50)
    row = await slack.row("a")
    assert (row.state, row.problem) == ("pending", "Slack refuses the token (invalid_auth)")
    assert slack.asked("chat.postMessage") == 1
    await slack.run(30)
    assert slack.texts("C0OPS") == ["a"]
