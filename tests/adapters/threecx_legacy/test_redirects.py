"""A redirect is followed once, and never takes a secret anywhere else."""

import httpx
import pytest

from bot.adapters.threecx_legacy.redirects import followed_to
from bot.telephony.errors import OutcomeUnknown, Refused

ASKED = "http://pbx.example.net:5484/PbxAPI.aspx"


async def call(system):
    await system.client.make_call(extension="100", number="101")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/ivr/PbxAPI.aspx", "http://pbx.example.net:5484/ivr/PbxAPI.aspx"),
        ("pbxapi.aspx?x=1#top", "http://pbx.example.net:5484/pbxapi.aspx?x=1"),
        ("/(S(abc))/PbxAPI.aspx", "http://pbx.example.net:5484/(S(abc))/PbxAPI.aspx"),
        (ASKED, ASKED),
        ("HTTP://PBX.example.net:5484/PbxAPI.aspx", ASKED),
        ("https://pbx.example.net/PbxAPI.aspx", "https://pbx.example.net/PbxAPI.aspx"),
    ],
)
def test_the_same_page_on_the_same_machine_is_followed(location, target):
    assert str(followed_to(ASKED, location)) == target


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/",
        "/login.aspx?ReturnUrl=/PbxAPI.aspx",
        "/error.html?aspxerrorpath=/PbxAPI.aspx",
        "http://elsewhere.example/PbxAPI.aspx",
        "//elsewhere.example/PbxAPI.aspx",
        "http://pbx.example.net.evil.example:5484/PbxAPI.aspx",
        "http://pbx.example.net@evil.example:5484/PbxAPI.aspx",
        "http://user@pbx.example.net:5484/PbxAPI.aspx",
        "http://pbx.example.net:8080/PbxAPI.aspx",
        "ftp://pbx.example.net:5484/PbxAPI.aspx",
        "http://[/PbxAPI.aspx",
        "http://pbx.example.net:99999999/PbxAPI.aspx",
        "/\x00PbxAPI.aspx",
    ],
)
async def test_any_other_redirect_is_not_followed(location, wire, wired):
    assert followed_to(ASKED, location) is None
    wire.answers.append(lambda request: httpx.Response(302, headers={"location": location}))

    with pytest.raises(OutcomeUnknown):
        await call(wired(url=ASKED))

    assert len(wire.requests) == 1


def test_an_encrypted_address_is_not_left():
    assert followed_to("https://pbx.example.net/PbxAPI.aspx", ASKED) is None


@pytest.mark.parametrize("method", ["get", "post"])
async def test_the_order_is_repeated_in_the_same_way(method, wire, wired):
    wire.replies(302, location="/ivr/PbxAPI.aspx?session=7")
    wire.replies(200, "OK")

    await call(wired(url=ASKED, method=method))

    first, second = wire.requests
    assert second.method == first.method
    assert second.content == first.content
    assert second.url.path == "/ivr/PbxAPI.aspx"
    assert second.url.params["session"] == "7"
    assert second.url.params.remove("session") == first.url.params


async def test_a_location_that_repeats_the_order_does_not_double_its_parameters(wire, wired):
    wire.answers.append(
        lambda request: httpx.Response(
            302, headers={"location": f"/ivr{request.url.raw_path.decode()}"}
        )
    )
    wire.replies(200)

    await call(wired(url=ASKED))

    assert wire.requests[1].url.params == wire.requests[0].url.params


async def test_a_second_redirect_is_not_followed(wire, wired):
    wire.replies(302, location="/ivr/PbxAPI.aspx")

    with pytest.raises(OutcomeUnknown):
        await call(wired())

    assert len(wire.requests) == 2


@pytest.mark.parametrize("lost", [httpx.ConnectError, httpx.ReadTimeout])
async def test_an_order_lost_behind_a_redirect_may_have_happened(lost, wire, wired):
    wire.replies(302, location="/ivr/PbxAPI.aspx")
    wire.fails(lost)

    with pytest.raises(OutcomeUnknown):
        await call(wired())

    assert len(wire.requests) == 2


async def test_a_complaint_behind_a_redirect_is_a_refusal(wire, wired):
    wire.replies(302, location="/ivr/PbxAPI.aspx")
    wire.replies(200, "Invalid PIN")

    with pytest.raises(Refused, match="Invalid PIN"):
        await call(wired())
