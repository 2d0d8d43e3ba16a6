"""What people do reaches the app as Slack sends it."""

import httpx
import pytest

from bot.demo.workspace import Channel, NotPossible


async def test_a_slash_command_is_signed_and_form_encoded(workspace, app, is_signed):
    await workspace.slash("U0ANA", "C0SUPPORT", "/dial 01 23")
    [request] = app.requests
    assert is_signed(request)
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    form = app.form
    assert (form["command"], form["text"], form["user_id"]) == ("/dial", "01 23", "U0ANA")
    assert (form["channel_id"], form["channel_name"]) == ("C0SUPPORT", "support")
    assert form["response_url"].startswith("http://127.0.0.1:3001/response/")
    assert form["trigger_id"]


async def test_a_changed_body_breaks_the_signature(workspace, app, is_signed):
    await workspace.slash("U0ANA", "C0SUPPORT", "/dial 1")
    sent = app.requests[0]
    forged = httpx.Request("POST", sent.url, headers=sent.headers, content=b"command=%2Fpbx")
    assert not is_signed(forged)


async def test_names_in_a_command_become_ids_and_markup_is_escaped(workspace, app):
    await workspace.slash("U0ANA", "C0SUPPORT", "/dial @bo in #sales <b> a@bo")
    assert app.form["text"] == "<@U0BO|bo> in <#C0SALES|sales> &lt;b&gt; a@bo"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (httpx.Response(200), []),
        (httpx.Response(200, text="Ringing 101."), ["Ringing 101."]),
        (httpx.Response(200, json={"text": "Ringing 102."}), ["Ringing 102."]),
        (httpx.Response(500), ["/dial failed with the error http_error_500"]),
        (
            httpx.Response(200, json={"blocks": [{}]}),
            ["/dial failed with the error invalid_blocks"],
        ),
    ],
)
async def test_the_reply_to_a_command_is_shown_to_its_user_only(workspace, app, answer, shown):
    app.answers = [answer]
    await workspace.slash("U0ANA", "C0OPS", "/dial 1")
    assert [message.text for message in workspace.ephemerals("U0ANA")] == shown
    assert workspace.messages("C0OPS") == workspace.ephemerals("U0BO") == []


async def test_a_reply_can_be_for_the_whole_channel(workspace, app):
    reply = {"response_type": "in_channel", "text": "Queue is empty"}
    app.answers = [httpx.Response(200, json=reply)]
    await workspace.slash("U0ANA", "C0OPS", "/queue")
    assert [message.text for message in workspace.messages("C0OPS")] == ["Queue is empty"]


async def test_an_app_that_does_not_answer_is_told_to_the_user(workspace, app):
    app.answers = [httpx.ReadTimeout("late")]
    with pytest.raises(httpx.ReadTimeout):
        await workspace.slash("U0ANA", "C0OPS", "/dial 1")
    assert "did not respond" in workspace.ephemerals("U0ANA")[0].text
    [delivery] = workspace.deliveries
    assert (delivery.kind, delivery.status) == ("slash_command", None)


async def test_a_click_carries_the_message_as_it_is_now(workspace, api, app, card, is_signed):
    posted = await api("chat.postMessage", channel="C0OPS", text="old", blocks=card)
    message = workspace.find("C0OPS", "old")
    await api("chat.update", channel="C0OPS", ts=posted["ts"], text="new", blocks=card)
    await workspace.click("U0BO", message, "claim")
    payload = app.payload
    assert is_signed(app.requests[0])
    assert payload["type"] == "block_actions"
    assert (payload["user"]["id"], payload["channel"]["id"]) == ("U0BO", "C0OPS")
    assert payload["message"]["text"] == "new"
    assert payload["container"]["message_ts"] == posted["ts"]
    [action] = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("claim", "act", "a1")
    assert payload["trigger_id"]
    assert payload["response_url"]


