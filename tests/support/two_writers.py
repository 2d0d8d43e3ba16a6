"""Two processes that write at the same moment, on one PostgreSQL."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel import Session

from storage.store import Store

Unit = Callable[..., Any]


@asynccontextmanager
async def uncommitted(store: Store, unit: Unit, *args: Any) -> AsyncIterator[asyncio.Future[Any]]:
    """Inside the block the unit has run; it is committed afterwards. Gives its future."""
    begun, go_on = threading.Event(), threading.Event()

    def run(session: Session) -> Any:
        result = unit(session, *args)
        session.flush()
        begun.set()
        go_on.wait(4)
        return result

    running = asyncio.ensure_future(store.write(run))
    await asyncio.to_thread(begun.wait, 4)
    try:
        yield running
    finally:
        go_on.set()
    await running


async def beside(
    store: Store, other: Store, first: tuple[Any, ...], second: tuple[Any, ...]
) -> tuple[Any, Any]:
    """``second`` is asked for while ``first`` is not committed; returns both results."""
    async with uncommitted(store, *first) as running:
        waiting = asyncio.ensure_future(other.write(*second))
        await asyncio.sleep(0.2)
    return await running, await waiting
