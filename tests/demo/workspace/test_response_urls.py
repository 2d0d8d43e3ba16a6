"""Answers by response_url."""

import pytest


@pytest.fixture
async def url(workspace, app):
    await workspace.slash("U0ANA", "C0LOBBY", "/dial 1")
    return app.form["response_url"]


@pytest.fixture
async def clicked(workspace, api, app, card):
    """The response_url of a click on a card in #ops."""
    await api("chat.postMessage", channel="C0OPS", text="card", blocks=card)
    await workspace.click("U0BO", workspace.find("C0OPS", "card"), "claim")
    return app.payload["response_url"]


async def test_an_answer_is_private_unless_it_says_otherwise(http, workspace, url):
    await http.post(url, json={"text": "for you"})
    await http.post(url, json={"text": "for all", "response_type": "in_channel"})
    assert [message.text for message in workspace.ephemerals("U0ANA")] == ["for you"]
    assert [message.text for message in workspace.messages("C0LOBBY")] == ["for all"]


async def test_five_answers_are_taken_and_no_more(http, workspace, url):
    replies = [await http.post(url, json={"text": "x"}) for _ in range(6)]
    assert [reply.status_code for reply in replies] == [200] * 5 + [404]
    assert replies[-1].json()["error"] == "used_url"
    assert len(workspace.ephemerals("U0ANA")) == 5


async def test_answers_are_taken_for_thirty_minutes(http, url, clock):
    await clock.advance(1800)
    assert (await http.post(url, json={"text": "x"})).status_code == 200
    await clock.advance(1)
    assert (await http.post(url, json={"text": "x"})).json()["error"] == "expired_url"


async def test_a_made_up_address_is_not_found(http):
    reply = await http.post("/response/guess", json={"text": "x"})
    assert (reply.status_code, reply.json()["error"]) == (404, "no_service")


@pytest.mark.parametrize(
    ("body", "error"),
    [({}, "no_text"), ({"text": "x", "blocks": [{"type": "nope"}]}, "invalid_blocks")],
)
async def test_a_broken_answer_is_refused(http, workspace, url, body, error):
    reply = await http.post(url, json=body)
    assert (reply.status_code, reply.json()["error"]) == (400, error)
    assert workspace.ephemerals("U0ANA") == []


async def test_what_was_clicked_can_be_replaced_and_deleted(http, workspace, clicked):
    await http.post(clicked, json={"replace_original": True, "text": "claimed"})
    [message] = workspace.messages("C0OPS")
    assert (message.text, message.blocks) == ("claimed", ())
    await http.post(clicked, json={"delete_original": "true"})
    assert workspace.messages("C0OPS") == []


async def test_an_ephemeral_message_can_be_replaced_after_a_click(http, workspace, api, app, card):
    await api("chat.postEphemeral", channel="C0OPS", user="U0BO", text="pick", blocks=card)
    await workspace.click("U0BO", workspace.ephemerals("U0BO")[0], "claim")
    url = app.payload["response_url"]
    await http.post(url, json={"replace_original": True, "text": "picked"})
    assert [message.text for message in workspace.ephemerals("U0BO")] == ["picked"]


async def test_a_command_has_nothing_to_replace(http, workspace, url):
    await http.post(url, json={"text": "one"})
    await http.post(url, json={"text": "two", "replace_original": True})
    assert [message.text for message in workspace.ephemerals("U0ANA")] == ["one", "two"]


async def test_answers_are_logged(http, workspace, url):
    await http.post(url, json={"text": "x"})
    [call] = workspace.calls
    assert (call.method, call.channel, call.outcome) == ("response_url", "C0LOBBY", "ok")
