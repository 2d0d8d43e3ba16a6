"""What one person sees of the workspace, as JSON for the page."""

from typing import Final

from bot.demo.workspace.records import Channel, ChannelKind, Json, Message
from bot.demo.workspace.rendering import message_json, view_json
from bot.demo.workspace.state import State

LONGEST_LIST: Final = 200


def page_state(state: State, user: str) -> Json:
    """Channels that ``user`` is in, with the newest messages; open modal; Home tab."""
    channels = [channel for channel in state.channels.values() if user in channel.members]
    stack = state.stacks.get(user, [])
    top = state.views[stack[-1]] if stack else None
    home = state.views.get(state.homes.get(user, ""))
    return {
        "version": state.version,
        "team": state.identity.team_name,
        "me": user,
        "bot": state.identity.bot_user,
        "users": {
            each.id: {"name": each.real_name, "is_bot": each.is_bot, "timezone": each.timezone}
            for each in state.users.values()
        },
        "channels": [_channel(state, channel, user) for channel in channels],
        "modal": None if top is None else view_json(state, top) | {"errors": dict(top.errors)},
        "modal_depth": len(stack),
        "home": None if home is None else view_json(state, home),
    }


def _channel(state: State, channel: Channel, user: str) -> Json:
    messages = [*state.messages(channel.id)]
    messages += [each for each in state.ephemerals(user) if each.channel == channel.id]
    messages.sort(key=lambda message: message.ts)
    partners = sorted(channel.members - {user})
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "partner": partners[0] if channel.kind is ChannelKind.DIRECT and partners else None,
        "is_archived": channel.is_archived,
        "messages": [_message(state, each) for each in messages[-LONGEST_LIST:]],
    }


def _message(state: State, message: Message) -> Json:
    return message_json(state, message) | {"only_visible_to_you": message.ephemeral_to is not None}
