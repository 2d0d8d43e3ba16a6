"""Links, what people asked for, and the audit."""

from datetime import timedelta

from support.rows import asked

from storage import audit, invocations, links, watches
from storage.topics import Topic


async def test_a_user_has_one_link_per_system(store, now):
    await store.write(links.put_link, "U1", "paris", "101", "pending", now)
    await store.write(links.put_link, "U1", "lyon", "7", "active", now)
    await store.write(links.put_link, "U1", "paris", "0102", "active", now, "U0ANA")
    rows = await store.read(links.list_links, "U1")
    assert [(row.system, row.extension, row.state, row.approved_by) for row in rows] == [
        ("lyon", "7", "active", None),
        ("paris", "0102", "active", "U0ANA"),
    ]


async def test_only_an_active_link_holds_an_extension(store, now):
    await store.write(links.put_link, "U1", "paris", "101", "pending", now)
    assert await store.read(links.find_holder, "paris", "101") is None
    await store.write(links.put_link, "U2", "paris", "101", "active", now)
    assert (await store.read(links.find_holder, "paris", "101")).slack_user == "U2"
    await store.write(links.drop_holder, "paris", "101")
    assert await store.read(links.find_holder, "paris", "101") is None
    assert (await store.read(links.find_link, "U1", "paris")).state == "pending"


async def test_a_link_is_removed_once(store, now):
    await store.write(links.put_link, "U1", "paris", "101", "active", now)
    assert await store.write(links.remove_link, "U1", "paris") is True
    assert await store.write(links.remove_link, "U1", "paris") is False
    assert await store.read(links.list_links, "U1") == []


async def test_a_request_that_slack_delivers_twice_is_stored_once(store, now):
    twice = asked(now, "k1", payload={"text": "0123456789"})
    wake = store.listen(Topic.INVOCATIONS)
    assert await store.write(invocations.save_invocation, **twice) is True
    assert wake.is_set()
    assert await store.write(invocations.save_invocation, **twice) is False
    (row,) = await store.read(invocations.list_asked)
    assert (row.state, row.payload["text"], row.asked_at) == ("asked", "0123456789", now)


async def test_only_one_begins_a_request(store, now):
    await store.write(invocations.save_invocation, **asked(now, "k1"))
    (row,) = await store.read(invocations.list_asked)
    assert await store.write(invocations.start, row.id) is True
    assert await store.write(invocations.start, row.id) is False
    assert await store.read(invocations.list_asked) == []
    (running,) = await store.read(invocations.list_running)
    assert running.state == "running"


async def test_a_finished_request_is_known_but_its_payload_is_forgotten(store, now):
    await store.write(invocations.save_invocation, **asked(now, "k1"))
    (row,) = await store.read(invocations.list_asked)
    await store.write(invocations.start, row.id)
    await store.write(invocations.finish, row.id)
    assert await store.read(invocations.list_asked) == []
    assert await store.write(invocations.save_invocation, **asked(now, "k1")) is False
    assert await store.write(invocations.start, row.id) is False
    finished = await store.read(lambda session: session.get(type(row), row.id))
    assert (finished.state, finished.payload) == ("done", {})


async def test_requests_wait_in_the_order_they_came(store, now):
    for key in ("k2", "k1", "k3"):
        await store.write(invocations.save_invocation, **asked(now, key))
    rows = await store.read(invocations.list_asked, 2)
    assert [row.key for row in rows] == ["k2", "k1"]


async def test_the_audit_says_who_did_what_and_how_it_ended(store, now):
    noted = {"actor": "U1", "surface": "command", "action": "dial"}
    first = await store.write(audit.note, at=now, subject="01…89", **noted)
    await store.write(audit.note, at=now + timedelta(seconds=1), **noted)
    await store.write(audit.complete, first, "done")
    newest = await store.read(audit.list_newest, 10)
    assert [(row.outcome, row.subject) for row in newest] == [("asked", None), ("done", "01…89")]


async def test_deeds_are_counted_by_actor_and_action_from_a_moment_on(store, now):
    for seconds in (-1, 0, 1):
        at = now + timedelta(seconds=seconds)
        await store.write(audit.note, at=at, actor="U1", surface="command", action="dial")
    await store.write(audit.note, at=now, actor="U2", surface="command", action="dial")
    await store.write(audit.note, at=now, actor="U1", surface="command", action="vm")
    assert await store.read(audit.count_since, "U1", "dial", now) == 2


async def test_a_watch_remembers_the_last_document(store):
    assert await store.read(watches.get_watch, "queue:281") == {}
    await store.write(watches.put_watch, "queue:281", {"waiting": 3, "since": None})
    await store.write(watches.put_watch, "queue:281", {"waiting": 0})
    assert await store.read(watches.get_watch, "queue:281") == {"waiting": 0}
    assert await store.read(watches.get_watch, "queue:282") == {}
