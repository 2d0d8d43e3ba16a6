"""What phone systems post: believed, stored, answered; and what becomes of what cannot be read."""

import asyncio
import gzip
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlmodel import select
from support.serving import serving, socket_file
from support.signing import headers_of_bytes
from support.world_settings import SECRETS

from bot.adapters.generic.sender import SignedPost
from bot.telephony.errors import UnparsableEvent
from bot.watching import FRESH_SECONDS
from storage import unreadable
from storage.engine import DatabaseUnusable
from storage.store import Backlog
from storage.tables import ReceiptRow
from webhooks.bodies import LARGEST_BODY

NUMBER = "0123456789"


async def rows(world):
    def read(session):
        return [(row.state, row.body, row.problem) for row in session.exec(select(ReceiptRow))]

    return await world.runtime.store.read(read)


async def test_an_unsigned_post_is_refused_and_not_stored(world):
    post = world.door.whole_call_in_one_post(NUMBER)
    reply = await world.app.post("/phone/door", content=post.body)
    assert reply.status_code == 401
    assert await rows(world) == []


async def test_many_posts_that_are_refused_are_few_lines_of_the_log(world, caplog):
    async def knock(*systems):
        for system in systems:
            assert (await world.app.post(f"/phone/{system}", content=b"{}")).status_code == 401

    await knock(*["door"] * 50, "lyon")
    await world.clock.advance(60)
    await knock("door", "door")
    told = [line for line in caplog.messages if "was rejected" in line]
    assert [line.partition(" from ")[0] for line in told] == [
        "A post for door",
        "A post for lyon",
        "A post for door",
    ]
    assert told[-1].endswith("(49 more since the last such line)")


async def test_posts_that_are_refused_do_not_hide_those_refused_for_another_reason(world, caplog):
    old = headers_of_bytes(SECRETS["DOOR_SECRET"], b"{}", world.clock.now() - timedelta(hours=1))
    for headers in ({}, {}, old, old):
        reply = await world.app.post("/phone/door", content=b"{}", headers=headers)
        assert reply.status_code == 401
    reasons = [line.partition(" rejected: ")[2] for line in caplog.messages if "rejected" in line]
    assert reasons == [
        "the webhook-id is missing or not printable ASCII",
        "the timestamp is more than five minutes off",
    ]


async def test_where_a_post_came_from_that_is_refused_is_logged_and_not_answered(world, caplog):
    networks = (ip_network("198.51.100.7"),)
    world.runtime.settings.systems["door"].__dict__["webhook_addresses"] = networks
    await world.restart()
    post = world.door.whole_call_in_one_post(NUMBER)
    reply = await world.app.post("/phone/door", content=post.body, headers=post.headers)
    assert reply.json() == {"error": "the sender's address is not on the list"}
    assert (
        "A post for door from 127.0.0.1 was rejected: the sender's address is not on the list"
        in caplog.messages
    )


async def test_a_post_that_was_changed_on_the_way_is_refused(world):
    post = world.door.whole_call_in_one_post(NUMBER)
    body = post.body.replace(b"0123456789", b"0899123456")
    reply = await world.app.post("/phone/door", content=body, headers=post.headers)
    assert reply.status_code == 401
    assert await rows(world) == []


async def test_a_system_without_a_secret_takes_nothing(world):
    post = world.door.whole_call_in_one_post(NUMBER)
    reply = await world.app.post("/phone/lyon", content=post.body, headers=post.headers)
    assert reply.status_code == 401


@pytest.mark.parametrize("path", ["/phone/nowhere", "/phone/crm", "/phone/", "/phone/door/x"])
async def test_a_system_that_is_not_there_is_not_found(world, path):
    post = world.door.whole_call_in_one_post(NUMBER)
    reply = await world.app.post(path, content=post.body, headers=post.headers)
    assert reply.status_code == 404


