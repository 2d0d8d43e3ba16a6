"""Canaries: planted in the settings and in answers, and looked for in everything that comes out."""

import base64
import logging

import httpx
import pytest

from bot.adapters.axeos import VENDOR
from bot.telephony.errors import PhoneSystemError

CANARY = "canary"
KEY = "canary-key-1"
PASSWORD = "canary-password-2"
BOX_PASSWORD = "canary-3"

WAYS_IN = [{"api_key": KEY}, {"username": "pat", "password": PASSWORD}]

ARGUMENTS = {
    "uuid": "11111111-0000-4000-8000-000000000001",
    "unique_id": "1763647331.48",
    "number": "102",
    "value": "on",
    "changes": {"dnd": True},
    "password": BOX_PASSWORD,
}


def echo(status):
    """An answer that repeats our credentials and holds somebody else's."""
    members = {"message": f"wrong {KEY} {PASSWORD} {BOX_PASSWORD}", "secret": CANARY}
    return lambda request: httpx.Response(status, json=members, headers={"X-Secret": CANARY})


def repeat_what_was_sent(request):
    """A refusal in one short sentence that says our own password back to us."""
    basic = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
    sent = request.url.params.get("password") or basic.partition(":")[2]
    return httpx.Response(404, json={"message": f"{sent} is wrong"})


def lost(failure):
    def fail(request):
        raise failure("timed out", request=request)

    return fail


ANSWERS = [
    *[echo(status) for status in (200, 201, 302, 400, 401, 403, 404, 429, 500, 503)],
    repeat_what_was_sent,
    lost(httpx.ConnectTimeout),
    lost(httpx.ReadTimeout),
    lost(httpx.ReadError),
]


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("way_in", WAYS_IN, ids=["api key", "user"])
@pytest.mark.parametrize("name", VENDOR.operations)
async def test_no_error_and_no_log_line_holds_a_secret(name, way_in, answering, caplog):
    operation = VENDOR.operations[name]
    wanted = {parameter.name for parameter in operation.parameters} & ARGUMENTS.keys()
    caplog.set_level(logging.DEBUG)
    given = {}
    system, network = answering(lambda request: given["answer"](request), **way_in)
    for answer in ANSWERS:
        given["answer"] = answer
        with pytest.raises(PhoneSystemError) as caught:
            await operation.call(system.client, **{each: ARGUMENTS[each] for each in wanted})
        for error in chain(caught.value):
            assert CANARY not in f"{error} {error!r}"
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert len(ours) >= len(network.requests) >= len(ANSWERS)
    assert not [record for record in ours if CANARY in record.getMessage()]


@pytest.mark.parametrize("status", [200, 404, 500])
async def test_no_trace_of_an_unreadable_answer_stays_on_its_error(status, answering):
    system, _ = answering(echo(status))

    with pytest.raises(PhoneSystemError) as caught:
        await system.client.list_users()

    assert list(chain(caught.value)) == [caught.value]


async def test_passwords_in_answers_do_not_reach_our_models(answering):
    user = {"uuid": "u1", "username": "pat", "gui_password": CANARY, "phones": []}
    user["phones"].append({"type": "phone", "phone": "p1", "sip_password": CANARY})
    system, _ = answering(httpx.Response(200, json=[user]))

    [found] = await system.client.list_users(status=True)

    assert found.phones[0].phone == "p1"
    assert CANARY not in repr(found) + found.model_dump_json()


async def test_members_of_events_that_we_do_not_know_are_dropped(answering):
    event = {"event_type": "incoming call", "seq": 1, "timestamp": "2025-11-20T14:02:11Z"}
    event |= {"unique_id": "1.1", "token": CANARY, "caller": {"number": "1", "pin": CANARY}}
    system, _ = answering(httpx.Response(200, json=[event]))

    [kept] = await system.client.list_events()
    batch = await system.feed.fetch("0")

    assert kept["caller"] == {"number": "1"}
    assert CANARY not in repr(kept)
    assert CANARY.encode() not in batch.items[0].body


async def test_the_system_itself_does_not_show_its_credentials(answering):
    for way_in in WAYS_IN:
        system, _ = answering(httpx.Response(200), **way_in)
        assert CANARY not in repr(system)
