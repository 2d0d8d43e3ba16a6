"""Both functions are spelt as in the document, at the address of each version."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

FIXTURES = Path(__file__).parent / "fixtures"


def documented(number):
    """The example URL in a fixture, taken apart; its secret left out."""
    [path] = FIXTURES.glob(f"{number}_*.json")
    return taken_apart(json.loads(path.read_text(encoding="utf-8"))["request"]["url"])


def taken_apart(url):
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("pin", "pwd")]
    return f"{parts.scheme}://{parts.netloc}{parts.path}", query


async def test_a_call_is_spelt_as_in_the_document(wire, wired):
    wire.replies(200)

    await wired().client.make_call(extension="100", number="15550123")

    [request] = wire.requests
    assert request.method == "GET"
    assert taken_apart(str(request.url)) == documented("01")
    assert str(request.url).endswith("&pin=canary100")


async def test_one_flag_is_spelt_as_in_the_document_with_both_names(wire, wired):
    wire.replies(200)

    await wired(url_style="v9_abyss").client.update_extension(
        extension="100", disable_external=False
    )

    assert taken_apart(str(wire.requests[0].url)) == documented("04")
    assert dict(parse_qsl(wire.requests[0].url.query.decode()))["pwd"] == "canary&console pass"


async def test_flags_can_be_combined_as_in_the_document(wire, wired):
    wire.replies(200)

    await wired(url_style="v9_iis").client.update_extension(
        extension="100", disable=False, disable_external=True, record_calls=True
    )

    address, query = documented("03")
    found_address, found_query = taken_apart(str(wire.requests[0].url))
    assert found_address == address
    assert [pair for pair in found_query if pair[0] != "ext_num"] == query


@pytest.mark.parametrize(
    ("style", "address"),
    [
        ("v10", "http://pbx.example.net:5000/ivr/PbxAPI.aspx"),
        ("v9_iis", "http://pbx.example.net:5484/PbxAPI.aspx"),
        ("v9_abyss", "http://pbx.example.net:5481/ivr/PbxAPI.aspx"),
    ],
)
async def test_each_version_has_its_address(style, address, wire, wired):
    wire.replies(200)

    await wired(url_style=style).client.make_call(extension="100", number="101")

    assert taken_apart(str(wire.requests[0].url))[0] == address


@pytest.mark.parametrize("number", ["+33123456789", "*98#", "a&func=upd_ext"])
async def test_a_number_arrives_as_it_is(number, simulator, simulated):
    await simulated().client.make_call(extension="0102", number=number)

    assert simulator.pbx.calls == [("0102", number)]
