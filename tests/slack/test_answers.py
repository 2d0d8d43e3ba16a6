"""Answers by a response URL that does not answer as Slack does."""

from urllib.parse import urlencode

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from support import forging
from support.serving import serving
from support.storms import callers_hang_up

from bot.commands.request import Button, Reply
from bot.demo.workspace import Fault
from bot.listening import open_socket
from bot.slack.answers import MOST_BLOCKS, MOST_CHARACTERS, render
from storage.tables import InvocationRow

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def strange():
    """The address of something that answers with any status and text, or in Latin-1 that it calls
    UTF-8."""

    async def say(request):
        return Response(request.query_params.get("body", "no"), request.path_params["status"])

    async def answer(request):
        return Response("refus\u00e9".encode("latin-1"), 403, media_type="text/html; charset=utf-8")

    routes = [
        Route("/{status:int}", say, methods=["POST"]),
        Route("/{path:path}", answer, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    with open_socket() as listening:
        async with serving(app, listening):
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def test_an_unreadable_answer_of_a_response_url_is_made_good_by_a_message(world, strange):
    await forging.command(world, "/pbx", "help", response_url=f"{strange}/answer")
    await world.runtime.carrier.look()
    await world.runtime.carrier.settle()
    await world.settle()
    (answer,) = world.workspace.dm("U0BO")
    assert "/dial" in answer.text
    assert answer.text.startswith("(possibly repeated) ")
    rows = await world.runtime.store.read(lambda session: session.exec(select(InvocationRow)).all())
    assert [row.state for row in rows] == ["done"]


async def helped(world, response_url):
    """What comes as a direct message where the answer goes to that address."""
    await forging.command(world, "/pbx", "help", response_url=response_url)
    await world.settle()
    return [message.text for message in world.workspace.dm("U0BO")]


@pytest.mark.parametrize(
    "body", ["ok", "OK", "", '{"ok":true}', '{"ok": true, "message_ts": "1.2"}', "{}"]
)
async def test_an_answer_that_slack_says_it_shows_comes_once(world, strange, body):
    assert await helped(world, f"{strange}/200?{urlencode({'body': body})}") == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, '{"ok": false, "error": "internal_error"}'),
        (200, "<html>Sign in</html>"),
        (200, '{"ok": null}'),
        (202, "ok"),
        (500, "rollup_error"),
        (502, '{"ok":true}'),
    ],
)
async def test_an_answer_in_doubt_is_repeated_and_says_so(world, strange, status, body):
    (told,) = await helped(world, f"{strange}/{status}?{urlencode({'body': body})}")
    assert told.startswith("(possibly repeated) ")
    assert "/dial" in told


@pytest.mark.parametrize("address", ["/404", "/403", "/410", "/429"])
async def test_an_answer_that_slack_refuses_is_no_repetition(world, strange, address):
    (told,) = await helped(world, f"{strange}{address}")
    assert "possibly repeated" not in told


async def test_an_answer_that_never_left_is_no_repetition(world):
    with open_socket() as taken:  # nobody listens there
        (told,) = await helped(world, f"http://127.0.0.1:{taken.getsockname()[1]}/x")
    assert "possibly repeated" not in told


async def test_an_answer_that_is_in_doubt_twice_says_so_once(world, strange):
    world.workspace.order(method="chat.postMessage", fault=Fault.DROP_AFTER, times=1)
    await forging.command(world, "/pbx", "help", response_url=f"{strange}/500")
    await world.settle()
    await world.clock.advance(60)
    await world.settle()
    told = [message.text.count("possibly repeated") for message in world.workspace.dm("U0BO")]
    assert told == [1, 1]


async def test_an_answer_whose_blocks_slack_does_not_take_comes_in_words(world, strange):
    refused = {"fault": Fault.ERROR, "error": "invalid_blocks", "times": 1}
    world.workspace.order(method="chat.postMessage", **refused)
    await forging.command(world, "/pbx", "help", response_url=f"{strange}/404")
    await world.settle()
    await world.clock.advance(5)
    await world.settle()
    (answer,) = world.workspace.dm("U0BO")
    assert "/dial" in answer.text


