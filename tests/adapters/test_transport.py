"""What becomes of a request to a phone system, whatever happens on the wire."""

import asyncio
import logging
import socket
import ssl
from types import FunctionType

import httpx
import pytest
import stamina

from bot.adapters import transport as module
from bot.adapters.transport import READ_ATTEMPTS, Transport, unexpected
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    PhoneSystemError,
    UnexpectedReply,
    Unreachable,
)

URL = "https://pbx.example/canary-key/api?key=canary"


@pytest.fixture(autouse=True)
def _reads_are_repeated_at_once():
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def wired():
    """A transport whose answers the test makes; ``asked`` are the requests that it got."""
    clients = []

    def made(answer):
        asked = []

        async def handle(request):
            asked.append(request)
            given = answer(len(asked)) if isinstance(answer, FunctionType) else answer
            if isinstance(given, type):
                raise given("canary", request=request)
            return given

        http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
        clients.append(http)
        return Transport("paris", http), asked

    yield made
    for client in clients:
        await client.aclose()


NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
LOST = (httpx.ReadTimeout, httpx.ReadError, httpx.WriteTimeout, httpx.RemoteProtocolError)


async def test_an_answer_is_handed_over_whatever_its_status(wired):
    transport, asked = wired(
        httpx.Response(418, text="x", headers={"content-type": "Text/HTML; a"})
    )
    reply = await transport.read("tea", "GET", URL)
    assert (reply.status, reply.text, reply.content_type) == (418, "x", "text/html")
    assert len(asked) == 1
    assert "b'x'" not in repr(reply)


@pytest.mark.parametrize("error", NEVER_SENT)
async def test_what_was_never_sent_is_unreachable(wired, error):
    transport, asked = wired(error)
    with pytest.raises(Unreachable, match="paris cannot be reached") as raised:
        await transport.send("a call", "POST", URL)
    assert len(asked) == 1
    assert ("no connection in time" in str(raised.value)) == (error is httpx.ConnectTimeout)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ConnectionRefusedError("canary"), ": connection refused."),
        (ExceptionGroup("canary", [OSError(), ConnectionRefusedError()]), ": connection refused."),
        (socket.gaierror(-2, "canary"), ": its name cannot be looked up."),
        (
            ssl.SSLCertVerificationError("canary"),
            ": its certificate is not trusted (see verify_tls).",
        ),
        (ssl.SSLError(1, "canary"), ": no encrypted connection."),
        (OSError("canary"), "."),
    ],
    ids=lambda of: type(of).__name__,
)
async def test_why_there_was_no_connection_is_told_in_our_words(wired, cause, words):
    def refuse(_):
        try:
            raise OSError("canary") from cause
        except OSError as between:
            raise httpx.ConnectError("canary") from between

    transport, _ = wired(refuse)
    with pytest.raises(Unreachable) as raised:
        await transport.send("a call", "POST", URL)
    assert str(raised.value) == f"paris cannot be reached{words}"


@pytest.mark.parametrize("error", LOST)
async def test_an_order_whose_answer_is_lost_may_have_happened_and_is_not_repeated(wired, error):
    transport, asked = wired(error)
    with pytest.raises(OutcomeUnknown, match="it may have happened all the same"):
        await transport.send("a call", "POST", URL)
    assert len(asked) == 1


@pytest.mark.parametrize("error", [*NEVER_SENT, *LOST])
async def test_a_question_is_asked_twice_and_then_given_up(wired, error):
    transport, asked = wired(error)
    with pytest.raises(Unreachable):
        await transport.read("the queues", "GET", URL)
    assert len(asked) == 2


async def test_a_question_that_is_answered_at_last_is_answered(wired):
    transport, asked = wired(lambda n: httpx.ReadTimeout if n == 1 else httpx.Response(200))
    assert (await transport.read("the queues", "GET", URL)).status == 200
    assert len(asked) == 2


@pytest.mark.parametrize("way", ["read", "send"])
async def test_a_key_that_is_not_accepted_is_told_and_not_tried_again(wired, way):
    transport, asked = wired(httpx.Response(401))
    with pytest.raises(BadCredentials, match="paris does not accept our credentials"):
        await getattr(transport, way)("x", "GET", URL)
    assert len(asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 599])
async def test_an_error_inside_the_system_may_have_come_after_the_effect(wired, status):
    transport, _ = wired(httpx.Response(status))
    with pytest.raises(OutcomeUnknown):
        await transport.send("a call", "POST", URL)
    reply = await transport.send("a call", "POST", URL, refusals=frozenset({status}))
    assert reply.status == status


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_system_that_is_away_is_asked_again_and_then_unreachable(wired, status):
    transport, asked = wired(httpx.Response(status))
    with pytest.raises(Unreachable, match="out of service at the moment"):
        await transport.read("x", "GET", URL)
    assert len(asked) == READ_ATTEMPTS


