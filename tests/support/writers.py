"""A writer that is in the middle of something."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlmodel import Session

from storage.store import Store


@asynccontextmanager
async def writer_held(store: Store) -> AsyncIterator[None]:
    """The writer does not get on inside the block; what is written there becomes one batch."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        begun.set()
        go_on.wait(10)

    holding = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(begun.wait)
    try:
        yield
        for _ in range(2):  # what was begun inside is asked for, and gets into the queue
            await asyncio.sleep(0)
    finally:
        go_on.set()
        await holding
