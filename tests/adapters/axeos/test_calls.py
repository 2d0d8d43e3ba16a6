import asyncio

import httpx
import pytest

from bot.adapters.axeos.simulated_office import KIM, PAT, PAT_PHONE
from bot.adapters.axeos.simulated_pbx import CallerSide
from bot.telephony.calls import Origination, Progress
from bot.telephony.errors import BadCredentials, OutcomeUnknown, Refused


def calls_placed(simulator):
    return [seen for seen in simulator.simulation.requests if seen.method == "POST"]


async def test_a_call_is_placed_for_the_user_of_the_extension(simulator, build_system):
    system = build_system(users={"101": "pat"})

    placed = await system.calls.originate("101", "+15550123")

    [call] = simulator.pbx.calls.values()
    assert placed == Origination(progress=Progress.CALLER_ANSWERED, call_id=call.unique_id)
    assert (call.owner, call.number) == (PAT, "+15550123")


async def test_an_extension_may_be_the_name_of_its_user(simulator, system):
    await system.calls.originate("kim", "102")

    [call] = simulator.pbx.calls.values()
    assert call.owner == KIM


async def test_an_extension_may_stand_for_a_uuid(simulator, build_system):
    system = build_system(caller_by="user_uuid", users={"0102": KIM})

    await system.calls.originate("0102", "102")

    [call] = simulator.pbx.calls.values()
    assert call.owner == KIM


@pytest.mark.parametrize(
    ("side", "sentence"),
    [
        (CallerSide.BUSY, "The calling phone is busy"),
        (CallerSide.NO_ANSWER, "The calling phone was not picked up"),
        (CallerSide.FAILED, "The calling phone could not be rung"),
        (CallerSide.AWAY, "The calling phone is not available"),
    ],
)
async def test_a_calling_phone_that_is_not_reached_is_reported_to_the_caller(
    side, sentence, simulator, system
):
    simulator.pbx.caller_side = [side]

    with pytest.raises(Refused, match=sentence):
        await system.calls.originate("pat", "102")

    assert len(calls_placed(simulator)) == 1
    assert simulator.pbx.calls == {}


async def test_an_unregistered_phone_is_reported_to_the_caller(simulator, system):
    simulator.pbx.phones[PAT_PHONE].status_code = 4

    with pytest.raises(Refused, match="is it registered"):
        await system.calls.originate("pat", "102")


async def test_every_documented_answer_means_what_the_document_says(answering, sample):
    said = []
    for case in sample("call_originate_outcomes")["cases"]:
        body = {"json": case["body_json"]} if "body_json" in case else {}
        answer = httpx.Response(case["status"], headers=case["headers"], **body)
        system, _ = answering(answer)
        try:
            said.append(await system.calls.originate("pat", "+15550123"))
        except Refused as refusal:
            said.append(str(refusal).partition(",")[0])

    assert said == [
        Origination(progress=Progress.CALLER_ANSWERED, call_id="1763647331.48"),
        "The calling phone is busy",
        "The calling phone was not picked up",
        "The calling phone could not be rung",
        "The calling phone is not available (is it registered?)",
    ]


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("more", [{}, {"unique_id": "1.2"}])
async def test_a_word_that_nobody_knows_leaves_the_outcome_open(status, more, answering):
    system, network = answering(httpx.Response(status, json={"status": "congested"} | more))

    with pytest.raises(OutcomeUnknown):
        await system.calls.originate("pat", "102")

    assert len(network.requests) == 1


async def test_a_busy_phone_is_not_turned_into_a_call_by_its_status(answering):
    system, _ = answering(httpx.Response(201, json={"status": "busy", "unique_id": "1.2"}))

    with pytest.raises(Refused, match="busy"):
        await system.calls.originate("pat", "102")


