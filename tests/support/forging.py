"""Requests as nobody could make them in Slack, signed as Slack signs."""

import json
from urllib.parse import urlencode

import httpx
from support.world import World

FORM = "application/x-www-form-urlencoded"


async def send(world: World, body: str, kind: str = FORM) -> httpx.Response:
    """Any body at all; what it asks for is not carried out yet."""
    headers = {"content-type": kind, **world.workspace.signed(body)}
    return await world.app.post("/slack/events", content=body.encode(), headers=headers)


async def command(
    world: World,
    line: str,
    text: str,
    *,
    user: str = "U0BO",
    trigger: str = "1.1.made-up",
    response_url: str = "",
) -> httpx.Response:
    """A slash command with exactly this text, and nowhere to answer to, unless said."""
    form = {
        "command": line,
        "text": text,
        "user_id": user,
        "user_name": "somebody",
        "team_id": "T0DEMO",
        "channel_id": "C0SUPPORT",
        "trigger_id": trigger,
        "response_url": response_url,
    }
    return await send(world, urlencode(form))


async def press(
    world: World,
    user: str,
    action: str,
    value: str,
    *,
    channel: str = "C0SUPPORT",
    trigger: str = "2.2.made-up",
    ts: str = "",
) -> httpx.Response:
    """A button with any value, pressed in any channel, in any message."""
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": "somebody"},
        "team": {"id": "T0DEMO"},
        "channel": {"id": channel},
        "container": {"type": "message", "message_ts": ts, "channel_id": channel},
        "trigger_id": trigger,
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return await send(world, urlencode({"payload": json.dumps(payload)}))
