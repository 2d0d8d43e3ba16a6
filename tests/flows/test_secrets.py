"""Secrets are planted wherever one can stand; afterwards none is anywhere that people look."""

import base64
import logging
from datetime import UTC, date, datetime
from traceback import format_exception

import httpx
import pytest
from support.world_settings import SECRETS

from bot.adapters import VENDORS
from bot.adapters.simulation import Fault
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.adapters.threecx_ru.simulator import KEY as RU_KEY
from bot.adapters.threecx_ru.simulator import ThreeCxRuSimulator
from bot.telephony.errors import PhoneSystemError

MORE = f"""
[systems.moscow]
vendor = "threecx_ru"
url = "https://moscow.example"
key = "{RU_KEY}"

[systems.attic]
vendor = "threecx_legacy"
host = "attic.example"
console_password = "canary-console"
pins = {{100 = "canary-pin"}}
"""
SIMULATED = [
    "pat-password",
    "kim-password",
    "simulated-licence-key",
    "simulated-ssh-key",
    "simulated-ssh-password",
    "simulated-web-password",
    "was-changed",
]
CANARIES = [
    "canary",
    RU_KEY,
    SECRETS["DOOR_SECRET"].removeprefix("whsec_"),
    *SIMULATED,
    *(base64.b64encode(SECRETS[name].encode()).decode().rstrip("=") for name in sorted(SECRETS)),
]
"""Every made-up secret has the word ``canary`` in it, or is listed."""
PLANTED = {"licence_key", "password", "ssh_key", "ssh_password", "web_password"}
ARGUMENTS = {
    "agents": ["100"],
    "changes": {"password": "canary-changed"},
    "end": date(2026, 11, 21),
    "extension": "104",
    "hold_seconds": 0,
    "fields": {"web_password": "canary-field", "name": "x"},
    "log": True,
    "mailbox": "104",
    "managers": ["100"],
    "members": ["100"],
    "objectid": "67",
    "queue": "281",
    "source": "104",
    "start": date(2026, 11, 1),
    "values": {"cu_id": "67", "cu_password": "canary-value", "cu_name": "x"},
}
NUMBERS = ("audit_id", "call_log_id", "host_id")
FAULTS = (Fault.ERROR, Fault.ERROR_AFTER, Fault.EMPTY, Fault.HTML, Fault.GARBAGE, Fault.REFUSE_KEY)