async def test_a_call_may_be_known_by_its_address_alone(answering):
    headers = {"Location": "/apis/pbx/call/1.2"}
    system, _ = answering(httpx.Response(201, json={"status": "success"}, headers=headers))

    placed = await system.calls.originate("pat", "102")

    assert placed.call_id == "1.2"


@pytest.mark.parametrize("headers", [{}, {"Location": "https://elsewhere.example/call/1.2"}])
async def test_a_call_that_cannot_be_named_leaves_the_outcome_open(headers, answering):
    system, _ = answering(httpx.Response(201, json={"status": "success"}, headers=headers))

    with pytest.raises(OutcomeUnknown):
        await system.calls.originate("pat", "102")


async def test_a_slow_phone_does_not_hold_up_other_requests(simulator, system, clock):
    simulator.pbx.rings_seconds = 45
    dialling = asyncio.create_task(system.calls.originate("pat", "102"))
    await asyncio.sleep(0.01)

    assert await system.probe() == "2 users"
    assert not dialling.done()

    await clock.advance(45)
    assert (await dialling).progress is Progress.CALLER_ANSWERED


@pytest.mark.parametrize("root", ["", "https://pbx.example.org", "https://elsewhere.example"])
async def test_a_call_is_ended_whatever_its_address_looks_like(root, simulator, system):
    simulator.pbx.location_root = root
    placed = await system.calls.originate("pat", "102")

    await system.hang_up.hang_up(placed.call_id)

    assert simulator.pbx.calls == {}
    deleted = simulator.simulation.requests[-1]
    assert (deleted.method, deleted.path) == ("DELETE", f"/apis/pbx/call/{placed.call_id}")
    assert deleted.headers["host"] == "pbx.example.org"


async def test_the_address_that_the_pbx_gave_is_used_to_end_the_call(answering):
    def answer(request):
        if request.method == "DELETE":
            return httpx.Response(200, json={"status": "success", "message": "hung up"})
        body = {"status": "success", "unique_id": "1.2"}
        return httpx.Response(201, json=body, headers={"Location": "/apis/pbx/v1/calls/9"})

    system, network = answering(answer)
    await system.calls.originate("pat", "102")

    await system.hang_up.hang_up("1.2")

    assert str(network.requests[-1].url) == "https://pbx.example.org/apis/pbx/v1/calls/9"


async def test_a_call_that_is_over_cannot_be_ended(system):
    with pytest.raises(Refused, match="does not know that call"):
        await system.hang_up.hang_up("1.2")


async def test_somebody_elses_call_cannot_be_ended(simulator, system, build_system):
    placed = await system.calls.originate("pat", "102")
    kim = build_system(username="kim", password="kim-password")

    with pytest.raises(Refused, match="does not let our account"):
        await kim.hang_up.hang_up(placed.call_id)

    assert placed.call_id in simulator.pbx.calls


async def test_a_hang_up_refused_inside_a_200_is_reported_with_its_reason(simulator, system):
    simulator.pbx.hang_up_fails = True
    placed = await system.calls.originate("pat", "102")

    with pytest.raises(Refused) as caught:
        await system.hang_up.hang_up(placed.call_id)

    assert str(caught.value) == "paris did not end that call: channel is stuck."


async def test_a_user_may_call_without_being_named(simulator, build_system):
    kim = build_system(username="kim", password="kim-password")

    await kim.client.originate(number="102")

    [call] = simulator.pbx.calls.values()
    assert call.owner == KIM


async def test_a_user_may_not_call_for_somebody_else(simulator, build_system):
    kim = build_system(username="kim", password="kim-password")

    with pytest.raises(Refused):
        await kim.calls.originate("pat", "102")

    assert simulator.pbx.calls == {}


async def test_a_wrong_key_places_no_call(simulator, build_system):
    system = build_system(api_key="wrong")

    with pytest.raises(BadCredentials):
        await system.calls.originate("pat", "102")

    assert len(calls_placed(simulator)) == 1
    assert simulator.pbx.calls == {}
