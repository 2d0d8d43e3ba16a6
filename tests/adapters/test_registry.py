"""One vendor is one folder of code, one folder of tests and one line in the table."""

import inspect
from pathlib import Path
from typing import get_args, get_type_hints

import httpx
import pytest
from support.clocks import FixedClock

from bot.adapters import VENDORS
from bot.telephony.system import PhoneSystem

ROOT = Path(__file__).parent.parent.parent
CODE, TESTS = ROOT / "bot" / "adapters", ROOT / "tests" / "adapters"
SETTINGS = {
    "axeos": {"url": "https://pbx.example", "api_key": "x"},
    "bluerocktel": {"url": "https://crm.example", "token": "x", "call_logs": True},
    "generic": {"webhook_secret": "x"},
    "mirta": {"url": "https://pbx.example/proxyapi.php", "key": "x", "tenant_code": "DEMO"},
    "threecx_legacy": {"host": "pbx.example", "console_password": "x"},
    "threecx_ru": {"url": "https://pbx.example", "key": "x", "events": "poll"},
}
OPERATIONS = [
    (vendor, name, operation)
    for vendor, of in VENDORS.items()
    for name, operation in of.operations.items()
]


def folders(place):
    return sorted(
        path.name for path in place.iterdir() if path.is_dir() and not path.name.startswith("_")
    )


@pytest.fixture
async def build():
    """A system of a vendor that is asked nothing."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(_nobody)) as http:

        def made(vendor):
            of = VENDORS[vendor]
            settings = of.settings.model_validate({"vendor": vendor, **SETTINGS[vendor]})
            return of.build("paris", settings, http, FixedClock())

        yield made


def _nobody(request):
    raise AssertionError("building a system asks it nothing")


def test_the_table_is_sorted_and_names_every_folder():
    assert list(VENDORS) == folders(CODE)


def test_every_vendor_has_a_folder_of_tests():
    assert list(VENDORS) == folders(TESTS)


def test_every_vendor_is_tried_here():
    assert list(VENDORS) == sorted(SETTINGS)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_is_described(vendor):
    text = (CODE / vendor / "README.md").read_text()
    assert VENDORS[vendor].title
    assert f'vendor = "{vendor}"' in text


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_fixture_says_where_it_is_from(vendor):
    samples = TESTS / vendor / "fixtures"
    if not samples.exists():
        pytest.skip("made of requests alone: it has no bodies to parse")
    sources = (samples / "SOURCES.md").read_text()
    others = [path.name for path in samples.iterdir() if path.name != "SOURCES.md"]
    assert others
    assert [name for name in others if name.partition(".")[0] not in sources] == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_vendor_builds_a_system_of_its_own_name(vendor, build):
    system = build(vendor)
    assert isinstance(system, PhoneSystem)
    assert (system.key, system.vendor, system.title) == ("paris", vendor, VENDORS[vendor].title)
    assert inspect.iscoroutinefunction(system.probe)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_parts_of_a_system_do_what_their_protocols_say(vendor, build):
    system = build(vendor)
    wrong = [
        f"{part}.{name}"
        for part, protocol in _protocols().items()
        if (made := getattr(system, part)) is not None
        for name, wanted in _methods(protocol).items()
        if not _fits(made if name == "__call__" else getattr(made, name, None), wanted)
    ]
    assert wrong == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_system_with_a_feed_can_read_what_it_brings(vendor, build):
    system = build(vendor)
    assert system.feed is None or (system.parse is not None and system.feed.name != "push")


@pytest.mark.parametrize(
    ("vendor", "name", "operation"), OPERATIONS, ids=lambda part: str(part)[:40]
)
def test_every_operation_is_described_and_named(vendor, name, operation):
    assert operation.summary.endswith(".")
    assert len(operation.summary) > 10
    assert inspect.iscoroutinefunction(operation.call)
    hints = get_type_hints(operation.call)
    assert [each.name for each in operation.parameters if each.name not in hints] == []
    assert all(each.kind is not each.VAR_KEYWORD for each in operation.parameters)


@pytest.mark.parametrize("vendor", [name for name in VENDORS if VENDORS[name].operations])
async def test_every_operation_is_the_clients_own(vendor, build):
    client = build(vendor).client
    strangers = [
        name
        for name, operation in VENDORS[vendor].operations.items()
        if getattr(type(client), operation.call.__name__, None) is not operation.call
    ]
    assert strangers == []


def _protocols():
    """The part names of a system, each with its Protocol."""
    hints = get_type_hints(PhoneSystem)
    return {
        name: kind
        for name in hints
        for kind in get_args(hints[name])
        if getattr(kind, "_is_protocol", False)
    }


def _methods(protocol):
    names = [name for name in vars(protocol) if not name.startswith("_") or name == "__call__"]
    return {
        name: inspect.signature(vars(protocol)[name])
        for name in names
        if callable(vars(protocol)[name])
    }


def _fits(method, wanted):
    """Whether a method takes what its Protocol passes, in the same order."""
    if method is None:
        return False
    given = [each for each in inspect.signature(method).parameters.values()]
    asked = list(wanted.parameters)[1:]
    needed = [each.name for each in given if each.default is each.empty]
    return [each.name for each in given][: len(asked)] == asked and len(needed) <= len(asked)