async def test_only_posts_are_taken(world):
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        reply = await world.app.request(method, "/phone/door")
        assert reply.status_code == 405, method
        assert reply.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "connection",
    [
        "Connection: Upgrade, HTTP2-Settings",
        "Connection: Upgrade\r\nConnection: keep-alive",
        "Connection: keep-alive\r\nConnection: Upgrade",
        "Proxy-Connection: Upgrade",
    ],
)
async def test_a_post_whose_body_the_server_leaves_unread_is_refused(
    world, caplog, tmp_path, connection
):
    """The server calls it empty; where the secret is a header, that would be genuine."""
    post = world.door.whole_call_in_one_post(NUMBER)
    lines = [f"{name}: {value}" for name, value in post.headers.items()]
    lines += ["Host: x", "Upgrade: h2c", connection, f"Content-Length: {len(post.body)}", "", ""]
    with socket_file(tmp_path / "server") as listening:
        async with serving(world.process, listening):
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "server"))
            writer.write("\r\n".join(["POST /phone/door HTTP/1.1", *lines]).encode() + post.body)
            said = await reader.readuntil(b"}")
            writer.close()
    reason = "send it again without the header Upgrade"
    assert said.startswith(b"HTTP/1.1 400 ")
    assert f"A post for door from an unknown address was rejected: {reason}" in caplog.messages
    assert await rows(world) == []


async def test_a_body_that_is_too_large_is_refused_before_it_is_verified(world):
    large = b"x" * (LARGEST_BODY + 1)
    reply = await world.app.post("/phone/door", content=large)
    assert reply.status_code == 413
    for declared in (b"9" * 12, b"9" * 5000):
        headers = {"content-length": declared.decode()}
        assert (await world.app.post("/phone/door", headers=headers)).status_code == 413
    assert await rows(world) == []


@pytest.mark.parametrize("trouble", [Backlog("full"), DatabaseUnusable("gone")])
async def test_what_cannot_be_stored_is_to_be_sent_again(world, monkeypatch, trouble):
    async def refuse(*args):
        raise trouble

    post = world.door.whole_call_in_one_post(NUMBER)
    monkeypatch.setattr(world.runtime.store, "write_item", refuse)
    reply = await world.app.post("/phone/door", content=post.body, headers=post.headers)
    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert await world.post("door", post) == [202]
    assert len(world.workspace.messages("C0SUPPORT")) == 1


async def test_what_cannot_be_read_is_kept_and_told_once(world, caplog):
    bad = [world.door.post({"event": "call.ended", "call_id": str(n)}) for n in range(3)]
    assert await world.post("door", *bad) == [202, 202, 202]
    kept = await rows(world)
    assert [(state, body) for state, body, _ in kept] == [("failed", post.body) for post in bad]
    (notice,) = world.workspace.messages("C0OPS")
    assert (
        "An event from door cannot be read and is kept as number 1: at: is missing" in notice.text
    )
    assert "such as number 1: at: is missing" in caplog.text
    assert "'ringback replay list'" in notice.text
    assert "'ringback replay retry'" in notice.text


async def test_the_notice_says_how_many_cannot_be_read_and_since_when(world):
    since = world.clock.now()
    await world.post("door", world.door.post({"event": "call.ended", "call_id": "1"}))
    await world.clock.advance(2 * 3600)
    await world.post("door", world.door.post({"event": "call.ended", "call_id": "2"}))
    first, second = (message.text for message in world.workspace.messages("C0OPS"))
    assert f"Unreadable events of door until now: 1, since {since:%Y-%m-%d %H:%M} UTC." in first
    assert f"Unreadable events of door until now: 2, since {since:%Y-%m-%d %H:%M} UTC." in second
    assert "After 30 days they are removed." in second


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"event": "call.ended", "caller_name": "Zo\xeb"}', "the body is not UTF-8 text"),
        (gzip.compress(b"{}", mtime=0), "the body is compressed: have it sent as it is"),
    ],
)
async def test_a_signed_body_that_is_no_text_is_kept_and_called_so(world, body, problem):
    headers = headers_of_bytes(SECRETS["DOOR_SECRET"], body, world.clock.now())
    post = SignedPost(headers, body)
    assert await world.post("door", post) == [202]
    assert await rows(world) == [("failed", body, problem)]
    (notice,) = world.workspace.messages("C0OPS")
    assert f"An event from door cannot be read and is kept as number 1: {problem}" in notice.text


