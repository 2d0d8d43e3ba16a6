import httpx
import pytest

from bot.adapters.axeos.simulated_office import NIGHT
from bot.telephony.errors import OutcomeUnknown, Refused
from bot.telephony.switches import Switch


async def test_switches_are_listed_with_their_values(simulator, system):
    assert await system.switches.list_switches() == [Switch(switch_id=NIGHT, name="Night")]


async def test_a_boolean_value_is_put_in_a_word(answering, sample):
    case = sample("switches")["cases"][1]
    system, _ = answering(httpx.Response(200, json=case["body_json"]))

    [switch] = await system.switches.list_switches()

    assert switch.value == "true"


@pytest.mark.parametrize(("tells", "asked"), [(True, ["POST"]), (False, ["POST", "GET"])])
async def test_a_switch_is_shown_as_it_stands_afterwards(tells, asked, simulator, system):
    simulator.pbx.tells_switch_after_set = tells

    after = await system.switches.set_switch(NIGHT, "on")

    assert after == Switch(switch_id=NIGHT, name="Night", value="on")
    assert simulator.pbx.switches[NIGHT].value == "on"
    assert [seen.method for seen in simulator.simulation.requests] == asked


async def test_a_switch_refused_inside_a_200_is_reported(answering):
    body = {"status": "failure", "message": "value is not allowed"}
    system, network = answering(httpx.Response(200, json=body))

    with pytest.raises(Refused, match="did not set that switch: value is not allowed"):
        await system.switches.set_switch(NIGHT, "dusk")

    assert len(network.requests) == 1


async def test_a_bare_success_is_looked_after(answering):
    def answer(request):
        switch = {"uuid": NIGHT, "name": "Night", "value": "on"}
        return httpx.Response(200, json={"status": "success"} if request.content else switch)

    system, _ = answering(answer)

    assert (await system.switches.set_switch(NIGHT, "on")).value == "on"


async def test_a_switch_that_cannot_be_seen_afterwards_may_have_been_set(answering):
    def answer(request):
        return httpx.Response(200 if request.method == "POST" else 500)

    system, network = answering(answer)

    with pytest.raises(OutcomeUnknown, match="may have been set"):
        await system.switches.set_switch(NIGHT, "on")

    assert [request.method for request in network.requests] == ["POST", "GET"]
