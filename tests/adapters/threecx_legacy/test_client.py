"""Both functions: what each kind of answer becomes."""

import httpx
import pytest

from bot.adapters.simulation import Fault
from bot.adapters.threecx_legacy import OPERATIONS
from bot.adapters.threecx_legacy.simulated_pbx import Manner, Spelling
from bot.adapters.threecx_legacy.simulator import YELLOW_PAGE
from bot.telephony.errors import BadCredentials, NotSent, OutcomeUnknown, Refused, Unreachable

ARGUMENTS = {
    "make_call": {"extension": "100", "number": "15550123"},
    "upd_ext": {"extension": "100", "record_calls": True},
}
BOTH = sorted(ARGUMENTS)


async def run(system, name):
    return await OPERATIONS[name].call(system.client, **ARGUMENTS[name])


def done(simulator):
    """Whether one of the two orders took effect."""
    return bool(simulator.pbx.calls) or simulator.pbx.extensions["100"].record_calls


def test_both_functions_are_changes_with_a_summary():
    assert OPERATIONS.keys() == ARGUMENTS.keys()
    assert all(op.changes and op.summary.endswith(".") for op in OPERATIONS.values())


@pytest.mark.parametrize("name", BOTH)
async def test_an_order_can_be_posted_as_a_form(name, simulator, simulated):
    await run(simulated(method="post"), name)

    [seen] = simulator.simulation.requests
    assert (seen.method, seen.query) == ("POST", "")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert done(simulator)


@pytest.mark.parametrize("spelling", list(Spelling))
@pytest.mark.parametrize("method", ["get", "post"])
async def test_servers_that_read_one_spelling_alone_are_served(
    spelling, method, simulator, simulated
):
    simulator.pbx.spelling = spelling

    await run(simulated(method=method), "upd_ext")

    assert simulator.pbx.extensions["100"].record_calls


@pytest.mark.parametrize("manner", [Manner.EMPTY, Manner.HTML])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", BOTH)
async def test_each_manner_of_saying_yes_is_a_success(name, method, manner, simulator, simulated):
    simulator.pbx.manner = manner

    assert await run(simulated(method=method), name) is None

    assert done(simulator)
    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize("name", BOTH)
async def test_a_redirect_with_the_order_in_it_is_followed(name, simulator, simulated):
    simulator.pbx.manner = Manner.REDIRECT

    assert await run(simulated(), name) is None

    assert done(simulator)
    assert len(simulator.simulation.requests) == 2


@pytest.mark.parametrize("name", BOTH)
async def test_a_form_behind_a_redirect_without_the_order_is_not_posted_again(
    name, simulator, simulated
):
    simulator.pbx.manner = Manner.REDIRECT

    with pytest.raises(OutcomeUnknown):
        await run(simulated(method="post"), name)

    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize("value", ["1" * 70_000, "1" * 65_500, "1\udcff"], ids=len)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "argument"), [("make_call", "number"), ("upd_ext", "extension")])
async def test_what_fits_into_no_request_is_refused_and_not_sent(
    name, argument, method, value, wire, wired
):
    client = wired(method=method).client

    with pytest.raises(NotSent, match="Nothing was sent"):
        await OPERATIONS[name].call(client, **(ARGUMENTS[name] | {argument: value}))

    assert wire.requests == []


@pytest.mark.parametrize("name", BOTH)
async def test_an_error_page_with_status_200_is_a_refusal(name, simulator, simulated):
    simulator.pbx.manner = Manner.ERROR_PAGE

    with pytest.raises(Refused, match=r"^attic refused: Operation failed\.$"):
        await run(simulated(), name)

    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize("name", BOTH)
async def test_the_yellow_page_leaves_the_outcome_unknown(name, simulator, simulated):
    simulator.pbx.manner = Manner.YELLOW_PAGE

    with pytest.raises(OutcomeUnknown):
        await run(simulated(), name)

    assert len(simulator.simulation.requests) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", BOTH)
