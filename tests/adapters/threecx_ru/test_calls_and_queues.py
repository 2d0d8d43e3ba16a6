"""Calls and queues in our words, on the simulator."""

from datetime import UTC, datetime

import pytest

from bot.adapters.threecx_ru import calling
from bot.adapters.threecx_ru.simulator import READ_ONLY_KEY
from bot.telephony.calls import Direction, Progress
from bot.telephony.errors import BadCredentials, NotSupported, Refused
from bot.telephony.queues import Agent, Queue

CALLS = "pbx.callsinfo.get"


def leg(num, kind, party=""):
    return {"dnNum": num, "dnType": kind, "externalParty": party, "status": "Connected"}


ANA = leg("101", "Extension")


def calls_info(owner, talk_to=(), routing_to=(), **more):
    call = {"callID": 7, "owner": owner, "talkTo": list(talk_to), "routingTo": list(routing_to)}
    return {"count": 1, "callsInfo": [{**call, **more}]}


def asked(simulator):
    return [seen.path.rpartition("/")[2] for seen in simulator.simulation.requests]


@pytest.mark.parametrize(("reply", "has_id"), [("chid", True), ("finalStatus", False)])
async def test_a_call_is_accepted_by_either_build(reply, has_id, system, simulator):
    simulator.pbx.makecall_reply = reply

    placed = await system.calls.originate("0102", "+15550123")

    assert placed.progress is Progress.ACCEPTED
    assert (placed.call_id is not None) is has_id
    assert simulator.pbx.placed == [("0102", "+15550123")]


@pytest.mark.parametrize("reply", ["chid", "finalStatus"])
async def test_a_phone_that_is_not_there_is_refused_by_either_build(reply, system, simulator):
    simulator.pbx.makecall_reply = reply

    with pytest.raises(Refused, match="did not place the call from 999"):
        await system.calls.originate("999", "+15550123")


async def test_a_read_only_key_may_read_and_not_change(build, network, simulator):
    system = build(network, key=READ_ONLY_KEY)

    assert await system.probe() == "2 queues"
    with pytest.raises(BadCredentials):
        await system.membership.log_out("101", "800")
    with pytest.raises(BadCredentials):
        await system.calls.originate("101", "15550123")

    assert simulator.pbx.placed == []
    assert simulator.pbx.extensions["101"].logged_in == {"800"}


async def test_the_probe_asks_one_harmless_thing(system, simulator):
    assert await system.probe() == "2 queues"
    assert asked(simulator) == ["all.queue.get"]


async def test_an_active_call_is_told_in_our_words(system, simulator, clock):
    call = simulator.pbx.customer_calls("+15550100")
    await clock.advance(20)
    simulator.pbx.agent_answers(call, "0102")

    [active] = await system.active_calls.list_active()

    assert active.call_id == "41@20261120T130211"
    assert active.direction is Direction.INBOUND
    assert (active.caller_number, active.requested) == ("+15550100", "Main number")
    assert active.answered_by == "0102"
    assert active.started_at == datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
    assert active.answered_at == datetime(2026, 11, 20, 13, 2, 31, tzinfo=UTC)
    assert await system.call_count.count_active() == 1


async def test_active_calls_come_oldest_first(answered):
    calls = [
        {"callID": 1, "startedAt": "2025-11-20T12:00:02Z"},
        {"callID": 2, "startedAt": "2025-11-20T12:00:01Z"},
    ]
    system, _ = answered({"count": 2, "callsInfo": calls})

    assert [call.call_id[0] for call in await system.active_calls.list_active()] == ["2", "1"]


@pytest.mark.parametrize(
    ("owner", "other", "direction", "caller", "requested"),
    [
        (
            leg("101", "Extension"),
            leg("10000", "ExternalLine", "15550199"),
            "outbound",
            "101",
            "15550199",
        ),
        (leg("101", "Extension"), leg("0102", "Extension"), "internal", "101", "0102"),
        (leg("10000", "ExternalLine", ""), leg("101", "Extension"), "inbound", None, None),
        (leg("900", "IVR"), leg("101", "Extension"), None, "900", "101"),
    ],
)
async def test_the_direction_follows_from_the_owner(
    owner, other, direction, caller, requested, answered
):
    system, _ = answered(calls_info(owner, routing_to=[other]))

    [call] = await system.active_calls.list_active()

    assert (call.direction, call.caller_number, call.requested) == (direction, caller, requested)


async def test_a_queue_that_picked_up_is_not_a_person(answered):
    info = calls_info(
        leg("10000", "ExternalLine", "15550100"),
        talk_to=[leg("800", "Queue")],
        answeredAt="2025-11-20T12:00:00Z",
    )
    system, _ = answered(info)

    [call] = await system.active_calls.list_active()

    assert (call.answered_by, call.answered_at) == (None, None)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2025-11-20T15:00:00", datetime(2025, 11, 20, 14, tzinfo=UTC)),
        ("2025-07-20T15:00:00", datetime(2025, 7, 20, 13, tzinfo=UTC)),
        ("2025-10-26T02:30:00", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
        ("2025-11-20T15:00:00.1234567Z", datetime(2025, 11, 20, 15, 0, 0, 123456, tzinfo=UTC)),
    ],
)
async def test_a_time_without_a_zone_is_local_to_the_system(local, utc, answered):
    info = calls_info(leg("101", "Extension"), startedAt=local)
    system, _ = answered(info, timezone="Europe/Paris")

    [call] = await system.active_calls.list_active()

    assert call.started_at == utc


