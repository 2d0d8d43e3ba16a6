"""The stand-in keeps to the document, and misbehaves on order."""

import json
from datetime import timedelta

import pytest
from support.clocks import START

from bot.adapters.axeos import VENDOR
from bot.adapters.axeos.simulated_events import CAPACITY, UNREAD_SECONDS
from bot.adapters.axeos.simulated_pbx import HOT_DESK, KIM, NIGHT, PAT, SUPPORT
from bot.adapters.axeos.simulator import API_KEY
from bot.adapters.simulation import Fault
from bot.adapters.transport import READ_ATTEMPTS
from bot.telephony.calls import Direction
from bot.telephony.errors import BadCredentials, OutcomeUnknown, PhoneSystemError
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    CallTransferred,
    MailboxChanged,
    RawEvent,
)

BASE = "https://pbx.example.org/apis/pbx"


async def news(system, clock):
    """Everything that the feed brings from the start of the buffer, parsed."""
    batch = await system.feed.fetch("")
    found = []
    for item in batch.items:
        raw = RawEvent(
            road="events",
            body=item.body,
            content_type=item.content_type,
            received_at=clock.now(),
        )
        found += system.parse(raw)
    return found


@pytest.fixture
def watching(simulator):
    simulator.events.gathering = True
    return simulator


async def test_a_customer_who_hangs_up_is_a_call_that_nobody_answered(watching, system, clock):
    call_id = watching.customer_calls_and_hangs_up(
        "+15550100", "Ann", "15550199", rang=("pat", "kim"), waited_seconds=30
    )

    started, ringing, ended = await news(system, clock)

    facts = {
        "call_id": call_id,
        "direction": Direction.INBOUND,
        "caller_number": "+15550100",
        "caller_name": "Ann",
        "requested": "15550199",
    }
    rang_at = START - timedelta(seconds=30)
    assert started == CallStarted(**facts, at=rang_at)
    assert ringing == CallRinging(**facts, at=rang_at, targets=(PAT, KIM))
    assert ended == CallEnded(**facts, at=START)


async def test_an_answered_customer_is_told_with_who_took_the_call(watching, system, clock):
    watching.customer_is_answered("5550100", answered_by="kim", talked_seconds=90)

    kinds = await news(system, clock)

    assert [type(each) for each in kinds] == [CallStarted, CallRinging, CallAnswered, CallEnded]
    assert kinds[2].answered_by == KIM
    assert kinds[2].at == START - timedelta(seconds=90)
    assert (kinds[0].caller_number, kinds[0].caller_name) == ("5550100", None)


async def test_a_call_that_does_not_pass_the_rule_shows_in_the_phones_alone(watching, system):
    watching.customer_calls_and_hangs_up("+15550100", passes_rule=False)
    watching.customer_is_answered("+15550100", passes_rule=False)

    batch = await system.feed.fetch("")

    kinds = {json.loads(item.body)["event_type"] for item in batch.items}
    assert kinds == {"phone status update"}


@pytest.mark.parametrize("name", ["mailbox status update", "something else", None])
async def test_a_message_changes_the_counts_and_is_told(name, watching, system, clock):
    watching.voicemail_event_type = name

    watching.leave_voicemail("101")

    assert await news(system, clock) == [MailboxChanged(mailbox="101", new=2, old=3, at=START)]
    assert (await system.mailboxes.list_mailboxes())[0].new == 2


async def test_a_conversation_that_we_placed_is_told_if_it_passes_the_rule(watching, system, clock):
    watching.calls.placed_pass_rule = True
    placed = await system.calls.originate("pat", "+15550100")

    watching.conversation("+15550100", 120)

    started, ended = await news(system, clock)
    assert (started.call_id, started.direction) == (placed.call_id, Direction.OUTBOUND)
    assert (ended.call_id, ended.at) == (placed.call_id, START + timedelta(seconds=120))
    assert watching.pbx.calls == {}


async def test_a_conversation_that_does_not_pass_the_rule_is_not_told(watching, system, clock):
    await system.calls.originate("pat", "+15550100")

    watching.conversation("+15550100", 120)
    watching.leave_voicemail("101")

    assert [type(each) for each in await news(system, clock)] == [MailboxChanged]


async def test_a_conversation_needs_a_call(simulator):
    with pytest.raises(LookupError):
        simulator.conversation("+15550100", 1)


