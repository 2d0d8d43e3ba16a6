"""The bodies of what Slack sends to an app (Slack reference, "Interaction payloads")."""

import secrets

from bot.demo.workspace.records import Channel, ChannelKind, Json, Message, User, View
from bot.demo.workspace.rendering import message_json, view_json
from bot.demo.workspace.state import State


def slash_command(
    state: State, user: User, channel: Channel, command: str, text: str
) -> dict[str, str]:
    return {
        "token": state.identity.verification_token,
        "team_id": state.identity.team_id,
        "team_domain": state.identity.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": state.identity.app_id,
        "is_enterprise_install": "false",
    }


def interaction(state: State, kind: str, user: User) -> Json:
    """What every interaction has."""
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": state.identity.team_id,
        },
        "api_app_id": state.identity.app_id,
        "token": state.identity.verification_token,
        "team": {"id": state.identity.team_id, "domain": state.identity.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action(state: State, block_id: str, element: Json, choice: Json) -> Json:
    return {
        "action_id": element["action_id"],
        "block_id": block_id,
        "type": element["type"],
        "action_ts": state.next_ts(),
    } | choice


def in_message(state: State, message: Message) -> Json:
    """Where a click happened. An ephemeral message is not sent along."""
    is_ephemeral = message.ephemeral_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": is_ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    channel = state.channels[message.channel]
    part: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": {}},
    }
    if not is_ephemeral:
        part["message"] = message_json(state, message, with_metadata=True)
    return part


def in_view(state: State, view: View, values: Json) -> Json:
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(state, view, values),
    }


def event(state: State, event: Json) -> Json:
    """An Events API envelope."""
    identity = state.identity
    return {
        "token": identity.verification_token,
        "team_id": identity.team_id,
        "api_app_id": identity.app_id,
        "event": {"event_ts": state.next_ts(), **event},
        "type": "event_callback",
        "event_id": f"Ev0{secrets.token_hex(5).upper()}",
        "event_time": int(state.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": identity.team_id,
                "user_id": identity.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def channel_name(channel: Channel) -> str:
    """The name as payloads spell it."""
    match channel.kind:
        case ChannelKind.DIRECT:
            return "directmessage"
        case ChannelKind.PRIVATE:
            return "privategroup"
        case _:
            return channel.name
