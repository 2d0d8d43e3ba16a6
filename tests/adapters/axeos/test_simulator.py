"""The stand-in keeps to the document, and misbehaves on order."""

import pytest

from bot.adapters.axeos import VENDOR
from bot.adapters.axeos.simulated_office import HOT_DESK, NIGHT, PAT, SUPPORT
from bot.adapters.axeos.simulator import API_KEY
from bot.adapters.simulation import Fault
from bot.adapters.transport import READ_ATTEMPTS
from bot.telephony.errors import BadCredentials, OutcomeUnknown, PhoneSystemError

BASE = "https://pbx.example.org/apis/pbx"


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
    simulator.pbx.set_queue("Support", answered=5, aborted=2)
    [before] = await client.list_queue_statistics(relative=True)
    after = await client.post_statistics_of_queue(uuid=SUPPORT, reset=True)
    simulator.pbx.set_queue("Support", answered=6)
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
        simulator.pbx.set_queue("Support", waiting=3)


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
