"""Who may call, in which form, and what is kept of it."""

import json

import pytest


async def test_a_call_without_a_token_is_not_authed(http):
    reply = await http.post("/api/auth.test")
    assert (reply.status_code, reply.json()) == (200, {"ok": False, "error": "not_authed"})


async def test_a_wrong_token_is_refused(api):
    api.token = "xoxb-other"
    assert await api("auth.test") == {"ok": False, "error": "invalid_auth"}


async def test_an_unknown_method_is_named_as_such(api):
    assert await api("chat.postMessages") == {"ok": False, "error": "unknown_method"}


async def test_the_bot_learns_who_it_is(api):
    answer = await api("auth.test")
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0DEMO", "U0BOT", "B0BOT")


@pytest.mark.parametrize("form", ["query", "form", "json"])
async def test_arguments_are_taken_in_every_form_that_slack_takes(http, form, workspace):
    blocks = [{"type": "divider"}]
    fields = {"channel": "C0OPS", "text": "hello", "blocks": json.dumps(blocks)}
    headers = {"Authorization": "Bearer xoxb-made-up"}
    sent = {
        "query": {"params": fields},
        "form": {"data": fields},
        "json": {"json": fields | {"blocks": blocks}},
    }
    reply = await http.post("/api/chat.postMessage", headers=headers, **sent[form])
    assert reply.json()["ok"]
    assert [m.blocks[0]["type"] for m in workspace.messages("C0OPS")] == ["divider"]


async def test_get_with_the_token_as_a_parameter_works(http):
    params = {"token": "xoxb-made-up", "user": "U0BO"}
    reply = await http.get("/api/users.info", params=params)
    assert reply.json()["user"]["profile"]["email"] == "bo@example.com"


async def test_a_token_inside_a_json_body_does_not_count(http):
    reply = await http.post("/api/auth.test", json={"token": "xoxb-made-up"})
    assert reply.json()["error"] == "not_authed"


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
async def test_a_broken_json_body_is_refused(http, body, error):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-made-up"}
    reply = await http.post("/api/auth.test", content=body, headers=headers)
    assert reply.json() == {"ok": False, "error": error}


async def test_every_call_is_logged_without_its_token(http, api, workspace, clock):
    await api("users.info", user="U0NOBODY")
    await clock.advance(2)
    await http.post("/api/auth.test", data={"token": "xoxb-made-up"})
    log = [(call.method, call.arguments, call.at, call.outcome) for call in workspace.calls]
    assert log == [
        ("users.info", {"user": "U0NOBODY"}, 1000.0, "user_not_found"),
        ("auth.test", {}, 1002.0, "ok"),
    ]


async def test_people_are_found_by_id_and_by_email(api):
    assert (await api("users.info", user="U0ANA"))["user"]["tz"] == "Europe/Paris"
    assert (await api("users.lookupByEmail", email="Cy@Example.com"))["user"]["id"] == "U0CY"
    assert (await api("users.lookupByEmail", email="x@y.z"))["error"] == "users_not_found"
    assert len((await api("users.list"))["members"]) == 4
