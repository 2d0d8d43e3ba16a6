"""An order is repeated only where a redirect is sure not to have done it, and never elsewhere."""

import json
from pathlib import Path

import httpx
import pytest

from bot.adapters.threecx_legacy import OPERATIONS
from bot.adapters.threecx_legacy.redirects import followed_to
from bot.adapters.threecx_legacy.simulated_pbx import Manner
from bot.telephony.errors import OutcomeUnknown, Refused

FIXTURES = Path(__file__).parent / "fixtures"
PAGE = "/PbxAPI.aspx"
ASKED = f"http://pbx.example.net:5484{PAGE}"

ORDERS = {
    "make_call": {"extension": "100", "number": "101"},
    "upd_ext": {"extension": "100", "disable": True},
}


async def order(system, name):
    await OPERATIONS[name].call(system.client, **ORDERS[name])


async def call(system):
    await order(system, "make_call")


def moved(folder, status=302):
    """A redirect to another folder that repeats what was asked, order and all."""
    return lambda request: httpx.Response(
        status, headers={"location": f"{folder}{request.url.raw_path.decode()}"}
    )


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/ivr/PbxAPI.aspx", "http://pbx.example.net:5484/ivr/PbxAPI.aspx"),
        ("ivr/pbxapi.aspx?x=1#top", "http://pbx.example.net:5484/ivr/pbxapi.aspx?x=1"),
        ("/(S(abc))/PbxAPI.aspx", "http://pbx.example.net:5484/(S(abc))/PbxAPI.aspx"),
        (
            "HTTP://PBX.example.net:5484/ivr/PbxAPI.aspx",
            "http://pbx.example.net:5484/ivr/PbxAPI.aspx",
        ),
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
        ASKED,
        PAGE,
        "HTTP://PBX.example.net:5484/pbxapi.ASPX?x=1#top",
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


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/ivr/PbxAPI.aspx/", "/ivr/PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx/", "PbxAPI.aspx"),
        ("/ivr//PbxAPI.aspx", "/ivr/PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx", "//pbx.example.net:5484//ivr//pbxapi.aspx"),
        ("/ivr/PbxAPI.aspx", "/ivr/%2e/PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx", "/ivr/x/%2e%2e/PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx", "/ivr/PbxAPI.aspx/PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx", "/ivr/..%5Civr/PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx", "/ivr./PbxAPI.aspx"),
        ("/ivr/PbxAPI.aspx", "/ivr%20/PbxAPI.aspx"),
    ],
)
def test_no_spelling_of_the_page_that_was_asked_is_another_page(asked, location):
    assert followed_to(f"http://pbx.example.net:5484{asked}", location) is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_a_location_that_holds_the_very_order_is_asked(name, status, wire, wired):
    wire.answers.append(moved("/(S(7))", status))
    wire.replies(200, "OK")

    await order(wired(url=ASKED), name)

    first, second = wire.requests
    assert (second.method, second.content) == ("GET", b"")
    assert second.url.path == "/(S(7))/PbxAPI.aspx"
    assert second.url.params == first.url.params


async def test_the_sample_of_a_redirect_is_followed(wire, wired):
    sample = json.loads((FIXTURES / "05_redirect_then_ok.json").read_text())["response"]
    location = sample["headers"]["Location"].replace("<secret>", "canary100")
    wire.replies(sample["status"], location=location)
    wire.replies(200)

    await call(wired(url=ASKED))

    assert str(wire.requests[1].url) == f"http://pbx.example.net:5484{location}"


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("location", [f"/ivr{PAGE}", f"https://pbx.example.net{PAGE}"])
@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_a_form_is_posted_again_where_a_redirect_keeps_it(
    name, location, status, wire, wired
):
    wire.replies(status, location=location)
    wire.replies(200, "OK")

    await order(wired(url=ASKED, method="post"), name)

    first, second = wire.requests
    assert second.method == "POST"
    assert second.content == first.content
    assert second.url == httpx.URL(ASKED).join(location)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(ORDERS))
@pytest.mark.parametrize(
    "query",
    [
        "result=ok",
        "func=make_call&from=0101&to=999&pin=zz",
        "func=make_call&from=100&to=999&pin=canary100",
        "func=make_call&from=100&to=101&pin=canary100&result=ok",
        "func=make_call&from=100&to=101&pin=canary100&to=102",
        "func=make_call&from=100&to=101",
        "func=upd_ext&ext_num=100&extnum=100&pwd=canary%26console+pass&disable=0",
        "func=upd_ext&ext_num=100&extnum=100&pwd=canary%26console+pass&disable=1&record_calls=1",
    ],
)
async def test_an_order_is_not_repeated_where_a_location_says_anything_else(
    query, name, method, status, wire, wired
):
    wire.replies(status, location=f"{PAGE}?{query}")

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        await order(wired(url=ASKED, method=method), name)

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("method", "status"),
    [("get", status) for status in (301, 302, 303, 307, 308)]
    + [("post", status) for status in (301, 302, 303)],
)
@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_an_order_is_not_repeated_where_only_a_page_is_named(
    name, method, status, wire, wired
):
    wire.replies(status, location=f"/ivr{PAGE}")

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        await order(wired(url=ASKED, method=method), name)

    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("path", [PAGE, "/pbxapi.aspx"])
@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_an_order_is_not_repeated_where_it_was_just_sent(name, path, status, wire, wired):
    wire.answers.append(
        lambda request: httpx.Response(
            status, headers={"location": str(request.url.copy_with(path=path))}
        )
    )

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        await order(wired(url=ASKED), name)

    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_a_form_is_not_posted_twice_to_one_address(name, status, wire, wired):
    wire.replies(status, location=ASKED)

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        await order(wired(url=ASKED, method="post"), name)

    assert len(wire.requests) == 1


async def test_a_call_is_placed_once_by_a_system_that_sends_back(simulated, simulator):
    simulator.pbx.manner = Manner.SENT_BACK

    with pytest.raises(OutcomeUnknown, match="it may have happened"):
        await call(simulated())

    assert simulator.pbx.calls == [("100", "101")]


@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_see_other_means_done_even_where_the_location_holds_the_order(name, wire, wired):
    wire.answers.append(moved("/(S(7))", 303))

    with pytest.raises(OutcomeUnknown):
        await order(wired(url=ASKED), name)

    assert len(wire.requests) == 1


async def test_a_location_too_long_to_be_asked_is_not_followed(wire, wired):
    wire.answers.append(moved("/" + "a" * 65_460))
    wire.replies(200)

    with pytest.raises(OutcomeUnknown):
        await call(wired(url=ASKED))

    assert len(wire.requests) == 1


async def test_a_second_redirect_is_not_followed(wire, wired):
    wire.answers.append(moved("/ivr"))

    with pytest.raises(OutcomeUnknown):
        await call(wired(url=ASKED))

    assert len(wire.requests) == 2


@pytest.mark.parametrize("lost", [httpx.ConnectError, httpx.ReadTimeout])
async def test_an_order_lost_behind_a_redirect_may_have_happened(lost, wire, wired):
    wire.answers.append(moved("/ivr"))
    wire.fails(lost)

    with pytest.raises(OutcomeUnknown):
        await call(wired(url=ASKED))

    assert len(wire.requests) == 2


async def test_a_complaint_behind_a_redirect_is_a_refusal(wire, wired):
    wire.answers.append(moved("/ivr"))
    wire.replies(200, "Invalid PIN")

    with pytest.raises(Refused, match="Invalid PIN"):
        await call(wired(url=ASKED))
