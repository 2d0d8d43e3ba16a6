"""A body has a size and a time; who holds back its very first byte is not waited for."""

import asyncio

import pytest

from webhooks import bodies
from webhooks.bodies import BodyReader, OtherProtocol, TooLarge, TooSlow


def arriving(*chunks):
    """``receive`` of a body in ``chunks``; after the last one nothing ever comes."""
    waiting = list(chunks)

    async def receive():
        if not waiting:
            await asyncio.Event().wait()
        chunk = waiting.pop(0)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting) or chunk == b"-"}

    return receive


@pytest.mark.parametrize("chunks", [(b"whole",), (b"wh", b"ol", b"e"), (b"", b"whole")])
async def test_a_body_comes_whole_however_it_is_cut(chunks):
    assert await BodyReader().read({}, arriving(*chunks)) == b"whole"


@pytest.mark.parametrize("chunks", [(), (b"-",)])
async def test_a_sender_that_stops_is_not_waited_for(monkeypatch, chunks):
    monkeypatch.setattr(bodies, "SLOWEST_SECONDS", 0.01)
    monkeypatch.setattr(bodies, "LOOK_SECONDS", 0.01)
    reader = BodyReader()
    for _ in range(2):  # its looks stop when nothing is read, and begin again
        with pytest.raises(TooSlow):
            async with asyncio.timeout(5):
                await reader.read({}, arriving(*chunks))
        await asyncio.sleep(0.03)
    assert await reader.read({}, arriving(b"whole")) == b"whole"


async def test_who_is_cancelled_while_a_body_is_late_stays_cancelled(monkeypatch):
    monkeypatch.setattr(bodies, "SLOWEST_SECONDS", 0.0)
    monkeypatch.setattr(bodies, "LOOK_SECONDS", 0.0)
    reading = asyncio.ensure_future(BodyReader().read({}, arriving()))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_a_sender_that_goes_away_is_not_waited_for():
    with pytest.raises(TooSlow):
        await BodyReader().read({}, arriving(b"-", None))


async def test_no_more_is_read_than_is_taken():
    with pytest.raises(TooLarge):
        await BodyReader().read({}, arriving(b"12345", b"67890", b"-"), largest=8)


async def test_a_declared_size_is_believed_before_anything_is_read():
    headers = {b"content-length": b"9"}
    with pytest.raises(TooLarge):
        await BodyReader().read(headers, arriving(), largest=8)


async def test_a_body_that_the_server_left_unread_is_not_taken_for_an_empty_one():
    """So it does for a client that would rather speak HTTP/2."""
    with pytest.raises(OtherProtocol):
        await BodyReader().read({b"upgrade": b"h2c"}, arriving(b""))


async def test_a_body_that_the_server_reads_all_the_same_is_taken():
    assert await BodyReader().read({b"upgrade": b"h2c"}, arriving(b"x")) == b"x"
