"""PostgreSQL's short integers end at two thousand millions; looks at feeds use numbers up."""

from sqlalchemy import text
from support.clocks import START
from support.waiting import receipt

from storage import alerts, outbox, receipts, storms
from storage.outbox import Pace
from storage.receipts import Settlement
from storage.schema import migrate

LARGE = 2**31


def use_up(session):
    """Let the next number of every table be a large one."""
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


async def test_a_database_of_an_older_version_keeps_its_rows_and_goes_on(postgres_store):
    def make_older(session):
        session.execute(text("ALTER TABLE receipts ALTER COLUMN id TYPE INTEGER"))
        session.execute(text("ALTER SEQUENCE receipts_id_seq AS INTEGER"))
        session.execute(text("UPDATE alembic_version SET version_num = '0004'"))

    await postgres_store.write_item(receipts.insert_receipts, receipt(START, key="old"))
    await postgres_store.write(make_older)
    migrate(postgres_store.engines)
    await postgres_store.write(use_up)
    await postgres_store.write_item(receipts.insert_receipts, receipt(START, key="new"))
    rows = await postgres_store.read(receipts.list_new, 10)
    assert [(row.dedupe_key, row.id > LARGE) for row in rows] == [("old", False), ("new", True)]