async def test_queues_are_listed_by_number(system):
    assert (await system.queues.list_queues())[0] == Queue(queue_id="800", name="800", number="800")


async def test_figures_count_who_waits_and_who_is_free(system, simulator, clock):
    simulator.pbx.customer_calls("+15550100")
    await clock.advance(30)
    answered = simulator.pbx.customer_calls("+15550101")
    simulator.pbx.agent_answers(answered, "0102")
    simulator.pbx.customer_calls("+15550102", queue="801")
    await clock.advance(15)

    figures = await system.queues.fetch_figures("800")

    assert (figures.waiting, figures.longest_wait_seconds) == (1, 45)
    assert figures.agents_available == 0
    assert figures.agents_logged_in is None


async def test_a_quiet_queue_has_nobody_waiting_and_costs_two_questions(system, simulator):
    figures = await system.queues.fetch_figures("800")

    assert (figures.waiting, figures.longest_wait_seconds, figures.agents_available) == (0, 0, 2)
    assert asked(simulator) == ["queue.free.get", CALLS]


async def test_a_caller_whom_the_queue_picked_up_still_waits(answered):
    """Builds differ: the queue is what the caller is routed to, or what he talks to."""
    info = calls_info(leg("10000", "ExternalLine", "1"), talk_to=[leg("800", "Queue")])
    system, _ = answered(info)

    [call] = await system.client.list_calls()

    assert calling.waits_in(call, "800")
    assert not calling.waits_in(call, "801")


async def test_a_caller_who_talks_to_an_agent_of_the_queue_waits_no_longer(answered):
    info = calls_info(leg("10000", "ExternalLine", "1"), talk_to=[leg("800", "Queue"), ANA])
    system, _ = answered(info)

    [call] = await system.client.list_calls()

    assert not calling.waits_in(call, "800")


@pytest.mark.parametrize("part", ["fetch_figures", "list_agents"])
async def test_a_queue_that_is_not_there_is_refused(part, system):
    board = system.queues if part == "fetch_figures" else system.agents

    with pytest.raises(Refused):
        await getattr(board, part)("999")


async def test_an_unknown_queue_that_is_answered_like_an_empty_one_is_refused(answered):
    system, _ = answered({"nums": []})

    with pytest.raises(Refused, match=r"^moscow has no queue 999\.$"):
        await system.queues.fetch_figures("999")
    with pytest.raises(Refused, match=r"^moscow has no queue 999\.$"):
        await system.agents.list_agents("999")


async def test_a_queue_with_everybody_busy_still_has_figures(system, simulator):
    simulator.pbx.queues["800"].agents = []

    assert (await system.queues.fetch_figures("800")).agents_available == 0
    assert await system.agents.list_agents("800") == []


async def test_agents_are_free_talking_or_unknown(system, simulator):
    simulator.pbx.extensions["100"].logged_in = set()
    simulator.pbx.queues["800"].agents = ["100", "101", "0102"]
    call = simulator.pbx.customer_calls()
    simulator.pbx.agent_answers(call, "101")

    assert await system.agents.list_agents("800") == [
        Agent(number="100", logged_in=None, available=False, state=None),
        Agent(number="101", logged_in=True, available=False, state="talking"),
        Agent(number="0102", logged_in=True, available=True, state="free"),
    ]


async def test_an_agent_leaves_one_queue_and_joins_it_again(system, simulator):
    agent = simulator.pbx.extensions["101"]
    agent.logged_in = {"800", "801"}

    await system.membership.log_out("101", "800")
    assert agent.logged_in == {"801"}

    await system.membership.log_in("101", "800")
    assert agent.logged_in == {"800", "801"}


@pytest.mark.parametrize(("extension", "queue"), [("999", "800"), ("101", "999"), ("100", "800")])
async def test_a_log_in_that_cannot_be_is_refused(extension, queue, system):
    with pytest.raises(Refused, match="did not change the log-in"):
        await system.membership.log_in(extension, queue)


async def test_where_profiles_govern_the_global_log_in_says_what_to_do(client, simulator):
    simulator.pbx.profile_governs.add("101")

    with pytest.raises(Refused, match=r"Change the profile instead\.$"):
        await client.log_in_everywhere("101", log=False)

    assert simulator.pbx.extensions["101"].logged_in == {"800"}


async def test_setting_the_agents_of_a_queue_replaces_them_all(client, simulator):
    await client.set_queue_agents("800", ["100"])

    assert simulator.pbx.queues["800"].agents == ["100"]


async def test_there_is_no_pause(system):
    with pytest.raises(NotSupported, match="cannot pause agents"):
        system.need(system.pausing, "pause agents")
