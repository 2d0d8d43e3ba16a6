"""Ringback says in figures how it fares."""

import pytest
from sqlalchemy import text
from support.rows import asked
from support.waiting import put, receipt

from bot.demo.workspace import Fault
from bot.slack.traffic import Traffic, result_in
from storage import invocations, receipts, timers
from webhooks.metrics import METRICS


async def test_metrics_tell_every_figure_of_the_table(world):
    await put(world)
    await world.settle()
    await world.clock.advance(2)
    body = (await world.app.get("/metrics")).text
    told = {line.split()[2] for line in body.splitlines() if line.startswith("# TYPE")}
    assert told == {f"{name}_total" if of.counts else name for name, of in METRICS.items()}
    assert 'ringback_slack_requests_total{method="chat.postMessage",result="ok"} 1.0' in body
    assert "ringback_ready 1.0" in body
    assert 'ringback_oldest_seconds{stage="outbox"} 0.0' in body


async def test_ages_and_counts_are_in_the_metrics(world):
    store = world.runtime.store
    await store.write_item(receipts.insert_receipts, receipt(world.clock.now()))
    await store.write(timers.take_tick, "licences:crm", world.clock.now())
    await store.write(invocations.save_invocation, **asked(world.clock.now()))
    await world.clock.advance(40)
    body = (await world.app.get("/metrics")).text
    assert 'ringback_oldest_seconds{stage="receipts"} 40.0' in body
    assert 'ringback_oldest_seconds{stage="invocations"} 40.0' in body
    assert 'ringback_tick_age_seconds{task="licences:crm"} 40.0' in body
    assert 'ringback_system_heard_seconds{system="door"} 40.0' in body
    assert "ringback_receipts_waiting 1.0" in body


async def test_without_the_database_metrics_tell_what_it_need_not_tell(world):
    await put(world)
    await world.settle()
    await world.app.get("/metrics")
    await world.runtime.store.write(lambda s: s.execute(text("DROP TABLE outbox")))
    await world.clock.advance(2)
    reply = await world.app.get("/metrics")
    told = {line.split("{")[0].split()[0] for line in reply.text.splitlines() if line[0] != "#"}
    assert reply.status_code == 200
    assert "ringback_ready 0.0" in reply.text
    assert "ringback_problems 1.0" in reply.text
    assert told == {
        "ringback_clock_skew_seconds",
        "ringback_commits_total",
        "ringback_disk_free_ratio",
        "ringback_problems",
        "ringback_ready",
        "ringback_slack_requests_total",
        "ringback_wal_bytes",
        "ringback_write_seconds",
        "ringback_writer_backlog",
    }


@pytest.mark.parametrize(
    ("fault", "error", "result"),
    [
        (Fault.ERROR, "invalid_auth", "refused"),
        (Fault.ERROR, "channel_not_found", "refused"),
        (Fault.ERROR, "internal_error", "failed"),
        (Fault.ERROR, "ratelimited", "limited"),
        (Fault.FAIL_BEFORE, "", "failed"),
        (Fault.RATE_LIMITED, "", "limited"),
        (Fault.DROP_BEFORE, "", "unanswered"),
    ],
)
async def test_a_request_is_counted_by_what_slack_said(world, fault, error, result):
    """It says no in a 200 as well."""
    world.workspace.order(method="chat.postMessage", fault=fault, error=error)
    await put(world)
    await world.runtime.poster.look()
    await world.runtime.poster.settle()
    assert world.runtime.traffic.counts == {("chat.postMessage", result): 1}


SENSELESS = [b"please log in", b"[]", b"null", b"\xff", b"{}", b'{"ok": false, "error": []}']


@pytest.mark.parametrize("body", SENSELESS)
def test_an_answer_that_makes_no_sense_is_counted_as_failed(body):
    assert result_in(200, body) == "failed"


def test_addresses_that_are_secrets_are_no_labels():
    traffic = Traffic("https://slack.com/api/")
    names = {
        "https://slack.com/api/chat.postMessage": "chat.postMessage",
        "https://hooks.slack.com/commands/T0/1/secret": "other",
        "https://files.slack.com/upload/v1/secret": "other",
        "https://slack.com/other/secret": "other",
        "https://slack.com/api/a/b?token=x": "other",
    }
    assert {url: traffic._method(url) for url in names} == names
