"""Calls, switches, the probe, and the settings."""

import pytest
from pydantic import ValidationError

from bot.adapters.threecx_legacy import VENDOR
from bot.adapters.threecx_legacy.simulated_pbx import Manner, SimulatedExtension
from bot.telephony.calls import Origination, Progress
from bot.telephony.errors import BadCredentials, NotSupported, Refused, Unreachable
from bot.telephony.extensions import RecordingMode


def problem(**values):
    with pytest.raises(ValidationError) as caught:
        VENDOR.settings.model_validate({"vendor": "threecx_legacy", **values})
    return str(caught.value)


async def test_an_originated_call_is_accepted_and_no_more_is_known(simulator, simulated):
    origination = await simulated().calls.originate("100", "15550123")

    assert origination == Origination(progress=Progress.ACCEPTED, call_id=None)
    assert simulator.pbx.calls == [("100", "15550123")]
    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize(
    ("switch", "value", "before", "after"),
    [
        ("set_enabled", False, {}, {"disable": True}),
        ("set_enabled", True, {"disable": True}, {"disable": False}),
        ("set_external_calls", False, {}, {"disable_external": True}),
        ("set_external_calls", True, {"disable_external": True}, {"disable_external": False}),
        ("set_recording", RecordingMode.ALL, {}, {"record_calls": True}),
        ("set_recording", RecordingMode.OFF, {"record_calls": True}, {"record_calls": False}),
    ],
)
async def test_a_switch_touches_no_neighbour(switch, value, before, after, simulator, simulated):
    others = {"disable": True, "disable_external": True, "record_calls": True}
    [touched] = after
    simulator.pbx.extensions["100"] = SimulatedExtension(
        pin="x", **{**others, touched: before.get(touched, False)}
    )

    await getattr(simulated().extension_switches, switch)("100", value)

    expected = {**others, **after}
    found = simulator.pbx.extensions["100"]
    assert {name: getattr(found, name) for name in others} == expected
    assert simulator.pbx.extensions["101"] == SimulatedExtension(pin="canary101")


async def test_recording_outside_calls_alone_is_not_offered(simulator, simulated):
    switches = simulated().extension_switches

    with pytest.raises(NotSupported, match="attic can record all calls or none"):
        await switches.set_recording("100", RecordingMode.EXTERNAL)

    assert switches.recording_modes == (RecordingMode.OFF, RecordingMode.ALL)
    assert simulator.simulation.requests == []


async def test_an_unknown_extension_is_refused(simulated):
    with pytest.raises(Refused, match="Extension not found"):
        await simulated().extension_switches.set_enabled("999", False)


def test_without_a_console_password_there_are_no_switches(wired):
    assert wired(console_password=None).extension_switches is None


def test_there_is_no_feed_and_no_hanging_up(wire, wired):
    system = wired()

    assert (system.feed, system.parse, system.hang_up) == (None, None, None)
    assert wire.requests == []


async def test_the_probe_reads_the_bare_page(simulator, simulated):
    assert await simulated().probe() == "PbxAPI.aspx answers, PINs for 2 extensions"

    [seen] = simulator.simulation.requests
    assert (seen.method, seen.query, seen.body) == ("GET", "", b"")


async def test_the_probe_notices_the_wrong_version(simulator, simulated):
    simulator.pbx.only_path = "/PbxAPI.aspx"

    with pytest.raises(Refused, match="check url_style"):
        await simulated(url_style="v10").probe()


async def test_the_probe_takes_a_redirect_and_a_yellow_page_for_signs_of_life(simulator, simulated):
    for manner in (Manner.REDIRECT, Manner.YELLOW_PAGE):
        simulator.pbx.manner = manner
        assert (await simulated().probe()).startswith("PbxAPI.aspx answers")

    assert len(simulator.simulation.requests) == 2


@pytest.mark.parametrize(("status", "error"), [(503, Unreachable), (401, BadCredentials)])
async def test_the_probe_reports_trouble(status, error, wire, wired):
    wire.replies(status)

    with pytest.raises(error):
        await wired().probe()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"host": "pbx.example.net", "url": "http://pbx.example.net/PbxAPI.aspx"},
        {"host": "pbx.example.net:5000"},
        {"host": "pbx.example.net/ivr"},
        {"url": "http://pbx.example.net/PbxAPI.aspx?func=x"},
        {"url": "http://user:canary@pbx.example.net/PbxAPI.aspx"},
        {"host": "pbx.example.net", "url_style": "v11"},
        {"host": "pbx.example.net", "method": "put"},
        {"host": "pbx.example.net", "pins": {"101": ""}},
        {"host": "pbx.example.net", "console_password": ""},
    ],
)
def test_settings_that_cannot_work_are_mistakes(values):
    assert "canary" not in problem(**values)


@pytest.mark.parametrize("host", ["pbx", "192.0.2.4", "[2001:db8::4]"])
def test_names_and_addresses_are_hosts(host):
    settings = VENDOR.settings.model_validate({"vendor": "threecx_legacy", "host": host})

    assert settings.api_url == f"http://{host}:5000/ivr/PbxAPI.aspx"
