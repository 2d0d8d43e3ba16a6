"""What is asked when a connection stands and the request has not left yet."""

import asyncio

import aiohttp
import pytest

from bot.slack.departures import AskingRequest, TurnMissed, before_leaving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def heard():
    """What came over each connection, and where to connect to."""
    came = asyncio.Queue()

    async def answer(reader, writer):
        asked = b""
        while (line := await reader.readline()).strip():
            asked += line
        await came.put(asked)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield came, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.fixture
async def session():
    async with aiohttp.ClientSession(request_class=AskingRequest) as made:
        yield made


async def test_a_request_that_has_missed_its_turn_while_connecting_does_not_leave(heard, session):
    async def question():
        raise TurnMissed

    came, url = heard
    with pytest.raises(TurnMissed), before_leaving(question):
        await session.get(url)
    assert await came.get() == b""


async def test_a_request_that_may_leave_does(heard, session):
    asked = []

    async def question():
        asked.append(heard[0].qsize())

    with before_leaving(question):
        assert (await session.get(heard[1])).status == 200
    assert asked == [0]


async def test_other_requests_are_not_asked(heard, session):
    async def question():
        raise TurnMissed

    with before_leaving(question):
        pass
    assert (await session.get(heard[1])).status == 200