async def test_one_mistake_at_many_places_is_one_notice(world):
    good = {"event": "voicemail.changed", "at": 1763640000, "mailbox": "101", "new": 0, "old": 0}
    for before in range(4):
        await world.post("door", world.door.post(*[good] * before, {"event": "call.ended"}))
    (notice,) = world.workspace.messages("C0OPS")
    assert "[0]" in notice.text or "at: is missing" in notice.text


async def test_a_replay_takes_up_what_can_be_read_by_now(world):
    system = world.runtime.systems["door"]
    post = world.door.whole_call_in_one_post(NUMBER)
    with_bug = _replaced(system, UnparsableEvent("an old mistake of ours"))
    world.runtime.systems["door"] = with_bug
    await world.post("door", post)
    assert world.workspace.messages("C0SUPPORT") == []
    world.runtime.systems["door"] = system
    assert await world.runtime.store.write(unreadable.retry, [1], "me", world.clock.now()) == [1]
    await world.settle()
    assert len(world.workspace.messages("C0SUPPORT")) == 1
    await world.settle()
    assert [state for state, _, _ in await rows(world)] == ["done"]


async def test_a_post_that_breaks_the_adapter_does_not_hold_up_those_behind_it(world):
    system = world.runtime.systems["door"]
    world.runtime.systems["door"] = _replaced(system, RecursionError("deep"))
    await world.post("door", world.door.whole_call_in_one_post(NUMBER))
    world.runtime.systems["door"] = system
    await world.post("door", world.door.whole_call_in_one_post(NUMBER))
    assert [state for state, _, _ in await rows(world)] == ["failed", "done"]
    assert len(world.workspace.messages("C0SUPPORT")) == 1


async def test_a_very_deep_body_is_stored_and_harms_nobody(world):
    body = b"[" * 100_000
    post = _signed(world, body)
    assert await world.post("door", post) == [202]
    await world.post("door", world.door.whole_call_in_one_post(NUMBER))
    assert [state for state, _, _ in await rows(world)] == ["failed", "done"]


async def test_an_unknown_kind_is_counted_and_told_to_nobody(world):
    await world.post("door", world.door.post({"event": "call.sneezed", "at": 1763643731}))
    assert [state for state, _, _ in await rows(world)] == ["ignored"]
    assert world.workspace.messages("C0OPS") == []


async def test_why_a_post_is_left_can_be_kept_by_every_database(world):
    body = rb'{"event": "call\u0000.\ud83d", "at": 1763643731}'
    await world.post("door", _signed(world, body))
    assert [(state, problem) for state, _, problem in await rows(world)] == [
        ("ignored", "unknown kind of event: call.?")
    ]


async def test_the_other_doors_answer(world):
    assert (await world.app.get("/healthz")).text == "ok\n"
    assert (await world.app.get("/readyz")).json() == {"ready": True}
    assert (await world.app.get("/nothing")).status_code == 404
    await world.post("door", world.door.whole_call_in_one_post(NUMBER))
    await world.clock.advance(FRESH_SECONDS)
    metrics = (await world.app.get("/metrics")).text
    assert "ringback_missed_calls_open 1.0" in metrics
    assert 'ringback_system_up{system="paris"} 1.0' in metrics
    assert 'ringback_system_up{system="door"}' not in metrics


async def test_a_database_that_does_not_answer_is_not_ready(world, monkeypatch):
    async def fail(*args):
        raise DatabaseUnusable("gone")

    monkeypatch.setattr(world.runtime.store, "write", fail)
    reply = await world.app.get("/readyz")
    assert reply.status_code == 503
    assert "the database" in reply.json()["problems"][0]


def _replaced(system, error):
    def parse(raw):
        raise error

    return replace(system, parse=parse)


def _signed(world, body):
    return SignedPost(world.door.signature(body), body)
