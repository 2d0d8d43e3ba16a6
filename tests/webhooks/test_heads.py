"""The head of a request has its time: who says nothing, or half of it, is not waited for."""

import asyncio

import pytest
import uvicorn
from support.clocks import FixedClock
from support.serving import socket_file

from bot.cli.serving import uvicorn_config
from webhooks.heads import LARGEST_HEAD, SLOWEST_SECONDS, awaiting_heads

WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def arrived():
    """What was written, or closed, comes to the other side, which is on the same loop."""
    for _ in range(20):
        await asyncio.sleep(0)


class Server:
    """A server that answers when it is ``let``, and clients of it that say something."""

    def __init__(self, path):
        self.path, self.let, self.clock = path, asyncio.Event(), FixedClock()
        self.let.set()
        self.writers = []

    async def __call__(self, scope, receive, send):
        await self.let.wait()
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    async def client(self, *said):
        reader, writer = await asyncio.open_unix_connection(str(self.path))
        self.writers.append(writer)
        for each in said:
            writer.write(each)
            if each == WHOLE and self.let.is_set():
                await reader.readuntil(b"ok")
        await arrived()
        return reader, writer

    async def say(self, client, more):
        client[1].write(more)
        await client[1].drain()

    async def is_open(self, client):
        """Whether the server has not closed it."""
        await arrived()
        return not client[0].at_eof()


@pytest.fixture
async def server(tmp_path):
    app = Server(tmp_path / "server")
    config = uvicorn_config(app)
    config.load()
    running = uvicorn.Server(config)
    running.lifespan = config.lifespan_class(config)
    with socket_file(app.path) as listening:
        await running.startup(sockets=[listening])
        async with awaiting_heads(running, app.clock):
            yield app
        app.let.set()
        for writer in app.writers:
            writer.close()
            await writer.wait_closed()
        await running.shutdown(sockets=[listening])


@pytest.mark.parametrize(
    "said",
    [(), (b"POST /phone/do",), (b"GET / HTTP/1.1\r\nHost: x\r\n",), (WHOLE, b"GET / HT")],
    ids=["nothing", "half a line", "half a head", "half of the second"],
)
async def test_a_client_that_says_no_more_is_not_waited_for(server, said):
    client = await server.client(*said)
    await server.clock.advance(SLOWEST_SECONDS - 1)
    assert await server.is_open(client)
    await server.clock.advance(2)
    assert not await server.is_open(client)


async def test_a_head_that_comes_drop_by_drop_has_no_more_time(server):
    client = await server.client(b"GET / HTTP/1.1\r\n")
    for _ in range(int(SLOWEST_SECONDS)):
        client[1].write(b"X: y\r\n")
        await server.clock.advance(1)
    await server.clock.advance(1)
    assert not await server.is_open(client)


@pytest.mark.parametrize(
    "said",
    [
        b"GET /%s HTTP/1.1\r\n" % (b"y" * LARGEST_HEAD),
        b"GET / HTTP/1.1\r\nX: %s" % (b"y" * LARGEST_HEAD),
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (LARGEST_HEAD // 6),
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
        + b"X: y\r\n" * (LARGEST_HEAD // 6),
    ],
    ids=["its line", "one header", "many headers", "headers behind the body"],
)
async def test_a_head_that_has_no_end_is_not_kept(server, said):
    server.let.clear()
    client = await server.client(said[:100])
    await server.say(client, said[100:] + b"y" * 1000)
    assert (await client[0].readline()).startswith(b"HTTP/1.1 400")
    assert (await client[0].read()).endswith(b"The head of the request is too large.")


async def test_a_body_is_no_part_of_the_head(server):
    size = 10 * LARGEST_HEAD
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size
    client = await server.client(head)
    await server.say(client, b"y" * size)
    await server.say(client, WHOLE)
    assert (await client[0].readuntil(b"ok")).startswith(b"HTTP/1.1 200")
    assert (await client[0].readuntil(b"ok")).startswith(b"HTTP/1.1 200")


async def test_an_answer_that_takes_long_is_waited_for(server):
    server.let.clear()
    client = await server.client(WHOLE)
    await server.clock.advance(10 * SLOWEST_SECONDS)
    assert await server.is_open(client)
    server.let.set()
    assert (await client[0].readuntil(b"ok")).startswith(b"HTTP/1.1 200")


async def test_a_connection_that_is_used_stays(server):
    client = await server.client(WHOLE)
    for _ in range(5):
        client[1].write(WHOLE[:9])
        await arrived()
        await server.clock.advance(SLOWEST_SECONDS - 1)
        client[1].write(WHOLE[9:])
        await client[0].readuntil(b"ok")
    assert await server.is_open(client)
