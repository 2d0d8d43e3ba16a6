import httpx
import pytest

from bot.adapters.axeos.simulated_office import KIM, SUPPORT
from bot.telephony.errors import NotSupported, Refused, UnexpectedReply
from bot.telephony.queues import Agent, Queue, QueueFigures


async def test_a_queue_that_the_pbx_does_not_name_is_named_by_the_settings(build_system):
    system = build_system(queues={SUPPORT: "Helpdesk"})

    assert await system.queues.list_queues() == [Queue(queue_id=SUPPORT, name="Helpdesk")]


async def test_a_queue_that_nobody_names_cannot_be_listed(system):
    with pytest.raises(NotSupported, match="settings, under queues"):
        await system.queues.list_queues()


async def test_a_queue_that_the_pbx_names_needs_no_settings(simulator, system):
    simulator.pbx.identifies_queues = True

    assert await system.queues.list_queues() == [Queue(queue_id=SUPPORT, name="Support")]


async def test_queues_of_the_settings_come_after_those_of_the_pbx(simulator, build_system):
    simulator.pbx.identifies_queues = True
    system = build_system(queues={"other-uuid": "Sales", SUPPORT: "ignored"})

    assert [queue.name for queue in await system.queues.list_queues()] == ["Support", "Sales"]


async def test_a_pbx_without_queues_has_none(simulator, build_system):
    simulator.pbx.queues.clear()

    assert await build_system(queues={SUPPORT: "Support"}).queues.list_queues() == []


async def test_the_figures_of_the_document_are_read(answering, sample):
    [queue] = sample("acd_stats")["response"]["body_json"]
    system, network = answering(httpx.Response(200, json=queue))

    assert await system.queues.fetch_figures(SUPPORT) == QueueFigures(
        queue_id=SUPPORT,
        name="Support",
        waiting=6,
        longest_wait_seconds=184,
        agents_logged_in=4,
        agents_available=1,
        agents_paused=1,
        offered=49,
        answered=41,
        abandoned=8,
        service_level_percent=74.5,
        service_level_seconds=30,
    )
    [request] = network.requests
    assert str(request.url).endswith(f"/apis/pbx/acd/{SUPPORT}/stats?agents=1")


async def test_figures_that_are_not_told_are_not_made_up(answering):
    system, _ = answering(httpx.Response(200, json={"calls_waiting": 2, "answered": 3}))

    figures = await system.queues.fetch_figures("q1")

    assert figures == QueueFigures(queue_id="q1", name="q1", waiting=2, answered=3)


async def test_the_simulated_queue_can_be_set(simulator, build_system):
    simulator.pbx.set_queue("Support", calls_waiting=4, longest_hold_time=75, service_level=80.5)
    system = build_system(queues={SUPPORT: "Helpdesk"})

    figures = await system.queues.fetch_figures(SUPPORT)

    assert (figures.name, figures.waiting, figures.longest_wait_seconds) == ("Helpdesk", 4, 75)
    assert (figures.service_level_percent, figures.agents_paused) == (80.5, 0)


async def test_an_unknown_queue_is_refused(system):
    with pytest.raises(Refused, match="does not know that queue"):
        await system.queues.fetch_figures("no-such-uuid")


async def test_agents_are_known_by_extension_and_their_pauses_can_be_read(simulator, build_system):
    simulator.pbx.queues[SUPPORT].agents[1] |= {"paused": True, "calls_taken": 12}
    system = build_system(users={"0102": "kim"})

    assert await system.agents.list_agents(SUPPORT) == [
        Agent(number="pat", name="pat", paused=False, state="Idle", calls_taken=0),
        Agent(number="0102", name="kim", paused=True, state="Idle", calls_taken=12),
    ]


async def test_agents_are_found_by_uuid_where_the_settings_name_uuids(build_system):
    system = build_system(caller_by="user_uuid", users={"0102": KIM})

    agents = await system.agents.list_agents(SUPPORT)

    assert [agent.number for agent in agents] == ["pat", "0102"]


async def test_agents_that_are_not_told_are_not_called_none(answering):
    system, _ = answering(httpx.Response(200, json={"calls_waiting": 0}))

    with pytest.raises(UnexpectedReply):
        await system.agents.list_agents(SUPPORT)


def test_agents_cannot_be_paused_or_logged_in_here(system):
    assert system.pausing is None
    assert system.membership is None