async def test_any_event_can_be_told(watching, system, clock):
    sides = {"transferer": {"unique_id": "17.51"}, "transferee": {"unique_id": "17.50"}}
    watching.emit("blind transfer", unique_id="17.50", status="success", **sides)

    [transfer] = await news(system, clock)

    assert isinstance(transfer, CallTransferred)
    assert transfer.other_call_id == "17.51"


async def test_times_may_come_without_their_zone(watching, system, clock):
    watching.events.tells_zone = False

    watching.leave_voicemail("101")

    [changed] = await news(system, clock)
    assert changed.at == START


async def test_nothing_is_gathered_before_somebody_asks(simulator, system):
    simulator.customer_calls_and_hangs_up("+15550100")

    assert (await system.feed.fetch(None)).cursor == ""


async def test_the_buffer_holds_a_thousand_events(watching, system):
    for _ in range(CAPACITY + 5):
        watching.emit("user list changed")

    batch = await system.feed.fetch("0")

    assert (len(batch.items), batch.cursor) == (CAPACITY, str(CAPACITY + 4))


async def test_a_full_buffer_that_nobody_reads_is_emptied_and_switched_off(watching, clock):
    for _ in range(CAPACITY):
        watching.emit("user list changed")
    await clock.advance(UNREAD_SECONDS)

    watching.emit("user list changed")

    assert watching.events.gathering is False
    watching.emit("user list changed")
    assert await watching.events.read(None, 0, None) == []


async def test_several_readers_see_the_same_events(watching, system):
    watching.leave_voicemail("101")

    assert await system.feed.fetch("") == await system.feed.fetch("")


@pytest.mark.parametrize(
    "auth",
    [("apiKey", API_KEY), ("pat", "pat-password"), ("kim", "kim-password")],
)
async def test_the_documented_credentials_are_taken(auth, http):
    assert (await http.get(f"{BASE}/users.json", auth=auth)).status_code == 200


async def test_a_key_in_the_query_is_taken(http):
    assert (await http.get(f"{BASE}/users", params={"key": API_KEY})).status_code == 200


@pytest.mark.parametrize(
    "auth", [("apiKey", "wrong"), ("pat", "kim-password"), ("nobody", ""), None]
)
async def test_other_credentials_are_not(auth, http):
    assert (await http.get(f"{BASE}/users", auth=auth)).status_code == 401


async def test_a_users_password_in_the_query_is_not_taken(http):
    assert (await http.get(f"{BASE}/users", params={"key": "pat-password"})).status_code == 401


@pytest.mark.parametrize("header", ["Basic ?", "Bearer x", "Basic", "Basic /w=="])
async def test_broken_credentials_are_not_taken(header, http):
    reply = await http.get(f"{BASE}/users", headers={"Authorization": header})

    assert reply.status_code == 401


@pytest.mark.parametrize("path", ["users/{PAT}", "acd/{SUPPORT}/stats", "acd/stats", "voicemail"])
async def test_every_path_takes_the_json_suffix(path, http):
    path = path.format(PAT=PAT, SUPPORT=SUPPORT)

    plain = await http.get(f"{BASE}/{path}", params={"key": API_KEY})
    suffixed = await http.get(f"{BASE}/{path}.json", params={"key": API_KEY})

    assert plain.json() == suffixed.json()


async def test_status_members_come_on_request_only(http):
    key = {"key": API_KEY}
    bare = (await http.get(f"{BASE}/users", params=key)).json()
    full = (await http.get(f"{BASE}/users", params=key | {"status": "1"})).json()

    assert full[0].keys() - bare[0].keys() == {"hot_desk", "call_forward", "cw", "dnd", "phone"}


async def test_input_is_taken_in_json_only(http):
    auth = ("apiKey", API_KEY)
    form = await http.post(f"{BASE}/call", auth=auth, data={"user_name": "pat", "number": "1"})
    broken = await http.post(
        f"{BASE}/call", auth=auth, content=b"{", headers={"Content-Type": "application/json"}
    )
    bare = await http.post(f"{BASE}/call", auth=auth, json=["pat", "1"])

    assert [form.status_code, broken.status_code, bare.status_code] == [415, 400, 400]


