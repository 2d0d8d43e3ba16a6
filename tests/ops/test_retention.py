"""What is over and old goes, in small batches; what is open never does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update
from support.pressing import forge
from support.waiting import receipt

from bot.settings import RetentionSettings
from bot.upkeep import remove_old
from storage import audit, leases, links, outbox, receipts, retention, timers
from storage.engine import open_engines
from storage.store import Store
from storage.tables import AuditRow, InvocationRow, OutboxRow, ReceiptRow, TickRow, WatchRow
from storage.watches import put_watch

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=31), NOW - timedelta(days=1)
LIMIT = NOW - timedelta(days=30)


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request):
    made = Store(open_engines(request.getfixturevalue(f"{request.param}_url"), serving=False))
    yield made
    await made.close()


async def remove_all(store, remove):
    """Batch by batch, as the job does; returns how many batches that took."""
    after, batches = 0, 0
    while after is not None:
        after = await store.write(remove, LIMIT, after)
        batches += 1
    return batches


def add_receipts(session, state, at, count=1):
    for number in range(count):
        session.add(
            ReceiptRow(
                system="s",
                dedupe_key=f"{state}{at}{number}",
                road="push",
                content_type="",
                body=b"",
                received_at=at,
                state=state,
            )
        )


async def left(store, table):
    return await store.read(lambda session: list(session.exec(select(table))))


async def test_only_old_and_settled_receipts_go(store):
    for state in ("done", "ignored", "failed", "new"):
        for at in (OLD, NEW):
            await store.write(add_receipts, state, at)
    await remove_all(store, retention.remove_receipts)
    rows = {(row.state, row.received_at) for row in await left(store, ReceiptRow)}
    assert rows == {
        ("done", NEW),
        ("ignored", NEW),
        ("failed", NEW),
        ("new", NEW),
        ("new", OLD),
    }


async def test_many_go_in_bounded_batches_past_what_stays(store):
    await store.write(add_receipts, "new", OLD, retention.BATCH)
    await store.write(add_receipts, "done", OLD, 2 * retention.BATCH)
    await store.write(add_receipts, "done", NEW, 3)
    assert await remove_all(store, retention.remove_receipts) == 4
    rows = await left(store, ReceiptRow)
    assert [row.state for row in rows].count("new") == retention.BATCH
    assert len(rows) == retention.BATCH + 3


async def test_an_empty_and_a_young_table_cost_one_look(store):
    assert await remove_all(store, retention.remove_receipts) == 1
    await store.write(add_receipts, "done", NEW, 2 * retention.BATCH)
    assert await remove_all(store, retention.remove_receipts) == 1
    assert len(await left(store, ReceiptRow)) == 2 * retention.BATCH


async def test_what_was_carried_out_goes_and_what_was_not_stays(store):
    def add(session):
        for state in ("done", "asked", "running"):
            for at in (OLD, NEW):
                session.add(
                    InvocationRow(
                        key=f"{state}{at}",
                        kind="command",
                        name="dial",
                        slack_user="U",
                        slack_channel="C",
                        state=state,
                        asked_at=at,
                    )
                )

    await store.write(add)
    await remove_all(store, retention.remove_invocations)
    states = sorted((row.state, row.asked_at) for row in await left(store, InvocationRow))
    assert ("done", OLD) not in states
    assert len(states) == 5


def add_messages(session, at, **facts):
    for kind in ("card", "storm", "line", "notice", "private"):
        message = {"kind": kind, "slack_channel": "C", "created_at": at, "next_at": at}
        key = f"{kind}:{at}:{sorted(facts.items())}"
        session.add(OutboxRow(**{"key": key, "token": key} | message | facts))


async def kinds_left(store):
    return sorted(row.kind for row in await left(store, OutboxRow))


async def test_old_messages_go_once_they_are_sent_but_no_card_and_no_storm(store):
    await store.write(add_messages, OLD, state="sent", ts="1.1")
    await remove_all(store, retention.remove_messages)
    assert await kinds_left(store) == ["card", "storm"]


@pytest.mark.parametrize(
    ("at", "facts"),
    [
        (NEW, {"state": "sent"}),
        *[(OLD, {"state": state}) for state in ("pending", "sending", "unknown", "dead")],
        (OLD, {"state": "sent", "uncertain": True, "audit_at": NOW}),
    ],
)
async def test_messages_that_are_young_or_not_over_stay(store, at, facts):
    await store.write(add_messages, at, **facts)
    await remove_all(store, retention.remove_messages)
    assert len(await left(store, OutboxRow)) == 5


async def test_a_question_to_an_admin_stays_for_its_answer_to_be_shown(store):
    def ask(session):
        put = {"kind": "private", "slack_channel": "U0ANA", "now": OLD}
        for key in (f"{links.QUESTION}1:2.5:U0ANA", "linked:1:2.5"):
            outbox.put_message(session, key=key, **put)
        session.exec(update(OutboxRow).values(state="sent"))

    await store.write(ask)
    await remove_all(store, retention.remove_messages)
    assert [row.key for row in await left(store, OutboxRow)] == ["link:1:2.5:U0ANA"]


async def test_a_card_is_edited_after_its_thread_has_gone(store):
    def go_on(session):
        add_messages(session, OLD, state="sent", ts="1.1", alert_id=7)

    await store.write(go_on)
    await remove_all(store, retention.remove_messages)
    await store.write(outbox.refresh_cards, 7, NOW)
    cards = [row for row in await left(store, OutboxRow) if row.kind == "card"]
    assert [(card.state, card.revision, card.ts) for card in cards] == [("pending", 2, "1.1")]


async def test_an_answer_is_not_taken_for_one_of_long_ago(world):
    """SQLite gives the ids of rows that are gone again."""
    for _ in range(2):
        await forge(world, "switch.set_on", "rome:1:true")
        soon = world.clock.now() + timedelta(days=1)
        await world.runtime.store.write(retention.remove_invocations, soon, 0)
    assert len(world.workspace.dm("U0BO")) == 2


async def test_old_audit_rows_go(store):
    for at in (OLD, NEW):
        await store.write(audit.note, at=at, actor="U", surface="command", action="dial")
    await remove_all(store, retention.remove_audit)
    assert [row.at for row in await left(store, AuditRow)] == [NEW]


async def test_ticks_go_after_a_week_but_never_a_jobs_newest(store):
    for days in (40, 9, 8, 6, 1):
        await store.write(timers.take_tick, "figures", NOW - timedelta(days=days))
    for days in (40, 39):
        await store.write(timers.take_tick, "rare", NOW - timedelta(days=days))
    await store.write(retention.remove_ticks, NOW)
    rows = {(row.job, (NOW - row.scheduled_for).days) for row in await left(store, TickRow)}
    assert rows == {("figures", 6), ("figures", 1), ("rare", 39)}


async def test_what_dead_processes_left_goes(postgres_url):
    store = Store(open_engines(postgres_url, serving=False))
    await store.write(leases.renew, "alive", ("process:alive",), 60.0, lambda: 0.0)
    for process in ("alive", "dead"):
        await store.write(put_watch, f"{retention.WRITTEN}{process}", {})
    await store.write(put_watch, "something:else", {})
    await store.write(retention.remove_leases, NOW)
    keys = sorted(row.key for row in await left(store, WatchRow))
    assert keys == ["something:else", "written:alive"]
    await store.close()


async def test_the_hourly_job_keeps_what_was_set(store):
    await store.write(add_receipts, "done", OLD)
    await store.write(add_messages, OLD, state="sent")
    await store.write(audit.note, at=OLD, actor="U", surface="command", action="dial")
    await remove_old(store, RetentionSettings(receipt_days=30, audit_days=365), NOW)
    assert await left(store, ReceiptRow) == []
    assert await kinds_left(store) == ["card", "storm"]
    assert len(await left(store, AuditRow)) == 1


async def test_every_job_keeps_what_is_open(world):
    """The hourly job, on a real database: an old settled receipt goes, an old open one stays."""
    store, old = world.runtime.store, world.clock.now() - timedelta(days=40)
    await store.write_item(receipts.insert_receipts, receipt(old, key="settled"))
    await world.settle()
    await store.write_item(receipts.insert_receipts, receipt(old, key="open"))
    await world.runtime.checks.retention()
    left = await store.read(lambda s: list(s.exec(select(receipts.ReceiptRow.dedupe_key))))
    assert "open" in left
    later = await store.read(timers.last_tick, "retention")
    await world.runtime.checks.retention()
    assert await store.read(timers.last_tick, "retention") == later
