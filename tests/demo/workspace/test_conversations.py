"""Reading channels back."""


async def post(api, *texts, **more):
    return [
        (await api("chat.postMessage", channel="C0OPS", text=text, **more))["ts"] for text in texts
    ]


def texts(answer):
    return [message["text"] for message in answer["messages"]]


async def test_history_is_newest_first_and_leaves_replies_out(api):
    head, *_ = await post(api, "1", "2")
    await post(api, "reply", thread_ts=head)
    await post(api, "loud reply", thread_ts=head, reply_broadcast=True)
    answer = await api("conversations.history", channel="C0OPS")
    assert texts(answer) == ["loud reply", "2", "1"]
    assert answer["messages"][-1]["reply_count"] == 2


async def test_metadata_is_shown_only_when_asked_for(api):
    metadata = {"event_type": "ringback.alert", "event_payload": {"outbox": "7"}}
    await post(api, "x", metadata=metadata)
    plain = await api("conversations.history", channel="C0OPS")
    full = await api("conversations.history", channel="C0OPS", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_the_ends_of_a_time_range_count_only_when_inclusive(api):
    one, _, three = await post(api, "1", "2", "3")
    between = {"channel": "C0OPS", "oldest": one, "latest": three}
    assert texts(await api("conversations.history", **between)) == ["2"]
    assert texts(await api("conversations.history", **between, inclusive=True)) == ["3", "2", "1"]


async def test_pages_start_at_the_newest_end_by_default(api):
    await post(api, "1", "2", "3")
    first = await api("conversations.history", channel="C0OPS", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api("conversations.history", channel="C0OPS", limit=2, cursor=cursor)
    assert (texts(first), first["has_more"]) == (["3", "2"], True)
    assert (texts(second), second["has_more"]) == (["1"], False)


async def test_pages_start_at_the_oldest_end_when_only_oldest_is_given(api):
    one, *_ = await post(api, "1", "2", "3", "4")
    first = await api("conversations.history", channel="C0OPS", limit=2, oldest=one)
    cursor = first["response_metadata"]["next_cursor"]
    more = await api("conversations.history", channel="C0OPS", limit=2, oldest=one, cursor=cursor)
    assert (texts(first), texts(more)) == (["3", "2"], ["4"])


async def test_a_thread_is_read_from_any_of_its_messages(api):
    [head] = await post(api, "head")
    [reply] = await post(api, "reply", thread_ts=head)
    for ts in (head, reply):
        answer = await api("conversations.replies", channel="C0OPS", ts=ts)
        assert texts(answer) == ["head", "reply"]
    missing = await api("conversations.replies", channel="C0OPS", ts="1.000001")
    assert missing["error"] == "thread_not_found"


async def test_a_bot_that_was_removed_cannot_read(api, workspace):
    workspace.kick("C0OPS", "U0BOT")
    assert (await api("conversations.history", channel="C0OPS"))["error"] == "not_in_channel"
    assert (await api("conversations.info", channel="C0OPS"))["channel"]["is_member"] is False


async def test_a_bot_can_join_public_channels_only(api, workspace):
    assert (await api("conversations.join", channel="C0LOBBY"))["ok"]
    assert (await api("chat.postMessage", channel="C0LOBBY", text="hello"))["ok"]
    assert (await api("conversations.join", channel="C0PRIVATE"))["error"] == "channel_not_found"
    assert (await api("conversations.join", channel="C0OLD"))["error"] == "is_archived"


async def test_lists_show_what_the_bot_may_know_of(api, workspace):
    answer = await api("conversations.list", types="public_channel,private_channel")
    assert "C0PRIVATE" not in [channel["id"] for channel in answer["channels"]]
    workspace.invite("C0PRIVATE", "U0BOT")
    answer = await api("conversations.list", types="private_channel", exclude_archived=True)
    assert [channel["id"] for channel in answer["channels"]] == ["C0PRIVATE"]
    own = await api("users.conversations", exclude_archived=True)
    assert [c["name"] for c in own["channels"]] == ["support", "sales", "ops"]


async def test_opening_a_direct_conversation_twice_gives_the_same_one(api):
    first = await api("conversations.open", users="U0ANA")
    second = await api("conversations.open", users="U0ANA", return_im=True)
    assert first["channel"]["id"] == second["channel"]["id"]
    assert (second["already_open"], second["channel"]["user"]) == (True, "U0ANA")
    assert (await api("conversations.open", users="U0X"))["error"] == "user_not_found"


async def test_members_are_paged(api):
    first = await api("conversations.members", channel="C0OPS", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api("conversations.members", channel="C0OPS", limit=3, cursor=cursor)
    assert len(first["members"] + second["members"]) == 4
