"""``ringback simulate``: every vendor's stand-in by itself, and what it says of itself."""

import socket
import tomllib

import httpx
import pytest
import stamina
from support.clocks import FixedClock
from typer.testing import CliRunner

from bot.adapters import SETTINGS_MODELS, VENDORS
from bot.adapters.simulation import Fault
from bot.adapters.simulation_page import CONTROL
from bot.cli.ending import MISUSED
from bot.cli.program import app
from bot.cli.simulating import introduce, make_stand_in
from bot.demo.simulators import POSTING, SIMULATORS, UnusableSecret
from bot.settings_file import parse_settings
from bot.telephony.errors import PhoneSystemError

URL = "http://pbx.example"
OUTGOING = sorted(set(SIMULATORS) - set(POSTING))


@pytest.fixture(autouse=True)
def _retries_do_not_wait():
    with stamina.set_testing(True, attempts=2):
        yield


def reached(stand_in):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=stand_in.app), base_url=URL)


def settings_of(stand_in, folder):
    file = {"slack": {"bot_token": "xoxb-x", "signing_secret": "y", "ops_channel": "C0"}}
    file |= tomllib.loads(stand_in.snippet(URL))
    return parse_settings(file, folder, SETTINGS_MODELS, {}).systems[stand_in.key]


def run(*words):
    return CliRunner().invoke(app, ["simulate", *words])


def test_there_is_a_simulator_for_every_vendor():
    assert set(SIMULATORS) == set(VENDORS)


@pytest.mark.parametrize("vendor", sorted(SIMULATORS))
async def test_the_printed_settings_work_as_they_are(vendor, tmp_path):
    clock = FixedClock()
    stand_in = SIMULATORS[vendor](clock)
    settings = settings_of(stand_in, tmp_path)

    async with reached(stand_in) as http:
        system = VENDORS[vendor].build(stand_in.key, settings, http, clock)
        told = await system.probe()
    await stand_in.close()

    assert settings.vendor == vendor
    assert told


@pytest.mark.parametrize("vendor", sorted(SIMULATORS))
async def test_it_says_where_it_is_and_what_opens_it(vendor):
    stand_in = make_stand_in(vendor, FixedClock())
    await stand_in.close()

    told = introduce(vendor, stand_in, URL)

    assert told.splitlines()[0] == f"A pretend {VENDORS[vendor].title} listens on {URL}"
    assert f"{URL}{CONTROL}" in told
    assert all(value in told for value in stand_in.credentials.values())
    assert "{url}" not in told


@pytest.mark.parametrize("vendor", OUTGOING)
@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.HTML, Fault.REFUSE_KEY])
async def test_a_person_can_make_it_misbehave_and_behave_again(vendor, fault, tmp_path):
    clock = FixedClock()
    stand_in = SIMULATORS[vendor](clock)
    async with reached(stand_in) as http:
        system = VENDORS[vendor].build("x", settings_of(stand_in, tmp_path), http, clock)
        ask = system.queues.list_queues if system.queues else _something(system)

        await http.post(f"{CONTROL}/fault", data={"fault": fault.value, "times": "9"})
        with pytest.raises(PhoneSystemError):
            await ask()
        await http.post(f"{CONTROL}/fault", data={"fault": ""})

        await ask()


def _something(system):
    if system.hosts:
        return system.hosts.list_hosts

    async def call():
        return await system.calls.originate("100", "0123456789")

    return call


def test_the_vendors_are_listed():
    result = run("--list")

    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == sorted(VENDORS)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Say which vendor: axeos, "),
        (("asterisk",), "There is no vendor asterisk. There are: axeos, "),
        (("MIRTA", "--secret", "whsec_abcd"), "mirta does not post"),
        (("mirta", "--target", "http://127.0.0.1:3000/phone/door"), "mirta does not post"),
        (("generic", "--target", "nonsense"), "--target: expected a web address such as http://"),
        (("mirta", "--host", ""), "--host: expected an address such as 127.0.0.1"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(words, told):
    result = run(*words)

    assert result.exit_code == MISUSED
    assert result.stderr.startswith(told)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("secret", ["hunter2", "whsec_", "whsec_###", "whsec_abc"])
def test_a_secret_that_cannot_sign_is_refused(secret):
    with pytest.raises(UnusableSecret) as raised:
        make_stand_in("generic", FixedClock(), secret=secret)

    assert secret not in str(raised.value) or secret == "whsec_"


async def test_the_one_that_posts_signs_with_the_given_secret_and_posts_to_the_target():
    stand_in = make_stand_in(
        "generic", FixedClock(), "http://127.0.0.1:9/phone/lobby", "whsec_c2VjcmV0LXNlY3JldA=="
    )
    await stand_in.close()

    assert stand_in.snippet(URL) == (
        '[systems.lobby]\nvendor = "generic"\nwebhook_secret = "whsec_c2VjcmV0LXNlY3JldA=="'
    )


@pytest.mark.enable_socket
def test_a_port_in_use_is_told_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = run("mirta", "--port", str(port))

    assert result.exit_code == MISUSED
    assert result.stderr == f"Cannot listen on 127.0.0.1 port {port}: Address already in use.\n"
