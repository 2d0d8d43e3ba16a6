"""The web page: what it is told, what it may do, and who may ask."""

from pathlib import Path

import httpx
import pytest

from bot.demo.workspace import DemoButton, Workspace, page

STATIC = Path(page.__file__).parent / "static"


async def state(http, user="U0ANA", since=""):
    reply = await http.get("/_page/state", params={"user": user, "since": since})
    return reply.json()


def room(shown, name):
    return next(channel for channel in shown["channels"] if channel["name"] == name)


async def test_the_page_and_its_parts_are_served_without_anything_from_elsewhere(http):
    reply = await http.get("/")
    assert reply.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    for path in STATIC.iterdir():
        part = await http.get(f"/_page/static/{path.name}")
        assert part.status_code == 200
        assert "https://" not in part.text
    assert (await http.get("/_page/static/page.py")).status_code == 404


@pytest.mark.parametrize("danger", ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval("])
def test_text_is_never_parsed_as_html(danger):
    assert not any(danger in path.read_text() for path in STATIC.glob("*.js"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:3001"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:8080"},
        {"Origin": "null"},
        {"Host": "["},
        {"Origin": "http://[::1"},
    ],
)
async def test_another_page_cannot_read_or_drive_it(http, app, headers):
    body = {"user": "U0ANA", "channel": "C0OPS", "text": "/dial 1"}
    assert (await http.get("/_page/state", headers=headers)).status_code == 403
    assert (await http.post("/_page/command", json=body, headers=headers)).status_code == 403
    assert app.requests == []


async def test_its_own_origin_is_welcome(http, app):
    body = {"user": "U0ANA", "channel": "C0OPS", "text": "/dial 1"}
    origin = {"Origin": "http://127.0.0.1:3001"}
    assert (await http.post("/_page/command", json=body, headers=origin)).status_code == 200
    assert app.form["command"] == "/dial"


async def test_a_page_that_knows_the_state_is_told_only_the_version(http, api):
    version = (await state(http))["version"]
    assert await state(http, since=version) == {"version": version}
    await api("chat.postMessage", channel="C0OPS", text="new")
    assert (await state(http, since=version))["version"] > version


async def test_people_see_their_own_channels_and_ephemeral_messages_only(http, api, workspace):
    await api("chat.postEphemeral", channel="C0OPS", user="U0ANA", text="psst")
    workspace.kick("C0SALES", "U0BO")
    ana, bo = await state(http, "U0ANA"), await state(http, "U0BO")
    [message] = room(ana, "ops")["messages"]
    assert (message["text"], message["only_visible_to_you"]) == ("psst", True)
    assert room(bo, "ops")["messages"] == room(ana, "support")["messages"] == []
    assert "sales" not in [channel["name"] for channel in bo["channels"]]


async def test_a_line_without_a_slash_is_a_message(http, app, workspace):
    body = {"user": "U0BO", "channel": "C0OPS", "text": "hello @ana <!channel>"}
    await http.post("/_page/command", json=body)
    [message] = workspace.messages("C0OPS")
    assert (message.user, message.text) == ("U0BO", "hello <@U0ANA|ana> &lt;!channel&gt;")
    assert app.requests == []


async def test_a_click_on_the_page_is_a_click_in_slack(http, api, app, card):
    posted = await api("chat.postMessage", channel="C0OPS", text="card", blocks=card)
    click = {"user": "U0BO", "channel": "C0OPS", "ts": posted["ts"], "block_id": "act"}
    reply = await http.post("/_page/click", json=click | {"action_id": "more", "choice": "assign"})
    assert reply.status_code == 200
    assert app.payload["actions"][0]["selected_option"]["value"] == "assign"


async def test_a_modal_is_filled_in_and_submitted(http, api, app, workspace):
    await workspace.shortcut("U0ANA", "note")
    note = {
        "type": "input",
        "block_id": "n",
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "note"},
    }
    title = {"type": "plain_text", "text": "Note"}
    view = {"type": "modal", "title": title, "submit": title, "blocks": [note]}
    await api("views.open", trigger_id=app.payload["trigger_id"], view=view)
    modal = (await state(http))["modal"]
    body = {"view": modal["id"], "answers": {"n/note": "called back"}}
    stolen = await http.post("/_page/submit", json=body | {"user": "U0BO"})
    assert stolen.status_code == 409
    assert (await http.post("/_page/submit", json=body | {"user": "U0ANA"})).status_code == 200
    values = app.payload["view"]["state"]["values"]
    assert values["n"]["note"]["value"] == "called back"
    assert (await state(http))["modal"] is None


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("click", {"user": "U0BO", "channel": "C0OPS", "ts": "1"}, 409),
        ("click", {}, 400),
        ("command", {"user": "U0ANA", "channel": "C0NOWHERE", "text": "/dial"}, 409),
        ("dance", {}, 404),
        ("button", {"user": "U0ANA", "index": 99}, 409),
        ("button", {"user": "U0ANA", "index": -1}, 409),
        ("button", {"user": "U0ANA", "index": "x"}, 409),
        ("button", {"user": "U0ANA"}, 400),
        ("home", {"user": "U0NOBODY"}, 409),
    ],
)
async def test_what_cannot_be_done_is_said(http, app, act, body, status):
    reply = await http.post(f"/_page/{act}", json=body)
    assert (reply.status_code, app.requests) == (status, [])
    assert reply.json()["error"]


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, rb'{"user": "U0ANA", "channel": "C0OPS", "text": "half: \ud83d"}'],
    ids=["endless", "half a character"],
)
async def test_what_could_not_be_shown_is_not_understood(http, app, body):
    assert (await http.post("/_page/command", content=body)).status_code == 400
    assert (await http.get("/_page/state")).status_code == 200
    assert app.requests == []


