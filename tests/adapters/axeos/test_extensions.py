import httpx
import pytest

from bot.adapters.axeos.simulated_office import HOT_DESK, KIM, PAT, PAT_PHONE
from bot.telephony.errors import OutcomeUnknown, Refused
from bot.telephony.extensions import ExtensionState

USER = {"uuid": "u1", "username": "pat"}


async def test_an_extension_stands_as_its_user_and_phones_do(simulator, build_system):
    simulator.pbx.users[PAT].call_forward = "+15550190"
    simulator.pbx.users[PAT].dnd = True
    simulator.pbx.phones[PAT_PHONE].status_code = 1

    state = await build_system(users={"0101": "pat"}).presence.fetch_state("0101")

    assert state == ExtensionState(
        extension="0101",
        name="Pat O'Neil",
        registered=True,
        on_call=True,
        dnd=True,
        forwarding="+15550190",
    )


@pytest.mark.parametrize(
    ("code", "registered", "on_call"),
    [
        (-2, None, None),
        (-1, False, False),
        (0, True, False),
        (1, True, True),
        (2, True, True),
        (4, False, False),
        (8, True, False),
        (9, True, True),
        (16, True, True),
    ],
)
async def test_a_phone_status_is_read_as_documented(code, registered, on_call, simulator, system):
    simulator.pbx.phones[PAT_PHONE].status_code = code

    state = await system.presence.fetch_state("pat")

    assert (state.registered, state.on_call) == (registered, on_call)


async def test_a_hot_desk_counts_as_the_users_phone(simulator, system):
    simulator.pbx.users[PAT].hot_desk = HOT_DESK
    simulator.pbx.phones[HOT_DESK].status_code = 2

    assert (await system.presence.fetch_state("pat")).on_call is True


async def test_a_phone_that_we_may_not_see_says_nothing(simulator, system):
    del simulator.pbx.phones[PAT_PHONE]

    state = await system.presence.fetch_state("pat")

    assert (state.registered, state.on_call, state.dnd) == (None, None, False)


async def test_an_extension_without_a_user_is_refused(simulator, system):
    with pytest.raises(Refused, match="no user for extension 999"):
        await system.presence.fetch_state("999")

    assert len(simulator.simulation.requests) == 1


async def test_a_user_name_is_no_uuid(build_system):
    system = build_system(caller_by="user_uuid", users={"101": "pat"})

    with pytest.raises(Refused, match="no user for extension 101"):
        await system.presence.fetch_state("101")


@pytest.mark.parametrize("on", [True, False])
async def test_do_not_disturb_is_switched_and_nothing_else(on, simulator, system):
    simulator.pbx.users[KIM].dnd = not on
    before = simulator.pbx.users[KIM].form(status=True)

    await system.dnd.set_dnd("kim", on)

    assert simulator.pbx.users[KIM].form(status=True) == before | {"dnd": on}
    assert [seen.method for seen in simulator.simulation.requests] == ["GET", "POST"]


@pytest.mark.parametrize("number", ["+15550190", None])
async def test_forwarding_is_set_and_ended(number, simulator, build_system):
    simulator.pbx.users[KIM].call_forward = "200"
    system = build_system(caller_by="user_uuid", users={"102": KIM})

    await system.forwarding.set_forwarding("102", number)

    assert simulator.pbx.users[KIM].call_forward == number


def answers(after):
    def answer(request):
        return httpx.Response(200, json=[USER] if request.method == "GET" else USER | after)

    return answer


async def test_an_unchanged_do_not_disturb_is_not_called_a_success(answering):
    system, network = answering(answers({"dnd": False}))

    with pytest.raises(Refused, match="did not switch"):
        await system.dnd.set_dnd("pat", True)

    assert len(network.requests) == 2


async def test_an_untold_do_not_disturb_leaves_the_outcome_open(answering):
    system, _ = answering(answers({}))

    with pytest.raises(OutcomeUnknown):
        await system.dnd.set_dnd("pat", True)


@pytest.mark.parametrize(("asked", "shown"), [("200", None), ("200", "201"), (None, "200")])
async def test_another_forwarding_than_asked_for_is_not_called_a_success(asked, shown, answering):
    system, _ = answering(answers({"call_forward": shown}))

    with pytest.raises(Refused, match="did not change"):
        await system.forwarding.set_forwarding("pat", asked)


async def test_the_pbx_may_write_a_number_in_another_form(answering):
    system, _ = answering(answers({"call_forward": "+31 20 555 0190"}))

    await system.forwarding.set_forwarding("pat", "0205550190")


async def test_a_user_cannot_change_somebody_else(simulator, build_system):
    kim = build_system(username="kim", password="kim-password")

    with pytest.raises(Refused, match="does not let our account"):
        await kim.dnd.set_dnd("pat", True)

    assert simulator.pbx.users[PAT].dnd is False
