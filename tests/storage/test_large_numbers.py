"""PostgreSQL's short integers end at two thousand millions; looks at feeds use numbers up."""

import asyncio
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from support.clocks import START
from support.waiting import receipt

from storage import alerts, outbox, receipts, storms
from storage.engine import open_engines
from storage.outbox import Pace
from storage.receipts import Settlement
from storage.schema import HEAD, migrate

LARGE = 2**31
VERSION = text("SELECT version_num FROM alembic_version")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{}'::regclass"


def use_up(session):
    """Let the next numbers be large ones."""
    for table in ("receipts", "alerts", "outbox", "journeys"):
        session.execute(text(f"SELECT setval('{table}_id_seq', {LARGE})"))


async def test_receipts_go_on_behind_short_integers(postgres_store):
    await postgres_store.write(use_up)
    await postgres_store.write_item(receipts.insert_receipts, receipt(START))
    (waiting,) = await postgres_store.read(receipts.list_new, 10)
    assert waiting.id > LARGE
    done = [Settlement(waiting.id, "done")]
    assert await postgres_store.write(receipts.settle_all, done) == {waiting.id}


async def test_messages_go_on_behind_short_integers(postgres_store):
    def raise_one(session):
        facts = {"kind": "missed_call", "dedup_key": "a", "system": "paris", "tenant": "main"}
        alert_id = alerts.add_alert(session, **facts, state="open", now=START)
        where = {"slack_channel": "C1", "alert_id": alert_id}
        outbox.put_message(session, key="card", kind="card", **where, now=START)
        storms.join_storm(session, "C2", 2, alert_id, START)
        return alert_id

    await postgres_store.write(use_up)
    alert_id = await postgres_store.write(raise_one)
    sent = await postgres_store.write(outbox.claim_due, START, Pace())
    assert alert_id > LARGE
    assert {each.slack_channel for each in sent} == {"C1", "C2"}
    assert all(each.id > LARGE for each in sent)


def make_older(session):
    """As the version before had it, as far as receipts go."""
    session.execute(text("ALTER TABLE receipts ALTER COLUMN id TYPE INTEGER"))
    session.execute(text("ALTER SEQUENCE receipts_id_seq AS INTEGER"))
    session.execute(text("UPDATE alembic_version SET version_num = '0004'"))


async def until_it_waits_for(store, table):
    """Until somebody waits for a lock on it."""
    waiting = text(WAITING.format(table))
    async with asyncio.timeout(30):
        while not await store.read(lambda session: session.execute(waiting).scalar()):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)


async def test_a_database_of_an_older_version_keeps_its_rows_and_goes_on(postgres_store):
    await postgres_store.write_item(receipts.insert_receipts, receipt(START, key="old"))
    await postgres_store.write(make_older)
    migrate(postgres_store.engines)
    await postgres_store.write(use_up)
    await postgres_store.write_item(receipts.insert_receipts, receipt(START, key="new"))
    rows = await postgres_store.read(receipts.list_new, 10)
    assert [(row.dedupe_key, row.id > LARGE) for row in rows] == [("old", False), ("new", True)]


async def test_the_numbers_of_all_tables_are_long(postgres_store):
    def kinds(session):
        return session.execute(text("SELECT data_type::text FROM pg_sequences")).scalars().all()

    assert set(await postgres_store.read(kinds)) == {"bigint"}


async def test_an_older_process_at_work_does_not_make_the_change_fail(postgres_store):
    """It has taken a message and reads an alert when the change holds alerts and wants messages."""
    url = postgres_store.engines.writer.url.render_as_string(hide_password=False)
    older = open_engines(url, serving=False)
    await postgres_store.write(make_older)
    with older.writer.connect() as connection:
        taken = connection.begin()
        connection.execute(text("UPDATE outbox SET state = 'sending'"))
        changing = asyncio.ensure_future(asyncio.to_thread(migrate, postgres_store.engines))
        await until_it_waits_for(postgres_store, "outbox")
        with suppress(DBAPIError):  # of the two either may be made to fail
            await asyncio.to_thread(connection.execute, text("SELECT * FROM alerts"))
        taken.rollback()
        await changing
    older.dispose()
    assert await postgres_store.read(lambda session: session.execute(VERSION).scalar()) == HEAD
