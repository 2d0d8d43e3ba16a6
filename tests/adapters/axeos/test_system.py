import httpx
import pytest

from bot.adapters.axeos import VENDOR
from bot.telephony.errors import BadCredentials, NotSupported

OFFERED = {
    "agents",
    "calls",
    "dnd",
    "feed",
    "forwarding",
    "hang_up",
    "mailboxes",
    "parse",
    "presence",
    "queues",
    "switches",
}
LACKING = {
    "active_calls",
    "call_count",
    "call_log",
    "contacts",
    "directory",
    "extension_switches",
    "hosts",
    "licence",
    "membership",
    "pausing",
    "profiles",
    "recordings",
    "voicemail",
}


def test_the_parts_are_those_that_the_pbx_documents(system):
    assert {part for part in OFFERED | LACKING if getattr(system, part) is not None} == OFFERED


def test_a_lacking_part_is_explained(system):
    with pytest.raises(NotSupported, match=r"paris \(Axeos PBX\) cannot pause agents"):
        system.need(system.pausing, "pause agents")


def test_building_a_system_asks_nothing(answering):
    system, network = answering(httpx.Response(200))

    assert (system.key, system.vendor, system.title) == ("paris", "axeos", VENDOR.title)
    assert network.requests == []


async def test_the_probe_is_one_harmless_question(simulator, system):
    assert await system.probe() == "2 users"

    [request] = simulator.simulation.requests
    assert (request.method, request.path) == ("GET", "/apis/pbx/users")


async def test_the_probe_counts_in_plain_words(answering):
    system, _ = answering(httpx.Response(200, json=[{"uuid": "u1", "username": "pat"}]))

    assert await system.probe() == "1 user"


async def test_the_probe_tells_of_bad_credentials(build_system):
    with pytest.raises(BadCredentials):
        await build_system(api_key="wrong").probe()