async def test_another_error_of_a_question_is_for_the_adapter_to_read(wired):
    transport, asked = wired(httpx.Response(500))
    assert (await transport.read("x", "GET", URL)).status == 500
    assert len(asked) == 1


@pytest.mark.parametrize("answer", [*NEVER_SENT, *LOST, httpx.Response(401), httpx.Response(500)])
async def test_no_error_and_no_log_line_holds_the_address(wired, answer, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    transport, _ = wired(answer)
    with pytest.raises(PhoneSystemError) as caught:
        await transport.send("a call", "POST", URL)
    behind = (caught.value.__cause__, caught.value.__context__)
    assert [type(error) for error in behind if error is not None] == []
    assert "canary" not in f"{caught.value!r} {caught.value.args} {caplog.text}"
    assert caplog.records


async def test_an_address_that_is_none_is_translated_too(wired):
    transport, _ = wired(httpx.Response(200))
    with pytest.raises(PhoneSystemError):
        await transport.send("a call", "POST", "https://pbx.example:canary/")


async def test_one_request_at_a_time_except_a_long_poll(wired):
    inside, most = 0, 0

    async def handle(request):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        transport = Transport("paris", http)
        await asyncio.gather(*(transport.read("x", "GET", URL) for _ in range(3)))
        assert most == 1
        beside = transport.read("news", "GET", URL, alone=False)
        await asyncio.gather(beside, transport.read("x", "GET", URL))
        assert most == 2


async def test_a_hanging_request_is_reported_to_those_behind_it(monkeypatch):
    async def hang(request):
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "TURN_SECONDS", 0.01)
    async with httpx.AsyncClient(transport=httpx.MockTransport(hang)) as http:
        transport = Transport("paris", http)
        first = asyncio.ensure_future(transport.send("a call", "POST", URL))
        await asyncio.sleep(0)
        with pytest.raises(Unreachable, match="still busy with an earlier request"):
            await transport.send("a call", "POST", URL)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


class Trickle(httpx.AsyncByteStream):
    """A body that never ends, and never lets anybody wait for long."""

    async def __aiter__(self):
        while True:
            yield b" "
            await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("way", "error", "times"), [("read", Unreachable, READ_ATTEMPTS), ("send", OutcomeUnknown, 1)]
)
async def test_an_answer_that_never_ends_is_a_lost_one(wired, way, error, times, caplog):
    caplog.set_level(logging.INFO, logger="bot")
    transport, asked = wired(lambda n: httpx.Response(200, stream=Trickle()))
    async with asyncio.timeout(5):
        with pytest.raises(error, match="paris did not answer"):
            await getattr(transport, way)("a call", "POST", URL, timeout=0.01)
    assert len(asked) == times
    assert "canary" not in caplog.text


async def test_an_order_whose_time_is_up_as_a_whole_may_have_happened():
    """The client says nothing of how far it got when the time is up: the worst is assumed."""

    async def hang(request):
        await asyncio.Event().wait()

    async with httpx.AsyncClient(transport=httpx.MockTransport(hang), timeout=0.01) as http:
        async with asyncio.timeout(5):
            with pytest.raises(OutcomeUnknown):
                await Transport("paris", http).send("a call", "POST", URL)


async def test_after_an_answer_that_never_ended_the_next_request_has_its_turn(wired):
    transport, _ = wired(lambda n: httpx.Response(200, stream=Trickle() if n == 1 else None))
    async with asyncio.timeout(5):
        with pytest.raises(OutcomeUnknown):
            await transport.send("a call", "POST", URL, timeout=0.01)
        assert (await transport.send("a call", "POST", URL)).status == 200


async def test_a_long_poll_is_waited_for_as_long_as_it_may_take():
    async def hold(request):
        await asyncio.sleep(0.2)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(hold)) as http:
        patient = httpx.Timeout(0.01, read=5)
        reply = await Transport("paris", http).read(
            "its events", "GET", URL, alone=False, timeout=patient
        )
    assert reply.status == 200


async def test_a_request_without_limits_has_none(wired):
    transport, _ = wired(httpx.Response(200))
    assert (await transport.read("x", "GET", URL, timeout=None)).status == 200


def test_an_answer_that_cannot_be_read_is_named_by_its_question():
    error = unexpected("paris", "the queues")
    assert isinstance(error, UnexpectedReply)
    assert str(error) == "paris gave an answer about the queues that cannot be read."
