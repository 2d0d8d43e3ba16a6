import pytest

from bot.adapters.axeos.call_addresses import KEPT, CallAddresses

BASE = "https://pbx.example.org/apis/pbx/"
DOCUMENTED = f"{BASE}call/17.48"


def test_a_call_that_was_never_given_an_address_has_the_documented_one():
    assert CallAddresses(BASE).address_of("17.48") == DOCUMENTED


@pytest.mark.parametrize(
    "location",
    [
        "/apis/pbx/call/control-9",
        "call/control-9",
        "https://pbx.example.org/apis/pbx/call/control-9",
        "https://pbx.example.org:443/apis/pbx/call/control-9?key=x#y",
        "//pbx.example.org/apis/pbx/call/control-9",
    ],
)
def test_a_given_address_on_the_pbx_is_followed(location):
    addresses = CallAddresses(BASE)

    addresses.remember("17.48", location)

    assert addresses.address_of("17.48") == f"{BASE}call/control-9"
    assert addresses.identifier_in(location) == "control-9"


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://elsewhere.example/apis/pbx/call/17.48",
        "http://pbx.example.org/apis/pbx/call/17.48",
        "https://pbx.example.org:8443/apis/pbx/call/17.48",
        "https://user@pbx.example.org/apis/pbx/call/17.48",
        "https://pbx.example.org/admin/delete",
        "../../admin/delete",
        "https://[",
        "https://pbx.example.org:port/",
    ],
)
def test_any_other_address_is_not_followed(location):
    addresses = CallAddresses(BASE)

    addresses.remember("17.48", location)

    assert addresses.address_of("17.48") == DOCUMENTED
    assert addresses.identifier_in(location) is None


def test_an_identifier_is_quoted():
    assert CallAddresses(BASE).address_of("a/b?c") == f"{BASE}call/a%2Fb%3Fc"


def test_only_the_latest_calls_are_remembered():
    addresses = CallAddresses(BASE)

    for number in range(KEPT + 1):
        addresses.remember(str(number), f"call/given-{number}")

    assert addresses.address_of("0") == f"{BASE}call/0"
    assert addresses.address_of("1") == f"{BASE}call/given-1"
    assert addresses.address_of(str(KEPT)) == f"{BASE}call/given-{KEPT}"
