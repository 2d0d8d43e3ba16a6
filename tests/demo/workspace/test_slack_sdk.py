"""The SDK that Ringback uses, over real sockets."""

import io

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from support.delivery import TOKEN, served
from support.serving import serving

from bot.clock import SystemClock
from bot.demo.servers import address
from bot.demo.workspace import Fault, Workspace
from bot.listening import open_socket


@pytest.fixture
async def workspace():
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as h:
        made = Workspace(
            SystemClock(),
            bot_token=TOKEN,
            signing_secret="s",
            app_url="http://app.test/slack/events",
            http=h,
            url="http://localhost",
        )
        yield made
        await made.close()


@pytest.fixture
async def client(workspace, tmp_path):
    """The real client, through a socket file: needs no network."""
    async with served(workspace.app, tmp_path / "slack") as made:
        yield made


async def test_the_sdk_posts_reads_and_changes_messages(client, workspace, card):
    metadata = {"event_type": "ringback.alert", "event_payload": {"outbox": "7"}}
    posted = await client.chat_postMessage(
        channel="C0OPS", text="card", blocks=card, metadata=metadata, unfurl_links=False
    )
    read = await client.conversations_history(channel="C0OPS", include_all_metadata=True)
    assert read["messages"][0]["metadata"] == metadata
    await client.chat_update(channel="C0OPS", ts=posted["ts"], text="done", blocks=[])
    assert [message.text for message in workspace.messages("C0OPS")] == ["done"]


async def test_the_sdk_uploads_a_file(client, workspace):
    opened = await client.conversations_open(users=["U0ANA"])
    await client.files_upload_v2(
        filename="vm.wav", file=io.BytesIO(b"RIFF"), channel=opened["channel"]["id"]
    )
    assert [file.content for file in workspace.files_of("U0ANA")] == [b"RIFF"]


async def test_the_sdk_raises_slacks_refusals(client):
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0OLD", text="x")
    assert refused.value.response["error"] == "is_archived"


async def test_the_sdk_pages_through_history(client):
    for number in range(5):
        await client.chat_postMessage(channel="C0OPS", text=str(number))
    pages = await client.conversations_history(channel="C0OPS", limit=2)
    texts = [message["text"] async for page in pages for message in page["messages"]]
    assert texts == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(("fault", "effects"), [(Fault.DROP_BEFORE, 0), (Fault.DROP_AFTER, 1)])
async def test_a_drop_reaches_the_sdk_as_a_lost_connection(client, workspace, fault, effects):
    workspace.order(method="chat.postMessage", fault=fault)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await client.chat_postMessage(channel="C0OPS", text="x")
    assert len(workspace.messages("C0OPS")) == effects
    assert (await client.auth_test())["ok"]


async def test_the_sdk_sees_a_rate_limit(client, workspace):
    workspace.order(method="chat.postMessage", fault=Fault.RATE_LIMITED, seconds=12)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0OPS", text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "12"


@pytest.mark.enable_socket
async def test_everything_works_on_a_real_port(workspace):
    listening = open_socket()
    async with serving(workspace.app, listening):
        base = address(listening)
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient("xoxb-made-up", f"{base}/api/", session=session)
            assert (await client.chat_postMessage(channel="C0OPS", text="hello"))["ok"]
        ticket = workspace.state.addresses.issue("U0ANA", "C0OPS")
        answer = await AsyncWebhookClient(f"{base}/response/{ticket}").send(text="for you")
        assert (answer.status_code, answer.body) == (200, "ok")
    assert [message.text for message in workspace.ephemerals("U0ANA")] == ["for you"]
