"""``/slack/events``: whatever Slack did not send is a 4xx, and not a word of it is logged."""

import hashlib
import hmac
import json
import logging
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select
from support import forging
from support.world_settings import SECRETS

from storage.tables import InvocationRow
from webhooks.bodies import LARGEST_BODY

JSON = "application/json"
CANARY = "canary-in-the-body"
COMMAND = urlencode({"command": "/dial", "text": CANARY, "trigger_id": "1.1.a"})
BODY = COMMAND.encode()


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    caplog.set_level(logging.DEBUG, logger="webhooks")
    caplog.set_level(logging.DEBUG, logger="storage")


async def knock(world, body=BODY, **changes):
    """A post that is right in everything but ``changes``; ``None`` takes a header away."""
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        **{name.lower(): value for name, value in world.workspace.signed(COMMAND).items()},
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    present = {name: value for name, value in headers.items() if value is not None}
    raw = [(name.encode(), _bytes(value)) for name, value in present.items()]
    return await world.app.post("/slack/events", content=body, headers=raw)


def _bytes(value):
    return value if isinstance(value, bytes) else str(value).encode()


async def asked(world):
    def count(session):
        return session.exec(select(func.count()).select_from(InvocationRow)).one()

    return await world.runtime.store.read(count)


async def test_what_slack_signed_is_taken(world):
    assert (await knock(world)).status_code == 200
    assert await asked(world) == 1


NOT_SIGNED = [
    {"x_slack_signature": None},
    {"x_slack_signature": ""},
    {"x_slack_signature": "v0=" + "0" * 64},
    {"x_slack_signature": "v1=" + "0" * 64},
    {"x_slack_signature": "v0=é"},
    {"x_slack_signature": b"v0=\xff\xfe"},
    {"x_slack_request_timestamp": None},
    {"x_slack_request_timestamp": ""},
    {"x_slack_request_timestamp": "soon"},
    {"x_slack_request_timestamp": "-1"},
    {"x_slack_request_timestamp": "1e9"},
    {"x_slack_request_timestamp": "9" * 400},
    {"x_slack_request_timestamp": "\uff11\uff12"},
]


async def test_what_slack_did_not_sign_is_refused(world, caplog):
    for changes in NOT_SIGNED:
        assert (await knock(world, **changes)).status_code == 401
        await world.clock.advance(60)
    assert await asked(world) == 0
    assert len(caplog.records) >= len(NOT_SIGNED)
    assert CANARY not in caplog.text


async def test_a_good_signature_does_not_last_for_ever(world):
    headers = world.workspace.signed(COMMAND)
    for seconds, status in ((300, 200), (1, 401)):
        await world.clock.advance(seconds)
        reply = await world.app.post("/slack/events", content=COMMAND, headers=headers)
        assert reply.status_code == status


async def test_a_signature_from_the_future_is_refused(world):
    headers = world.workspace.signed(COMMAND)
    await world.clock.advance(-301)
    reply = await world.app.post("/slack/events", content=COMMAND, headers=headers)
    assert reply.status_code == 401


async def test_a_body_that_is_too_large_is_refused(world, caplog):
    body = CANARY.encode() * (LARGEST_BODY // 10)
    assert (await knock(world, body)).status_code == 413
    assert (await knock(world, b"x", content_length="9" * 5000)).status_code == 413
    assert CANARY not in caplog.text


async def test_a_body_that_is_no_text_is_refused(world):
    body = b"command=%2Fdial&text=\xff\xfe"
    assert (await knock(world, body)).status_code == 401
    latin = body.decode("latin-1")
    reply = await world.app.post(
        "/slack/events", content=body, headers=world.workspace.signed(latin)
    )
    assert reply.status_code in (400, 401)
    signed = _signed_bytes(world, body)
    assert (await world.app.post("/slack/events", content=body, headers=signed)).status_code == 400


def _signed_bytes(world, body):
    timestamp = str(int(world.clock.now().timestamp()))
    secret = SECRETS["SLACK_SIGNING_SECRET"].encode()
    digest = hmac.new(secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest.hexdigest()}",
    }


def interaction(**payload):
    return urlencode({"payload": json.dumps(payload)})


ODD = {
    "nothing": ("", forging.FORM),
    "nothing, as JSON": ("", JSON),
    "half of JSON": ('{"type": "event', JSON),
    "half of a payload": (urlencode({"payload": '{"type": "block'}), forging.FORM),
    "a list": ("[]", JSON),
    "a number": ("7", JSON),
    "null": ("null", JSON),
    "a payload that is a list": (urlencode({"payload": "[1]"}), forging.FORM),
    "a payload that is a number": (urlencode({"payload": "7"}), forging.FORM),
    "an event that is a list": (json.dumps({"type": "event_callback", "event": [1]}), JSON),
    "no actions": (interaction(type="block_actions", user={"id": "U0BO"}), forging.FORM),
    "empty actions": (interaction(type="block_actions", actions=[]), forging.FORM),
    "actions that are a text": (interaction(type="block_actions", actions="x"), forging.FORM),
    "a user that is a text": (
        interaction(type="block_actions", user="x", actions=[{"action_id": "a"}]),
        forging.FORM,
    ),
    "a command without a name": (urlencode({"command": "", "text": "x"}), forging.FORM),
    "a step without one": (interaction(type="workflow_step_edit", callback_id="x"), forging.FORM),
    "a step's form without one": (
        interaction(type="view_submission", view={"type": "workflow_step", "callback_id": "x"}),
        forging.FORM,
    ),
    "a deep payload": (urlencode({"payload": "[" * 100_000}), forging.FORM),
    "a deep body": ("[" * 100_000, JSON),
}


