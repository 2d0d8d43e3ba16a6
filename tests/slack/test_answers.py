"""Answers by a response URL that does not answer as Slack does."""

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from support import forging
from support.serving import serving

from bot.listening import open_socket
from storage.tables import InvocationRow

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def strange():
    """The address of something that answers in Latin-1 and calls it UTF-8."""

    async def answer(request):
        return Response("refus\u00e9".encode("latin-1"), 403, media_type="text/html; charset=utf-8")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    with open_socket() as listening:
        async with serving(app, listening):
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/answer"


async def test_an_unreadable_answer_of_a_response_url_is_made_good_by_a_message(world, strange):
    await forging.command(world, "/pbx", "help", response_url=strange)
    await world.runtime.carrier.look()
    await world.runtime.carrier.settle()
    await world.settle()
    (answer,) = world.workspace.dm("U0BO")
    assert "/dial" in answer.text
    rows = await world.runtime.store.read(lambda session: session.exec(select(InvocationRow)).all())
    assert [row.state for row in rows] == ["done"]
