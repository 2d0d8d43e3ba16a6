"""The ``conversations.*`` methods."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from bot.demo.workspace.arguments import Arguments
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Channel, ChannelKind, Json, Message
from bot.demo.workspace.rendering import channel_json, message_json
from bot.demo.workspace.state import State

PAGE: Final = 100
LARGEST_PAGE: Final = 999

Item = TypeVar("Item")


def history(state: State, arguments: Arguments) -> Json:
    """Newest first. With ``oldest`` and no ``latest`` the pages start at the oldest end."""
    channel = _readable(state, arguments)
    everything = [m for m in state.messages(channel.id) if not m.thread_ts or m.is_broadcast]
    found = _between(_fresh_enough(state, everything, arguments), arguments)
    forwards = "oldest" in arguments and "latest" not in arguments
    chosen, more = page(found if forwards else found[::-1], arguments)
    newest_first = sorted(chosen, key=lambda message: message.ts, reverse=True)
    return _messages(state, newest_first, arguments) | more | {"pin_count": 0}


def replies(state: State, arguments: Arguments) -> Json:
    """The head of the thread and its replies, oldest first."""
    channel = _readable(state, arguments)
    asked = state.find(channel.id, arguments.text("ts"))
    if asked is None or asked.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    head = asked.thread_ts or asked.ts
    thread = [m for m in state.messages(channel.id) if head in (m.ts, m.thread_ts)]
    found = _between(_fresh_enough(state, thread, arguments), arguments)
    chosen, more = page(found, arguments)
    return _messages(state, chosen, arguments) | more


def info(state: State, arguments: Arguments) -> Json:
    channel = state.channel(arguments.required("channel", "channel_not_found"))
    return {"channel": channel_json(channel, state.identity.bot_user)}


def list_all(state: State, arguments: Arguments) -> Json:
    kinds = set(arguments.text("types", ChannelKind.PUBLIC).split(","))
    if unknown := kinds - set(ChannelKind):
        raise SlackError("invalid_types", [f"unknown type: {min(unknown)}"])
    bot = state.identity.bot_user
    chosen, more = page([c for c in _known(state, arguments) if c.kind in kinds], arguments)
    return {"channels": [channel_json(channel, bot) for channel in chosen]} | more


def list_of_user(state: State, arguments: Arguments) -> Json:
    """``users.conversations``: those of a user, the bot by default."""
    user = arguments.text("user", state.identity.bot_user)
    kinds = set(arguments.text("types", ChannelKind.PUBLIC).split(","))
    found = [c for c in _known(state, arguments) if c.kind in kinds and user in c.members]
    chosen, more = page(found, arguments)
    return {"channels": [channel_json(each, state.identity.bot_user) for each in chosen]} | more


def members(state: State, arguments: Arguments) -> Json:
    channel = state.channel(arguments.required("channel", "channel_not_found"))
    chosen, more = page(sorted(channel.members), arguments)
    return {"members": list(chosen)} | more


def open_direct(state: State, arguments: Arguments) -> Json:
    if "channel" in arguments:
        channel, was_open = state.channel(arguments.text("channel")), True
    else:
        channel, was_open = _open_with(
            state, arguments.required("users", "users_list_not_supplied")
        )
    full = arguments.flag("return_im")
    answer = channel_json(channel, state.identity.bot_user) if full else {"id": channel.id}
    return {"channel": answer} | ({"no_op": True, "already_open": True} if was_open else {})


def join(state: State, arguments: Arguments) -> Json:
    channel = state.channel(arguments.required("channel", "channel_not_found"))
    bot = state.identity.bot_user
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if bot in channel.members:
        return {"channel": channel_json(channel, bot), "warning": "already_in_channel"}
    joined = state.put_channel(replace(channel, members=channel.members | {bot}))
    return {"channel": channel_json(joined, bot)}


def page(items: Sequence[Item], arguments: Arguments) -> tuple[Sequence[Item], Json]:
    """One page and what says whether there is another. A cursor is made of the offset."""
    size = min(arguments.number("limit", PAGE) or PAGE, LARGEST_PAGE)
    cursor = arguments.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdecimal():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("next:")) if cursor else 0
    end = start + size
    following = f"next:{end}" if end < len(items) else ""
    more: Json = {"response_metadata": {"next_cursor": following}}
    return items[start:end], more | {"has_more": bool(following)}


def _open_with(state: State, names: str) -> tuple[Channel, bool]:
    users = [name.strip() for name in names.split(",")]
    if any(user not in state.users for user in users):
        raise SlackError("user_not_found")
    if len(users) == 1:
        found = state.direct_channel(users[0])
        return found or state.open_direct(users[0]), found is not None
    everybody = frozenset({*users, state.identity.bot_user})
    for channel in state.channels.values():
        if channel.kind is ChannelKind.GROUP and channel.members == everybody:
            return channel, True
    name = "mpdm-" + "--".join(state.users[user].name for user in users) + "-1"
    made = Channel(id=state.next_id("G"), name=name, kind=ChannelKind.GROUP, members=everybody)
    return state.put_channel(made), False


def _readable(state: State, arguments: Arguments) -> Channel:
    channel_id = arguments.required("channel", "channel_not_found")
    return state.joined_channel(channel_id)


def _known(state: State, arguments: Arguments) -> list[Channel]:
    bot = state.identity.bot_user
    without_archived = arguments.flag("exclude_archived")
    return [
        channel
        for channel in state.channels.values()
        if (channel.kind is ChannelKind.PUBLIC or bot in channel.members)
        and not (without_archived and channel.is_archived)
    ]


def _fresh_enough(
    state: State, messages: Sequence[Message], arguments: Arguments
) -> Sequence[Message]:
    if not arguments.stale_seconds:
        return messages
    limit = state.clock.monotonic() - arguments.stale_seconds
    return [message for message in messages if message.stored_at <= limit]


def _between(messages: Sequence[Message], arguments: Arguments) -> list[Message]:
    oldest, latest = _time(arguments, "oldest"), _time(arguments, "latest")
    inclusive = arguments.flag("inclusive")
    return [
        message
        for message in messages
        if (oldest is None or _micros(message.ts) > oldest - inclusive)
        and (latest is None or _micros(message.ts) < latest + inclusive)
    ]


def _time(arguments: Arguments, name: str) -> int | None:
    value = arguments.text(name)
    if not value:
        return None
    if not value.replace(".", "", 1).isdecimal():
        raise SlackError(f"invalid_ts_{name}")
    return _micros(value)


def _micros(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0) * 1_000_000 + int(fraction[:6].ljust(6, "0"))


def _messages(state: State, messages: Sequence[Message], arguments: Arguments) -> Json:
    asked = arguments.flag("include_all_metadata")
    return {"messages": [message_json(state, each, with_metadata=asked) for each in messages]}
