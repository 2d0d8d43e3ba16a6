"""A workspace on a clock that stands still, and an app that answers what a test tells it to."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from support.clocks import FixedClock

from bot.demo.workspace import Workspace

TOKEN = "xoxb-made-up"
SECRET = "made-up-signing-secret"


@dataclass
class App:
    """Stands where Ringback would: keeps what Slack sent and gives the next answer."""

    requests: list[httpx.Request] = field(default_factory=list)
    answers: list[httpx.Response | Exception] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def form(self) -> dict[str, str]:
        """The fields of the last form."""
        fields = parse_qs(self.requests[-1].content.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def payload(self) -> dict[str, Any]:
        """The payload of the last interaction."""
        payload: dict[str, Any] = json.loads(self.form["payload"])
        return payload


class Api:
    """Calls methods as a program without an SDK would."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.token = TOKEN

    async def __call__(self, method: str, /, **arguments: Any) -> dict[str, Any]:
        reply = await self.post(method, **arguments)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    async def post(self, method: str, /, **arguments: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.http.post(f"/api/{method}", json=arguments, headers=headers)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def workspace(clock: FixedClock, app: App) -> AsyncIterator[Workspace]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(app)) as http:
        made = Workspace(
            clock,
            bot_token=TOKEN,
            signing_secret=SECRET,
            app_url="http://app.test/slack/events",
            http=http,
        )
        yield made
        await made.close()


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=workspace.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3001") as client:
        yield client


@pytest.fixture
def api(http: httpx.AsyncClient) -> Api:
    return Api(http)


@pytest.fixture
def is_signed(clock: FixedClock) -> Any:
    """Whether a request carries a signature that Slack's own verifier accepts."""

    class At:
        def now(self) -> float:
            return clock.now().timestamp()

    def check(request: httpx.Request) -> bool:
        verifier = SignatureVerifier(SECRET, At())
        return verifier.is_valid_request(request.content, dict(request.headers))

    return check


@pytest.fixture
def card() -> list[dict[str, Any]]:
    """A small message with one of everything that can be clicked in a channel."""
    option = {"text": {"type": "plain_text", "text": "Assign"}, "value": "assign"}
    return [
        {"type": "header", "text": {"type": "plain_text", "text": "Missed call - Acme Ltd"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Number*\n+33 1 23 45 67 89"}]},
        {
            "type": "actions",
            "block_id": "act",
            "elements": [
                {
                    "type": "button",
                    "action_id": "claim",
                    "text": {"type": "plain_text", "text": "Claim"},
                    "value": "a1",
                },
                {"type": "overflow", "action_id": "more", "options": [option]},
            ],
        },
    ]
