"""Answers by a response URL that does not answer as Slack does."""

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from support import forging
from support.serving import serving
from support.storms import callers_hang_up

from bot.demo.workspace import Fault
from bot.listening import open_socket
from storage.tables import InvocationRow

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def strange():
    """The address of something that refuses with any status, or in Latin-1 that it calls UTF-8."""

    async def refuse(request):
        return Response("no", request.path_params["status"])

    async def answer(request):
        return Response("refus\u00e9".encode("latin-1"), 403, media_type="text/html; charset=utf-8")

    routes = [
        Route("/{status:int}", refuse, methods=["POST"]),
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
    rows = await world.runtime.store.read(lambda session: session.exec(select(InvocationRow)).all())
    assert [row.state for row in rows] == ["done"]


async def test_an_answer_whose_blocks_slack_does_not_take_comes_in_words(world, strange):
    refused = {"fault": Fault.ERROR, "error": "invalid_blocks", "times": 1}
    world.workspace.order(method="chat.postMessage", **refused)
    await forging.command(world, "/pbx", "help", response_url=f"{strange}/404")
    await world.settle()
    await world.clock.advance(5)
    await world.settle()
    (answer,) = world.workspace.dm("U0BO")
    assert "/dial" in answer.text


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