async def test_nothing_of_a_file_is_begun_before_slack_wants_its_last_step_again(world):
    await world.own("U0BO", "104", "paris")
    world.mirta.pbx.leave_voicemail("104", "0123456789", "Pat", 3)
    last = "files.completeUploadExternal"
    world.workspace.order(method=last, fault=Fault.RATE_LIMITED, seconds=90)
    await world.slash("U0BO", "C0SUPPORT", "/vm play 1")
    before = len(world.workspace.calls)
    told = await world.slash("U0BO", "C0SUPPORT", "/vm play 1")
    assert "Slack takes no file now: please ask again in " in told
    since = [call.method for call in world.workspace.calls[before:]]
    assert not [method for method in since if method.startswith(("conversations", "files"))]


@pytest.fixture
async def listed(world):
    """Has a list of Bo's voicemail answered to a response URL; gives the message in its place."""
    await world.own("U0BO", "104", "paris")
    world.mirta.pbx.leave_voicemail("104", "0123456789", "Pat", 3)

    async def ask(response_url):
        await forging.command(world, "/vm", "", response_url=response_url)
        await world.settle()
        (message,) = world.workspace.dm("U0BO")
        assert "1. new: Pat" in message.text
        return message

    return ask


async def test_the_message_in_its_place_has_the_buttons_that_work_there(world, listed, strange):
    message = await listed(f"{strange}/404")
    assert message.action_ids == ["vm.play", "vm.done"]
    await world.workspace.click("U0BO", message, "vm.done")
    await world.settle()
    assert [one.folder for one in world.mirta.pbx.boxes["104"].messages] == ["Old"]


async def test_what_slack_does_not_take_as_an_answer_is_said_in_mere_words(listed, strange):
    message = await listed(f"{strange}/400")
    assert message.action_ids == []


async def test_buttons_of_a_card_are_not_copied_to_where_they_do_nothing(world):
    await callers_hang_up(world, range(8))
    storm = world.workspace.find("C0SUPPORT", "alerts at once")
    value = storm.blocks[-1]["elements"][0]["value"]
    await forging.press(world, "U0BO", "storm.claim", value, ts=storm.ts)
    await world.settle()
    (answer,) = world.workspace.dm("U0BO")
    assert answer.text.startswith("Yours: the missed call from Caller")
    assert answer.action_ids == []


def lines_of(message):
    """What people see of a message, line by line."""
    texts = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    assert max(map(len, texts)) <= 3000
    assert sum(map(len, texts)) <= MOST_CHARACTERS
    assert len(message.blocks) <= MOST_BLOCKS
    return "\n".join(texts).splitlines()


def rows_of(count, length, *buttons):
    return tuple((f"{number:04} {'x' * (length - 6)}.", buttons) for number in range(count))


def test_long_rows_take_as_many_sections_as_they_need():
    shown = lines_of(render(Reply(text="Calls:", rows=rows_of(20, 400))))
    assert shown == ["Calls:", *(row for row, _ in rows_of(20, 400))]


@pytest.mark.parametrize(("count", "length"), [(5000, 10), (60, 400), (7, 2900), (9000, 30)])
def test_rows_that_do_not_fit_are_counted(count, length):
    message = render(Reply(text="Agents:", rows=rows_of(count, length)))
    for lines in (lines_of(message), message.text.splitlines()):
        *shown, last = lines[1:]
        assert shown == [row for row, _ in rows_of(len(shown), length)]
        assert last == f"… and {count - len(shown)} more lines"
    assert len(message.text) <= 3000


def test_one_row_too_many_is_one_line():
    message = render(Reply(text="Rows:", rows=rows_of(4, 2900)))
    assert lines_of(message)[-1] == "… and 1 more line"


def test_rows_with_buttons_that_do_not_fit_are_counted_and_the_last_buttons_stay():
    button = Button("Set", "switch.set_on", "paris:1:on")
    message = render(Reply(text="Switches:", rows=rows_of(60, 20, button), buttons=(button,)))
    *shown, last = lines_of(message)[1:]
    assert last == f"… and {60 - len(shown)} more lines"
    kinds = [block["type"] for block in message.blocks]
    assert kinds.count("actions") == len(shown) + 1
    assert kinds[-1] == "actions"


def test_rows_that_just_fit_are_not_called_too_many():
    button = Button("Set", "switch.set_on", "paris:1:on")
    assert len(lines_of(render(Reply(text="x", rows=rows_of(20, 20, button))))) == 21
