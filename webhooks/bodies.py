"""Reads request bodies with a limit on size and on time."""

import asyncio

from starlette.types import Receive, Scope

LARGEST_BODY = 1024 * 1024
LONGEST_LENGTH = 15
"""Digits of a declared size; Python refuses to read numbers of thousands of digits."""
SLOWEST_SECONDS = 10.0


class TooLarge(Exception):
    """The body is larger than anything we take."""


class TooSlow(Exception):
    """The body did not arrive in time, or its sender went away."""


async def read_body(scope: Scope, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """The whole body. A declared size is believed before anything is read."""
    for name, value in scope["headers"]:
        declared = name == b"content-length" and value.isdigit()
        if declared and (len(value) > LONGEST_LENGTH or int(value) > largest):
            raise TooLarge
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):  # a sender may hold back its very first byte
            return await _read(receive, largest)
    except TimeoutError:
        raise TooSlow from None


async def _read(receive: Receive, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while size <= largest:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TooSlow
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if not message.get("more_body"):
            break
    if size > largest:
        raise TooLarge
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