async def test_an_order_is_sent_once_whatever_happens(name, method, fault, simulator, simulated):
    expected = {
        Fault.EMPTY: None,
        Fault.HTML: Refused,
        Fault.REFUSE_KEY: BadCredentials,
    }.get(fault, OutcomeUnknown)
    simulator.simulation.order(fault, times=99)

    if expected is None:
        await run(simulated(method=method), name)
    else:
        with pytest.raises(expected):
            await run(simulated(method=method), name)

    assert len(simulator.simulation.requests) == 1
    assert done(simulator) == (fault in (Fault.HANG_AFTER, Fault.ERROR_AFTER))


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("lost", "error"), [(httpx.ConnectTimeout, Unreachable), (httpx.ReadTimeout, OutcomeUnknown)]
)
async def test_a_lost_answer_is_not_called_a_failure(name, lost, error, wire, wired):
    wire.fails(lost)

    with pytest.raises(error):
        await run(wired(), name)

    assert len(wire.requests) == 1


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "attic refused: status 400."),
        (403, "attic does not allow us to do that."),
        (404, "attic has no HTTP API at this address: check url_style and url."),
        (405, "attic refused: status 405."),
    ],
)
async def test_each_refusing_status_has_its_sentence(name, status, text, wire, wired):
    wire.replies(status, "<h1>canary100</h1>")

    with pytest.raises(Refused) as caught:
        await run(wired(), name)

    assert str(caught.value) == text


@pytest.mark.parametrize("name", BOTH)
async def test_a_wrong_secret_is_a_refusal_with_the_systems_words(name, simulator, simulated):
    system = simulated(pins={"100": "wrong"}, console_password="wrong")

    with pytest.raises(Refused, match=r"^attic refused: (Invalid extension or PIN|Access denied)"):
        await run(system, name)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\r\n",
        "OK",
        "Call placed, no error",
        "0 errors",
        "<html><head><title>3CX</title></head><body>Done</body></html>",
        "<html><script>var error = 'invalid';</script><body>Done</body></html>",
        f"<html><title>Manual</title><body>{'If a call failed, dial again. ' * 20}</body></html>",
        "\xe9tabli".encode("latin-1"),
    ],
)
async def test_a_body_without_a_complaint_is_a_yes(body, wire, wired):
    wire.replies(200, body, content_type="text/html")

    await run(wired(), "make_call")

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Invalid PIN.", "attic refused: Invalid PIN."),
        ("<html><body><b>Call</b> failed</body></html>", "attic refused: Call failed."),
        ("The PIN canary100 is wrong", "attic refused."),
        ("Error at C:\\Program Files\\3CX", "attic refused."),
        ("Error: SQL said no", "attic refused."),
        ("Error " + "x" * 200, "attic refused."),
        (
            f"<title>Error</title><body>{'long ' * 100}</body>",
            "attic refused: Error.",
        ),
        (YELLOW_PAGE, "attic showed an error page instead of doing it."),
        (
            "<form>Please log in</form>",
            "attic showed a log-in page instead of doing it: check the url.",
        ),
    ],
)
async def test_a_complaint_inside_a_200_is_a_refusal(body, text, wire, wired):
    wire.replies(200, body, content_type="text/html")

    with pytest.raises(Refused) as caught:
        await run(wired(), "make_call")

    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("body", "kind"), [('{"ok": true}', "application/json"), ("\x00\x01\x02", "text/html")]
)
async def test_what_no_page_would_say_leaves_the_outcome_unknown(body, kind, wire, wired):
    wire.replies(200, body, content_type=kind)

    with pytest.raises(OutcomeUnknown):
        await run(wired(), "make_call")


async def test_an_extension_without_a_pin_is_refused_before_anything_is_sent(wire, wired):
    with pytest.raises(Refused, match=r"an admin can set systems\.attic\.pins\.101\."):
        await wired().client.make_call(extension="101", number="15550123")

    assert wire.requests == []


async def test_switches_without_a_console_password_are_refused_with_the_key_to_set(wire, wired):
    with pytest.raises(Refused, match=r"systems\.attic\.console_password"):
        await run(wired(console_password=None), "upd_ext")

    assert wire.requests == []


async def test_an_update_of_nothing_is_refused(wire, wired):
    with pytest.raises(Refused, match="disable, disable_external, record_calls"):
        await wired().client.update_extension(extension="100")

    assert wire.requests == []
