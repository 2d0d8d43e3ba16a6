"""A writer that is in the middle of something."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel import Session

from storage.store import Store


@asynccontextmanager
async def writer_held(
    store: Store, before: Callable[[Session], None] = lambda session: None
) -> AsyncIterator[None]:
    """The writer does not get on inside the block; what is written there becomes one batch.

    What it has done ``before`` is not committed inside.
    """
    begun, go_on = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        before(session)
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


async def in_one_batch(store: Store, *units: Coroutine[Any, Any, Any]) -> list[Any]:
    """Run units together; returns the result or the error of each."""
    async with writer_held(store):
        waiting = [asyncio.ensure_future(unit) for unit in units]
        before = store.commits
        await asyncio.sleep(0)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert store.commits <= before + 2, "the units were not one batch"
    return results
