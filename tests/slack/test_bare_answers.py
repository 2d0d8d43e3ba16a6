"""Answers of Slack that say "ok" and no more, or cannot be read to their end."""

from contextlib import asynccontextmanager

import aiohttp
import pytest
from starlette.responses import Response
from support.delivery import lose, served

from bot.commands.request import Reply
from bot.demo.workspace import Fault
from bot.slack.answers import Answers
from bot.slack.people import SlackPeople
from bot.telephony.calls import Audio
from storage.tables import InvocationRow

BARE = b'{"ok": true}'
STRANGE = b'{"ok": true, "channel": "D1", "user": "U1", "messages": [{}], "upload_url": 5}'
HALF = b'{"ok": true, "channel": {"id": "D1"}, "user": {"profile": null}, "file_id": "F1"}'
WITHOUT_END = b"[" * 100_000
ANSWERS = pytest.mark.parametrize(
    "answer", [BARE, STRANGE, HALF, WITHOUT_END], ids=["bare", "strange", "half", "endless"]
)


@pytest.fixture
def saying(tmp_path):
    """``async with saying(answer) as client``: all that this client asks for is answered so."""

    @asynccontextmanager
    async def made(answer):
        async with served(Response(answer, media_type="application/json"), tmp_path / "odd") as it:
            yield it

    return made


@ANSWERS
async def test_a_file_is_said_not_to_be_taken(slack, saying, answer):
    row = InvocationRow(key="vm", slack_user="U0BO", slack_channel="C0OPS", payload={})
    audio = Audio(content=b"RIFF", content_type="audio/wav", filename="vm.wav")
    async with saying(answer) as client, aiohttp.ClientSession() as session:
        answers = Answers(slack.store, slack.clock, client, session)
        await answers.give(row, await answers.hand_over(row, Reply(text="Here.", audio=audio)))
    await slack.run(2)
    (message,) = slack.workspace.dm("U0BO")
    assert message.text == "Slack did not take the file: please ask again."


@ANSWERS
async def test_an_address_that_slack_does_not_tell_is_not_known(slack, saying, answer):
    async with saying(answer) as client:
        assert await SlackPeople(slack.clock, client).fetch_email("U0BO") is None


@ANSWERS
async def test_a_message_is_looked_for_again(slack, saying, answer, caplog):
    lose(slack, Fault.DROP_AFTER)
    await slack.put("a")
    await slack.look()
    async with saying(answer) as client:
        with slack.instead(client=client):
            await slack.run(41)
    assert (await slack.row("a")).state == "unknown"
    assert "Messages in doubt cannot be looked for now" in caplog.text
    assert "Traceback" not in caplog.text
    await slack.run(60)
    assert (await slack.row("a")).state == "sent"
    assert (slack.texts(), slack.asked("chat.postMessage")) == (["a"], 1)
