"""Faults do what they say, to the calls they were ordered for."""

import asyncio

import httpx
import pytest

from bot.demo.workspace import Fault

POST = {"channel": "C0OPS", "text": "x"}


async def test_a_rate_limit_says_how_long_to_wait_and_does_nothing(api, workspace):
    workspace.order(method="chat.postMessage", fault=Fault.RATE_LIMITED, seconds=30)
    reply = await api.post("chat.postMessage", **POST)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "30")
    assert reply.json() == {"ok": False, "error": "ratelimited"}
    assert workspace.messages("C0OPS") == workspace.too_fast == []
    assert (await api("chat.postMessage", **POST))["ok"]


async def test_an_error_code_can_be_ordered_several_times(api, workspace):
    workspace.order(method="chat.update", fault=Fault.ERROR, error="token_revoked", times=2)
    assert (await api("chat.postMessage", **POST))["ok"]
    assert [(await api("chat.update", ts="1"))["error"] for _ in range(3)] == [
        "token_revoked",
        "token_revoked",
        "channel_not_found",
    ]


@pytest.mark.parametrize("name", ["C0OPS", "ops", "#ops"])
async def test_a_fault_waits_for_its_channel(api, workspace, name):
    workspace.order(method="*", fault=Fault.FAIL_BEFORE, channel="C0OPS")
    assert (await api("chat.postMessage", channel="C0SALES", text="x"))["ok"]
    reply = await api.post("chat.postMessage", channel=name, text="x")
    assert (reply.status_code, reply.json()["error"]) == (500, "internal_error")
    assert workspace.messages("C0OPS") == []


async def test_a_failure_after_the_effect_leaves_the_message(api, workspace):
    workspace.order(method="chat.postMessage", fault=Fault.FAIL_AFTER)
    reply = await api.post("chat.postMessage", **POST)
    assert reply.status_code == 500
    assert len(workspace.messages("C0OPS")) == 1
    [call] = workspace.calls
    assert (call.outcome, call.had_effect) == ("fail_after", True)


@pytest.mark.parametrize(("fault", "effects"), [(Fault.DROP_BEFORE, 0), (Fault.DROP_AFTER, 1)])
async def test_a_dropped_connection_gives_no_answer(api, workspace, fault, effects):
    workspace.order(method="chat.postMessage", fault=fault)
    with pytest.raises(httpx.RemoteProtocolError):
        await api("chat.postMessage", **POST)
    assert len(workspace.messages("C0OPS")) == effects
    assert (await api("auth.test"))["ok"]


async def test_a_late_commit_appears_after_the_connection_was_dropped(api, workspace, clock):
    workspace.order(method="chat.postMessage", fault=Fault.LATE_COMMIT, seconds=8)
    with pytest.raises(httpx.RemoteProtocolError):
        await api("chat.postMessage", **POST)
    await asyncio.sleep(0)
    await clock.advance(7.9)
    assert workspace.messages("C0OPS") == []
    await clock.advance(0.1)
    assert len(workspace.messages("C0OPS")) == 1


@pytest.mark.parametrize(("fault", "effects"), [(Fault.DELAY, 0), (Fault.DELAY_AFTER, 1)])
async def test_a_delay_holds_the_answer_back(api, workspace, clock, fault, effects):
    workspace.order(method="chat.postMessage", fault=fault, seconds=20)
    waiting = asyncio.create_task(api("chat.postMessage", **POST))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    assert len(workspace.messages("C0OPS")) == effects
    await clock.advance(20)
    assert (await waiting)["ok"]
    assert len(workspace.messages("C0OPS")) == 1


async def test_stale_history_hides_young_messages(api, workspace, clock):
    await api("chat.postMessage", channel="C0OPS", text="old")
    await clock.advance(10)
    await api("chat.postMessage", channel="C0OPS", text="young")
    workspace.order(method="conversations.history", fault=Fault.STALE_HISTORY, seconds=5)
    stale, fresh = [await api("conversations.history", channel="C0OPS") for _ in range(2)]
    assert [message["text"] for message in stale["messages"]] == ["old"]
    assert [message["text"] for message in fresh["messages"]] == ["young", "old"]


async def test_a_wrong_token_does_not_use_up_a_fault(api, workspace):
    workspace.order(method="auth.test", fault=Fault.ERROR, error="fatal_error")
    api.token = "xoxb-other"
    assert (await api("auth.test"))["error"] == "invalid_auth"
    api.token = "xoxb-made-up"
    assert (await api("auth.test"))["error"] == "fatal_error"


async def test_ordered_faults_can_be_called_off(api, workspace):
    workspace.order(method="*", fault=Fault.FAIL_BEFORE, times=9)
    workspace.behave()
    assert (await api("auth.test"))["ok"]


async def test_the_upload_of_bytes_can_fail_too(api, http, workspace):
    asked = await api("files.getUploadURLExternal", filename="a.wav", length=3)
    workspace.order(method="upload", fault=Fault.FAIL_BEFORE)
    assert (await http.post(asked["upload_url"], content=b"abc")).status_code == 500
    assert (await http.post(asked["upload_url"], content=b"abc")).status_code == 200