async def test_a_button_that_is_not_there_is_not_another_one(clock):
    async def ring():
        raise AssertionError("pressed")

    workspace = Workspace(
        clock,
        bot_token="x",
        signing_secret="s",
        app_url="http://app.test/",
        buttons=[DemoButton("A customer calls", ring)],
    )
    transport = httpx.ASGITransport(app=workspace.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        for index in (1, -1, "0", None, [0]):
            reply = await http.post("/_page/button", json={"user": "U0ANA", "index": index})
            assert reply.status_code == 409
    await workspace.close()


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.ReadTimeout("late")])
async def test_an_app_that_fails_is_said(http, app, answer):
    app.answers = [answer]
    body = {"user": "U0ANA", "channel": "C0OPS", "text": "/dial 1"}
    reply = await http.post("/_page/command", json=body)
    assert reply.status_code == 502


async def test_the_bytes_of_a_shared_file_can_be_played(http, api):
    asked = await api("files.getUploadURLExternal", filename="vm.wav", length=4)
    await http.post(asked["upload_url"], content=b"RIFF")
    path = f"/_page/files/{asked['file_id']}"
    assert (await http.get(path)).status_code == 404
    files = [{"id": asked["file_id"]}]
    await api("files.completeUploadExternal", files=files, channel_id="C0OPS")
    reply = await http.get(path)
    assert (reply.content, reply.headers["content-type"][:6]) == (b"RIFF", "audio/")


async def test_a_file_that_is_not_sound_is_never_shown_as_a_page(http, api):
    asked = await api("files.getUploadURLExternal", filename="x.html", length=3)
    await http.post(asked["upload_url"], content=b"<b>")
    files = [{"id": asked["file_id"]}]
    await api("files.completeUploadExternal", files=files, channel_id="C0OPS")
    reply = await http.get(f"/_page/files/{asked['file_id']}")
    assert reply.headers["content-type"] == "application/octet-stream"


async def test_demo_buttons_do_what_they_were_given(clock):
    pressed = []

    async def ring():
        pressed.append("ring")

    workspace = Workspace(
        clock,
        bot_token="x",
        signing_secret="s",
        app_url="http://app.test/",
        buttons=[DemoButton("A customer calls", ring, "Rings #support")],
        commands={"/dial": "Call a number"},
    )
    transport = httpx.ASGITransport(app=workspace.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        shown = await state(http)
        await http.post("/_page/button", json={"user": "U0ANA", "index": 0})
    assert shown["buttons"] == [{"label": "A customer calls", "hint": "Rings #support"}]
    assert shown["commands"] == {"/dial": "Call a number"}
    assert pressed == ["ring"]
    await workspace.close()


async def test_the_home_tab_is_shown_to_its_user(http, api, app):
    await http.post("/_page/home", json={"user": "U0ANA"})
    assert b"app_home_opened" in app.requests[0].content
    blocks = [{"type": "divider"}]
    await api("views.publish", user_id="U0ANA", view={"type": "home", "blocks": blocks})
    assert (await state(http, "U0ANA"))["home"]["blocks"][0]["type"] == "divider"
    assert (await state(http, "U0BO"))["home"] is None