NOT_OURS = {
    "a modal": (
        interaction(
            type="view_submission", user={"id": "U0BO"}, view={"type": "modal", "callback_id": "x"}
        ),
        forging.FORM,
    ),
    "a shortcut": (
        interaction(type="shortcut", user={"id": "U0BO"}, callback_id="x"),
        forging.FORM,
    ),
    "a dialog": (
        interaction(type="dialog_submission", user={"id": "U0BO"}, callback_id="x", submission={}),
        forging.FORM,
    ),
    "a dialog that was closed": (
        interaction(type="dialog_cancellation", user={"id": "U0BO"}, callback_id="x"),
        forging.FORM,
    ),
    "a workflow's step": (
        interaction(type="workflow_step_edit", callback_id="x", workflow_step={"inputs": {}}),
        forging.FORM,
    ),
    "a kind of the future": (interaction(type="sneeze", user={"id": "U0BO"}), forging.FORM),
    "an event": (json.dumps({"type": "event_callback", "event": {"type": "x"}}), JSON),
}


@pytest.mark.parametrize("name", NOT_OURS)
async def test_what_is_not_for_us_is_taken_and_let_go(world, name):
    """Slack sends again what it gets no 2xx for, and stops sending if that happens often."""
    assert (await forging.send(world, *NOT_OURS[name])).status_code == 200
    assert await asked(world) == 0


async def test_what_slack_would_never_send_is_refused_even_when_it_is_signed(world, caplog):
    answers = {name: await forging.send(world, *ODD[name]) for name in ODD}
    wrong = {name for name, reply in answers.items() if not 400 <= reply.status_code < 500}
    assert wrong == set()
    assert await asked(world) == 0
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_command_may_hold_the_word_that_presses_begin_with(world):
    await world.own("U0BO", "104", "paris")
    await world.slash("U0BO", "C0SUPPORT", "/pause-agent Support payload=review")
    assert world.mirta.pbx.queues["281"].paused == {"104": "payload=review"}


async def test_slacks_question_whether_we_are_there_is_answered(world):
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    reply = await forging.send(world, body, JSON)
    assert (reply.status_code, reply.json()) == (200, {"challenge": "abc"})


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "actions", "user", "event", "command", "id", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
PRESSED = {
    "type": "block_actions",
    "user": {"id": "U0BO", "username": "bo", "team_id": "T0DEMO"},
    "team": {"id": "T0DEMO", "domain": "demo"},
    "enterprise": None,
    "is_enterprise_install": False,
    "channel": {"id": "C0SUPPORT", "name": "support"},
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0SUPPORT"},
    "message": {"ts": "1.2", "text": "x", "user": "U0BOT"},
    "trigger_id": "1.1.a",
    "response_url": "http://127.0.0.1:1/response/x",
    "actions": [{"type": "button", "action_id": "none.such", "block_id": "b", "value": "1"}],
}
HAPPENED = {
    "type": "event_callback",
    "team_id": "T0DEMO",
    "authorizations": [{"team_id": "T0DEMO", "user_id": "U0BOT", "is_bot": True}],
    "event": {"type": "message", "channel": "C0SUPPORT", "user": "U0BO", "text": "x"},
}

SUBMITTED = {
    "type": "view_submission",
    "user": {"id": "U0BO", "team_id": "T0DEMO"},
    "team": {"id": "T0DEMO"},
    "view": {"type": "modal", "callback_id": "x", "team_id": "T0DEMO", "state": {"values": {}}},
}


@st.composite
def mutated(draw):
    """Something that Slack sends, with one member on the first or second level replaced."""
    thing = json.loads(json.dumps(draw(st.sampled_from([PRESSED, HAPPENED, SUBMITTED]))))
    place = thing
    name = draw(st.sampled_from(sorted(place)))
    if isinstance(place[name], dict) and draw(st.booleans()):
        place = place[name]
        name = draw(st.sampled_from(sorted(place)))
    place[name] = draw(ANY)
    return thing


BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda text: urlencode({"payload": text}).encode()),
    st.one_of(ANY, mutated()).map(lambda thing: urlencode({"payload": json.dumps(thing)}).encode()),
    st.one_of(ANY, mutated()).map(lambda thing: json.dumps(thing).encode()),
)


@settings(
    max_examples=250,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=BODIES, is_json=st.booleans(), is_signed=st.integers(0, 3).map(bool))
async def test_no_request_at_all_is_an_error_of_ours(world, body, is_json, is_signed):
    headers = {"content-type": JSON if is_json else forging.FORM}
    if is_signed:
        headers |= _signed_bytes(world, body)
    reply = await world.app.post("/slack/events", content=body, headers=headers)
    assert reply.status_code < 500, body
    assert is_signed or reply.status_code == 401