async def test_a_menu_sends_the_chosen_option(workspace, api, app, card):
    await api("chat.postMessage", channel="C0OPS", text="card", blocks=card)
    message = workspace.find("C0OPS", "card")
    await workspace.click("U0BO", message, "more", "assign")
    assert app.payload["actions"][0]["selected_option"]["value"] == "assign"
    with pytest.raises(NotPossible):
        await workspace.click("U0BO", message, "more", "block")


async def test_what_is_not_there_cannot_be_clicked(workspace, api, app, card):
    posted = await api("chat.postMessage", channel="C0OPS", text="card", blocks=card)
    message = workspace.find("C0OPS", "card")
    with pytest.raises(NotPossible):
        await workspace.click("U0BO", message, "resolve")
    workspace.kick("C0OPS", "U0BO")
    with pytest.raises(NotPossible):
        await workspace.click("U0BO", message, "claim")
    await api("chat.delete", channel="C0OPS", ts=posted["ts"])
    with pytest.raises(NotPossible):
        await workspace.click("U0ANA", message, "claim")
    assert app.requests == []


async def test_a_click_on_an_ephemeral_message_does_not_carry_it(workspace, api, app, card):
    await api("chat.postEphemeral", channel="C0OPS", user="U0BO", text="psst", blocks=card)
    [message] = workspace.ephemerals("U0BO")
    await workspace.click("U0BO", message, "claim")
    assert app.payload["container"]["is_ephemeral"] is True
    assert "message" not in app.payload
    with pytest.raises(NotPossible):
        await workspace.click("U0ANA", message, "claim")


async def test_opening_the_home_tab_is_an_event(workspace, app, is_signed):
    await workspace.open_home("U0CY")
    [request] = app.requests
    assert is_signed(request)
    assert request.headers["content-type"] == "application/json"
    assert b'"app_home_opened"' in request.content


async def test_a_repeated_event_says_so(workspace, app):
    await workspace.send_event({"type": "channel_archive", "channel": "C0OPS"}, retry=2)
    headers = app.requests[0].headers
    assert (headers["x-slack-retry-num"], headers["x-slack-retry-reason"]) == ("2", "http_timeout")


async def test_shortcuts_are_global_or_on_a_message(workspace, api, app):
    await workspace.shortcut("U0ANA", "dial")
    assert app.payload["type"] == "shortcut"
    assert "channel" not in app.payload
    await api("chat.postMessage", channel="C0OPS", text="call 0123")
    await workspace.shortcut("U0ANA", "call_number", workspace.find("C0OPS", "call"))
    assert (app.payload["type"], app.payload["message"]["text"]) == ("message_action", "call 0123")


async def test_a_command_in_a_direct_conversation_names_it_as_slack_does(workspace, api, app):
    opened = await api("conversations.open", users="U0ANA")
    await workspace.slash("U0ANA", opened["channel"]["id"], "/vm")
    assert app.form["channel_name"] == "directmessage"


async def test_people_and_channels_can_be_added(workspace, api):
    workspace.add_channel(Channel(id="C0NEW", name="new", members=frozenset({"U0BOT", "U0ANA"})))
    assert (await api("chat.postMessage", channel="C0NEW", text="x"))["ok"]
    workspace.archive("C0NEW")
    assert (await api("chat.postMessage", channel="C0NEW", text="x"))["error"] == "is_archived"


async def test_a_story_can_wait_for_a_change(workspace, api):
    await api("chat.postMessage", channel="C0OPS", text="first")
    with pytest.raises(TimeoutError):
        await workspace.until(lambda: len(workspace.messages("C0OPS")) > 1, seconds=0.01)
    await api("chat.postMessage", channel="C0OPS", text="second")
    await workspace.until(lambda: len(workspace.messages("C0OPS")) > 1)


async def test_a_search_that_fails_tells_what_is_there(workspace, api):
    await api("chat.postMessage", channel="C0OPS", text="something else")
    with pytest.raises(LookupError, match="something else"):
        workspace.find("C0OPS", "Missed call")
