"""Every member that "PBX API" documents is kept, so that ``ringback api`` can show it."""

from datetime import datetime

import httpx
import pytest

from bot.adapters.axeos import models

CALL = (
    "event_tag unique_id account_code called_did called_extension caller targets target reason "
    "status transfer_extension transferer transferee transfer_target"
)
# The document's lists, by the model that reads them.
DOCUMENTED = {
    models.SystemInformation: "uuid version language time_zone hostname external_ipaddr number",
    models.User: "uuid username full_name phones primary_phone hot_desk call_forward cw dnd phone",
    models.AssignedPhone: "type phone number trunk personal",
    models.Phone: (
        "uuid name type hot_desk phone_username mobile_logins_enabled status_code status "
        "hot_desk_user mobile_user"
    ),
    models.VoicemailBox: "uuid mailbox_number new_messages old_messages urgent_messages",
    models.CallOutcome: "status unique_id",
    models.Outcome: "status message",
    models.PbxSwitch: "uuid name default value",
    models.QueueStatistics: (
        "calls_waiting longest_hold_time hold_time talk_time answered aborted service_level "
        "service_level_interval all_agents logged_in_agents free_agents available_agents agents "
        "calls relative last_reset calls_taken"
    ),
    models.QueueAgent: "calls_taken last_call name paused penalty status status_code user_uuid",
    models.WaitingCall: "callerid_name callerid_num position wait",
    models.EventHead: "event_type seq timestamp",
    models.PhoneNews: "user_uuid phone_uuid status_code status",
    models.MailboxNews: "voicemail_uuid mailbox_number new_messages old_messages",
    models.CallInformation: CALL,
    models.CallNow: f"{CALL} event_type seq timestamp",
    models.Caller: (
        "user_uuid phone_uuid trunk_uuid number name normalized_number original_number"
    ),
    models.Target: "unique_id user_phone_type user_uuid phone_uuid trunk_uuid number",
    models.TransferSide: (
        "unique_id linked_id unique_id_1 unique_id_2 linked_id_1 linked_id_2 account_code number "
        "name"
    ),
}
EVENTS = (
    models.EventHead,
    models.PhoneNews,
    models.MailboxNews,
    models.CallInformation,
    models.Caller,
    models.Target,
    models.TransferSide,
)
UNDOCUMENTED = {models.QueueStatistics: {"uuid", "name"}}
"""What identifies a queue, which the document forgets."""


@pytest.mark.parametrize("model", DOCUMENTED, ids=lambda model: model.__name__)
def test_a_model_has_the_documented_members_and_no_others(model):
    ours = set(model.model_fields) - UNDOCUMENTED.get(model, set())

    assert ours == set(DOCUMENTED[model].split())


@pytest.mark.parametrize("model", EVENTS, ids=lambda model: model.__name__)
def test_an_event_keeps_its_documented_members(model):
    assert set(DOCUMENTED[model].split()) <= models.EVENT_MEMBERS


async def test_a_call_is_shown_with_its_account_code_its_targets_and_what_was_dialled_first(
    answering,
):
    target = {"unique_id": "1.2", "user_phone_type": "number on trunk", "trunk_uuid": "t1"}
    call = {
        "unique_id": "1.1",
        "account_code": "sales",
        "caller": {"number": "101", "original_number": "anonymous"},
        "targets": [target],
    }
    system, _ = answering(lambda request: httpx.Response(200, json=call))

    found = await system.client.fetch_call(unique_id="1.1")

    assert found.model_dump(exclude_unset=True) == {**call, "targets": (target,)}


async def test_a_call_that_is_asked_about_tells_which_event_was_its_last(answering):
    event = {"event_type": "call answered", "seq": 513, "timestamp": "2025-11-20T14:02:11+01:00"}
    call = event | {"unique_id": "1.1", "target": {"unique_id": "1.2", "phone_uuid": "p1"}}
    system, _ = answering(httpx.Response(200, json=call))

    found = await system.client.fetch_call(unique_id="1.1")

    assert found.model_dump(exclude_unset=True) == call


async def test_the_simulator_tells_of_a_call_as_of_an_event(simulator, system, clock):
    placed = await system.calls.originate("pat", "102")

    found = await system.client.fetch_call(unique_id=placed.call_id)

    assert (found.event_type, found.unique_id) == ("incoming call", placed.call_id)
    assert datetime.fromisoformat(found.timestamp) == clock.now()