@pytest.fixture
async def planted(world_with, caplog):
    """A world with six systems that hold secrets of their own and tell them."""
    for name in ("bot", "storage", "webhooks"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with world_with(MORE) as world:
        moscow, attic = ThreeCxRuSimulator(world.clock), ThreeCxLegacySimulator(world.clock)
        attic.pbx.console_password = "canary-console"
        attic.pbx.extensions["100"].pin = "canary-pin"
        world.mirta.pbx.custom["67"]["cu_password"] = "canary-row"
        for name, simulator in (("moscow", moscow), ("attic", attic)):
            world.wires[name].lead_to(httpx.ASGITransport(simulator.app))
        yield (
            world,
            {
                "attic": attic.simulation,
                "crm": world.crm.simulation,
                "lyon": world.axeos.simulation,
                "moscow": moscow.simulation,
                "paris": world.mirta.simulation,
            },
        )


def argument(parameter, vendor):
    if parameter.name in PLANTED:
        return "canary-new"
    if parameter.name in NUMBERS or (parameter.name, vendor) == ("call_id", "bluerocktel"):
        return 5
    return ARGUMENTS.get(parameter.name, "100")


async def operate(system):
    """Run every operation of the vendor's interface; returns all that comes of it as text."""
    told = ""
    for operation in VENDORS[system.vendor].operations.values():
        wanted = {
            one.name: argument(one, system.vendor)
            for one in operation.parameters
            if one.default is one.empty or one.name in PLANTED | {"hold_seconds"}
        }
        try:
            told += repr(await operation.call(system.client, **wanted))
        except PhoneSystemError as error:
            told += "".join(format_exception(error)) + repr(error.args)
    return told


def found_in(text):
    return [canary for canary in CANARIES if canary in text]


async def test_the_simulators_really_tell_secrets(planted):
    world, _ = planted
    transport = httpx.ASGITransport(world.crm.app)
    headers = {"authorization": f"Bearer {SECRETS['CRM_TOKEN']}", "accept": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url="https://crm.example") as http:
        answer = await http.get("/api/v1/pbx3cx-hosts", headers=headers)
    assert "simulated-web-password" in answer.text


async def test_no_operation_tells_a_secret_whatever_goes_wrong(planted, caplog):
    world, simulations = planted
    told = ""
    for key, simulation in simulations.items():
        told += await operate(world.runtime.systems[key])
        for fault in FAULTS:
            simulation.order(fault, times=10_000)
            told += await operate(world.runtime.systems[key])
            simulation.behave()
    assert len(told) > 50_000
    assert found_in(told) == []
    assert len(caplog.records) > 300
    assert found_in(caplog.text) == []


async def live(world, simulations):
    """A day in which everything is used and much goes wrong."""
    world.clock.set(datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC))
    await world.own("U0BO", "104", "paris")
    await world.own("U0BO", "100", "attic")
    await world.own("U0BO", "pat", "lyon")
    await world.own("U0BO", "0102", "moscow")
    world.mirta.pbx.leave_voicemail("104", "0123456789", "Pat")
    for system in ("paris", "lyon"):
        await world.poll(system)
    world.axeos.pbx.customer_calls_and_hangs_up("0123456780", "Pat", rang=("pat",))
    await world.poll("lyon")
    await world.clock.advance(60)
    world.mirta.pbx.customer_calls_and_hangs_up("0123456781", "Kim", "0987654321", 29)
    world.mirta.pbx.set_queue("281", waiting=1, longest_wait_seconds=70)
    await world.poll("paris")
    await world.watch("paris")
    await world.watch("crm")
    await world.post("door", *world.door.customer_calls_and_hangs_up("0123456782"))
    await world.post("door", world.door.post({"event": "call.ended"}))
    await world.app.post("/phone/door", content=b"{}", headers={"webhook-id": "x"})
    await world.app.post("/phone/moscow?token=canary-wrong", content=b"{}")
    for line in LINES:
        await world.slash("U0BO", "C0SUPPORT", line)
    for key, line in BREAKING.items():
        for fault in (Fault.ERROR_AFTER, Fault.GARBAGE, Fault.REFUSE_KEY):
            simulations[key].order(fault, times=4)
            await world.slash("U0BO", "C0SUPPORT", line)
            simulations[key].behave()
    simulations["crm"].order(Fault.GARBAGE, times=4)
    world.clock.set(datetime(2026, 11, 24, 8, 0, 30, tzinfo=UTC))
    await world.watch("crm")
    await world.restart()


BREAKING = {
    "attic": "/dial 0123456789 @attic",
    "lyon": "/queue @lyon",
    "moscow": "/queue @moscow",
    "paris": "/dial 0123456789 @paris",
}
LINES = (
    "/dial 0123456789 @paris",
    "/pause-agent Support lunch for 15m @paris",
    "/pbx help",
    "/pbx status",
    "/pbx whoami",
    "/queue @lyon",
    "/queue @moscow",
    "/queue @paris",
    "/resume-agent @paris",
    "/vm @paris",
    "/vm play 1 @paris",
    "/pbx link 105 @moscow",
)


async def test_no_secret_is_anywhere_that_people_look(planted, caplog):
    world, simulations = planted
    await live(world, simulations)
    places = {
        "the log": caplog.text,
        "the metrics": (await world.app.get("/metrics")).text,
        "whether it is ready": (await world.app.get("/readyz")).text,
        "the page of the workspace": await page(world),
        "the database": database(world),
        "Slack": said(world),
    }
    assert all(len(text) > 10 for text in places.values())
    found = {name: found_in(text) for name, text in places.items() if found_in(text)}
    assert found == {}


def database(world):
    """Every byte, deleted rows and all."""
    files = sorted(world.folder.glob("ringback.db*"))
    assert len(files) >= 2
    return b"".join(file.read_bytes() for file in files).decode("latin-1")


def said(world):
    state = world.workspace.state
    messages = [one for channel in state.channels for one in state.messages(channel)]
    messages += [one for user in state.users for one in state.ephemerals(user)]
    files = [f"{file.name} {file.title}" for file in state.files.values()]
    assert len(messages) > 20
    assert len(files) == 1
    return "\n".join([*(repr(message) for message in messages), *files])


async def page(world):
    transport = httpx.ASGITransport(world.workspace.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        shown = [await http.get(path) for path in ("/", "/_page/state")]
    assert [reply.status_code for reply in shown] == [200, 200]
    return "".join(reply.text for reply in shown)