@pytest.mark.parametrize(
    ("auth", "hot_desk", "status"),
    [
        (("apiKey", API_KEY), HOT_DESK, 200),
        (("pat", "pat-password"), HOT_DESK, 403),
        (("pat", "pat-password"), None, 200),
        (("kim", "kim-password"), None, 403),
    ],
)
async def test_only_a_key_can_give_a_hot_desk_to_a_user(auth, hot_desk, status, http):
    reply = await http.post(f"{BASE}/users/{PAT}", auth=auth, json={"hot_desk": hot_desk})

    assert reply.status_code == status


@pytest.mark.parametrize("body", [{"dnd": "yes"}, {"uuid": "x"}, {"call_forward": 5}])
async def test_bad_user_settings_change_nothing(body, simulator, http):
    before = simulator.pbx.users[PAT].form(status=True)

    reply = await http.post(f"{BASE}/users/{PAT}", auth=("apiKey", API_KEY), json=body)

    assert reply.status_code == 400
    assert simulator.pbx.users[PAT].form(status=True) == before


async def test_a_reset_makes_relative_figures_start_from_zero(simulator, client):
    simulator.set_queue("Support", answered=5, aborted=2)
    [before] = await client.list_queue_statistics(relative=True)
    after = await client.post_statistics_of_queue(uuid=SUPPORT, reset=True)
    simulator.set_queue("Support", answered=6)
    [relative] = await client.list_queue_statistics(relative=True)
    [absolute] = await client.list_queue_statistics()

    assert (before.answered, before.relative) == (5, False)
    assert (after.answered, after.relative) == (0, True)
    assert (relative.answered, relative.aborted, relative.relative) == (1, 0, True)
    assert (absolute.answered, absolute.relative) == (6, None)


async def test_a_post_without_reset_resets_nothing(simulator, client):
    await client.post_queue_statistics(agents=True)

    assert simulator.pbx.queues[SUPPORT].last_reset is None


async def test_unknown_figures_are_a_mistake_in_the_script(simulator):
    with pytest.raises(LookupError):
        simulator.set_queue("Support", waiting=3)


CHANGES = {
    "DELETE call/{unique_id}": {"unique_id": "17.50"},
    "POST acd/stats": {"reset": True},
    "POST acd/{uuid}/stats": {"uuid": SUPPORT, "reset": True},
    "POST call": {"user_name": "pat", "number": "102"},
    "POST switches/{uuid}": {"uuid": NIGHT, "value": "on"},
    "POST users/{uuid}": {"uuid": PAT, "changes": {"dnd": True}},
}


def test_every_change_is_tried_under_every_fault():
    changes = {name for name, operation in VENDOR.operations.items() if operation.changes}
    assert changes == CHANGES.keys()


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("fault", Fault)
async def test_whatever_changes_something_is_sent_once_under_every_fault(
    name, fault, simulator, impatient
):
    simulator.simulation.order(fault, times=5)
    expected = BadCredentials if fault is Fault.REFUSE_KEY else OutcomeUnknown

    with pytest.raises(expected):
        await VENDOR.operations[name].call(impatient.client, **CHANGES[name])

    # A switch that is set without a word is asked for: a question changes nothing.
    asked = [seen.method for seen in simulator.simulation.requests if seen.method != "GET"]
    assert asked == [name.split()[0]]


@pytest.mark.parametrize("fault", Fault)
async def test_questions_survive_no_fault_quietly(fault, simulator, impatient):
    simulator.simulation.order(fault, times=5)

    with pytest.raises(PhoneSystemError):
        await impatient.probe()

    hangs = fault in (Fault.HANG, Fault.HANG_AFTER)
    assert len(simulator.simulation.requests) == (READ_ATTEMPTS if hangs else 1)


async def test_a_call_lost_on_the_way_back_did_ring(simulator, impatient):
    simulator.simulation.order(Fault.HANG_AFTER)

    with pytest.raises(OutcomeUnknown):
        await impatient.calls.originate("pat", "102")

    assert len(simulator.pbx.calls) == 1


async def test_a_call_lost_on_the_way_there_did_not_ring(simulator, impatient):
    simulator.simulation.order(Fault.HANG)

    with pytest.raises(OutcomeUnknown):
        await impatient.calls.originate("pat", "102")

    assert simulator.pbx.calls == {}


async def test_the_control_page_is_there(http):
    reply = await http.get("https://pbx.example.org/_simulator")

    assert reply.status_code == 200
