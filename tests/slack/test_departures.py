"""What is asked when nothing is left but to write the request."""

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
        await session.post(url, data=b"a")
    assert await came.get() == b""


async def test_neither_does_one_that_has_no_body(heard, session):
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
        assert (await session.post(heard[1], data=b"a")).status == 200
    assert asked == [0]


async def test_other_requests_are_not_asked(heard, session):
    async def question():
        raise TurnMissed

    with before_leaving(question):
        pass
    assert (await session.post(heard[1], data=b"a")).status == 200


async def test_nothing_comes_between_the_question_and_the_first_byte(heard):
    happened = []

    async def question():
        happened.append("asked")

    async def other_work_waits(*_):
        asyncio.get_running_loop().call_soon(happened.append, "other work")

    async def written(*_):
        happened.append("written")

    traced = aiohttp.TraceConfig()
    traced.on_connection_create_end.append(other_work_waits)
    traced.on_request_chunk_sent.append(written)
    kinds = {"request_class": AskingRequest, "trace_configs": [traced]}
    async with aiohttp.ClientSession(**kinds) as session:
        with before_leaving(question):
            await session.post(heard[1], data=b"a")
    asked = happened.index("asked")
    assert happened[asked : asked + 2] == ["asked", "written"]
    assert "other work" in happened
