"""A batch of posts is one statement by the driver; where it fails, it is done like all else."""

import asyncio
import logging
from contextlib import suppress

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from support.postgres import drop_connections
from support.writers import writer_held

from storage import store as store_module
from storage.engine import DatabaseUnusable, open_engines
from storage.receipts import NewReceipt, insert_receipts, list_new, save_receipts
from storage.store import Store


async def test_posts_go_over_a_new_connection_where_theirs_was_cut(
    postgres_store, postgres_url, now, caplog, monkeypatch
):
    """The driver knows of it, and SQLAlchemy does not."""
    monkeypatch.setattr(store_module, "HELD_SECONDS", 5.0)
    first, second = (NewReceipt("paris", key, "push", "", b"{}", now) for key in "ab")
    await postgres_store.write_item(insert_receipts, first)
    drop_connections(postgres_url)
    await postgres_store.write_item(insert_receipts, second)
    assert len(await postgres_store.read(list_new, 3)) == 2
    assert "Traceback" not in caplog.text


async def test_posts_that_wait_for_a_lock_wait_once(postgres_url, now, caplog):
    """A writer that waits twice as long costs others their leases."""
    caplog.set_level(logging.INFO)
    hurried = make_url(postgres_url).update_query_dict({"options": "-c lock_timeout=100"})
    url = hurried.render_as_string(hide_password=False)
    store, other = (Store(open_engines(each, serving=False)) for each in (url, postgres_url))
    new = NewReceipt("paris", "a", "push", "", b"{}", now)
    async with writer_held(other, lambda session: save_receipts(session, [new])):
        with pytest.raises(DatabaseUnusable):
            await store.write_item(insert_receipts, new)
    await store.close()
    await other.close()
    assert "is to be in a transaction" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_posts_are_not_called_stored_beside_a_unit_that_hides_its_error(postgres_store, now):
    """PostgreSQL undoes a transaction in which something has failed, and calls that a commit."""

    def hide(session):
        with suppress(SQLAlchemyError):
            session.execute(text("SELECT * FROM nowhere"))

    new = NewReceipt("paris", "a", "push", "", b"{}", now)
    async with writer_held(postgres_store):
        post = asyncio.ensure_future(postgres_store.write_item(insert_receipts, new))
        hiding = asyncio.ensure_future(postgres_store.write(hide))
    results = await asyncio.gather(post, hiding, return_exceptions=True)
    assert [type(each) for each in results] == [DatabaseUnusable] * 2
    await postgres_store.write_item(insert_receipts, new)
    assert len(await postgres_store.read(list_new, 3)) == 1
