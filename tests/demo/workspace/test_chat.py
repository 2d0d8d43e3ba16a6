"""Posting, changing and deleting messages."""

import pytest


async def test_a_post_answers_with_slacks_own_keys(api, card):
    answer = await api("chat.postMessage", channel="C0SUPPORT", text="Missed call", blocks=card)
    message = answer["message"]
    assert (answer["channel"], answer["ts"]) == ("C0SUPPORT", message["ts"])
    assert (message["bot_id"], message["app_id"]) == ("B0BOT", "A0RINGBACK")
    assert (message["team"], message["user"], message["text"]) == ("T0DEMO", "U0BOT", "Missed call")
    assert all(block["block_id"] for block in message["blocks"])


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("C0PRIVATE", "channel_not_found"),
        ("C0LOBBY", "not_in_channel"),
        ("C0OLD", "is_archived"),
        ("U0BOT", "cannot_dm_bot"),
        ("", "channel_not_found"),
    ],
)
async def test_a_post_to_the_wrong_place_is_refused(api, workspace, channel, error):
    before = workspace.state.version
    assert (await api("chat.postMessage", channel=channel, text="x"))["error"] == error
    assert workspace.state.version == before


async def test_a_post_to_a_user_lands_in_their_direct_conversation(api, workspace):
    answer = await api("chat.postMessage", channel="U0ANA", text="psst")
    assert answer["channel"].startswith("D")
    assert [m.text for m in workspace.dm("U0ANA")] == ["psst"]
    assert workspace.dm("U0BO") == []


async def test_a_channel_can_be_named_when_posting_but_not_when_reading(api):
    assert (await api("chat.postMessage", channel="#ops", text="x"))["channel"] == "C0OPS"
    assert (await api("conversations.history", channel="#ops"))["error"] == "channel_not_found"


async def test_an_empty_message_is_refused(api):
    assert (await api("chat.postMessage", channel="C0OPS", text=""))["error"] == "no_text"


async def test_timestamps_grow_even_while_the_clock_stands(api):
    stamps = [(await api("chat.postMessage", channel="C0OPS", text="x"))["ts"] for _ in range(3)]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp.split(".")[1]) == 6 for stamp in stamps)


async def test_replies_stand_below_their_message_and_not_in_the_channel(api, workspace):
    head = await api("chat.postMessage", channel="C0OPS", text="head")
    await api("chat.postMessage", channel="C0OPS", text="reply", thread_ts=head["ts"])
    [message] = workspace.messages("C0OPS")
    assert [reply.text for reply in message.replies] == ["reply"]


async def test_a_reply_to_nothing_is_refused(api):
    answer = await api("chat.postMessage", channel="C0OPS", text="x", thread_ts="1.000001")
    assert answer["error"] == "cannot_reply_to_message"


async def test_an_update_with_text_only_removes_the_blocks_and_keeps_the_metadata(
    api, workspace, card
):
    metadata = {"event_type": "ringback.alert", "event_payload": {"id": "7"}}
    first = await api("chat.postMessage", channel="C0OPS", text="a", blocks=card, metadata=metadata)
    await api("chat.update", channel="C0OPS", ts=first["ts"], text="b")
    [message] = workspace.messages("C0OPS")
    assert (message.text, message.blocks, message.metadata) == ("b", (), metadata)
    assert message.edited_ts is not None


async def test_an_update_with_blocks_does_not_show_as_edited(api, workspace, card):
    first = await api("chat.postMessage", channel="C0OPS", text="a")
    await api("chat.update", channel="C0OPS", ts=first["ts"], text="b", blocks=card)
    [message] = workspace.messages("C0OPS")
    assert message.edited_ts is None
    assert message.action_ids == ["claim", "more"]


async def test_an_update_has_a_shorter_text_limit_than_a_post(api):
    first = await api("chat.postMessage", channel="C0OPS", text="x" * 40_000)
    answer = await api("chat.update", channel="C0OPS", ts=first["ts"], text="x" * 4_001)
    assert answer["error"] == "msg_too_long"
    assert (await api("chat.postMessage", channel="C0OPS", text="x" * 40_001))["ok"] is False


async def test_only_the_bots_own_messages_can_be_changed(api, workspace):
    said = workspace.say("U0ANA", "C0OPS", "mine")
    updated = await api("chat.update", channel="C0OPS", ts=said.ts, text="x")
    deleted = await api("chat.delete", channel="C0OPS", ts=said.ts)
    assert (updated["error"], deleted["error"]) == ("cant_update_message", "cant_delete_message")


async def test_a_message_that_is_gone_cannot_be_changed(api):
    first = await api("chat.postMessage", channel="C0OPS", text="a")
    assert (await api("chat.delete", channel="C0OPS", ts=first["ts"]))["ok"]
    again = await api("chat.update", channel="C0OPS", ts=first["ts"], text="b")
    assert again["error"] == "message_not_found"


async def test_a_deleted_head_leaves_a_tombstone(api):
    head = await api("chat.postMessage", channel="C0OPS", text="head")
    await api("chat.postMessage", channel="C0OPS", text="reply", thread_ts=head["ts"])
    await api("chat.delete", channel="C0OPS", ts=head["ts"])
    [message] = (await api("conversations.history", channel="C0OPS"))["messages"]
    assert message["subtype"] == "tombstone"


async def test_an_ephemeral_message_is_seen_by_one_user_and_cannot_be_read_or_changed(
    api, workspace
):
    answer = await api("chat.postEphemeral", channel="C0OPS", user="U0BO", text="only you")
    assert [m.text for m in workspace.ephemerals("U0BO")] == ["only you"]
    assert workspace.ephemerals("U0ANA") == workspace.messages("C0OPS") == []
    assert (await api("conversations.history", channel="C0OPS"))["messages"] == []
    changed = await api("chat.update", channel="C0OPS", ts=answer["message_ts"], text="x")
    assert changed["error"] == "message_not_found"


async def test_an_ephemeral_message_needs_a_user_who_is_there(api, workspace):
    workspace.kick("C0OPS", "U0CY")
    answer = await api("chat.postEphemeral", channel="C0OPS", user="U0CY", text="x")
    assert answer["error"] == "user_not_in_channel"


async def test_a_permalink_names_channel_and_time(api):
    first = await api("chat.postMessage", channel="C0OPS", text="a")
    answer = await api("chat.getPermalink", channel="C0OPS", message_ts=first["ts"])
    assert answer["permalink"].endswith("/archives/C0OPS/p" + first["ts"].replace(".", ""))


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": "y" * 9_000}}, "metadata_too_large"),
    ],
)
async def test_broken_metadata_is_refused(api, metadata, error):
    answer = await api("chat.postMessage", channel="C0OPS", text="x", metadata=metadata)
    assert answer["error"] == error


async def test_posts_less_than_a_second_apart_are_noted_per_channel(api, workspace, clock):
    await api("chat.postMessage", channel="C0OPS", text="1")
    await api("chat.postMessage", channel="C0SALES", text="1")
    await clock.advance(0.4)
    await api("chat.postMessage", channel="C0OPS", text="2")
    await clock.advance(1.0)
    await api("chat.postMessage", channel="C0OPS", text="3")
    [fast] = workspace.too_fast
    assert fast.channel == "C0OPS"
    assert fast.gap_seconds == pytest.approx(0.4)
