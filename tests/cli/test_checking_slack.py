"""What ``ringback check`` says of Slack: the token, its scopes, the channels and the admins."""

import asyncio
import json

import pytest
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from support.serving import serving

from bot.cli.checking import ask_all
from bot.demo.servers import address
from bot.listening import open_socket
from bot.settings import RouteSettings
from bot.slack.manifest import SCOPES

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Slack:
    """As much of Slack as a check asks. ``channels`` are what is said of each."""

    def __init__(self):
        self.channels = {"C0OPS": {"is_member": True}, "C0SALES": {"is_member": True}}
        self.scopes = sorted(SCOPES)
        self.team = "Acme"
        methods = {
            "auth.test": self._auth,
            "conversations.info": self._info,
            "users.info": self._person,
        }
        self.app = Starlette(
            routes=[
                Route(f"/api/{name}", answer, methods=["GET", "POST"])
                for name, answer in methods.items()
            ]
        )

    async def _auth(self, request):
        told = {"ok": True, "user": "ringback", "team": self.team}
        return Response(
            json.dumps(told),
            media_type="application/json",
            headers={"x-oauth-scopes": ",".join(self.scopes)},
        )

    async def _info(self, request):
        name = {**request.query_params, **(await request.form())}["channel"]
        if name not in self.channels:
            return JSONResponse({"ok": False, "error": "channel_not_found"})
        return JSONResponse({"ok": True, "channel": self.channels[name]})

    async def _person(self, request):
        user = {**request.query_params, **(await request.form())}["user"]
        if user != "U0ANA":
            return JSONResponse({"ok": False, "error": "user_not_found"})
        return JSONResponse({"ok": True, "user": {"id": user}})

    async def ask(self, settings):
        listening = open_socket()
        base = AnyHttpUrl(f"{address(listening)}/api/")
        slack = settings.slack.model_copy(update={"api_url": base})
        routes = (RouteSettings(channel="C0SALES"),)
        async with serving(self.app, listening):
            update = {"slack": slack, "systems": {}, "routes": routes}
            return await ask_all(settings.model_copy(update=update))


@pytest.fixture
def slack(settings, capsys):
    made = Slack()

    def told():
        good = asyncio.run(made.ask(settings))
        (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("slack")]
        return good, line

    made.told = told
    return made


def test_slack_is_ready_where_the_bot_may_and_can_post(slack):
    good, told = slack.told()
    assert good
    assert told.endswith("ringback in Acme, 2 channels ready")


@pytest.mark.parametrize(
    ("team", "printed"),
    [("A\ud83dcme", "A\\ud83dcme"), ("\x1b[31mAcme", "\\u001b[31mAcme")],
)
def test_whatever_is_answered_can_be_printed(slack, team, printed):
    slack.team = team
    _, told = slack.told()
    assert f"ringback in {printed}, 2 channels ready" in told


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"is_member": False}, "the bot is not in C0SALES: /invite it there."),
        ({"is_archived": True, "is_member": False}, "C0SALES is archived."),
    ],
)
def test_a_channel_that_cannot_be_posted_to_is_said(slack, said, wrong):
    slack.channels["C0SALES"] = said
    good, told = slack.told()
    assert not good
    assert told.endswith(wrong)


def test_a_channel_that_there_is_not_is_named(slack):
    del slack.channels["C0SALES"]
    good, told = slack.told()
    assert not good
    assert told.endswith("C0SALES: Slack says channel_not_found.")


def test_scopes_that_are_missing_are_named_but_not_those_that_may_be_left_out(slack, settings):
    slack.scopes = [scope for scope in SCOPES if scope not in ("files:write", "groups:history")]
    _, told = slack.told()
    assert "the scope files:write is missing; the scope groups:history is missing" in told
    settings.slack.__dict__["history"] = False
    assert "groups:history" not in slack.told()[1]


def test_all_that_is_wrong_with_channels_is_told_at_once(slack):
    del slack.channels["C0OPS"]
    slack.channels["C0SALES"] = {"is_member": False}
    _, told = slack.told()
    assert told.endswith(
        "C0OPS: Slack says channel_not_found; the bot is not in C0SALES: /invite it there."
    )


def test_admins_whom_slack_does_not_know_are_named(slack, settings):
    settings.slack.__dict__["admins"] = ("U0ANA", "U0NOBODY", "W0NOBODY")
    good, told = slack.told()
    assert not good
    assert told.partition(" s: ")[2] == (
        "the admin U0NOBODY: Slack says user_not_found; "
        "the admin W0NOBODY: Slack says user_not_found."
    )
