"""The ``chat.*`` methods."""

from dataclasses import replace
from typing import Final

from bot.demo.workspace import limits
from bot.demo.workspace.arguments import Arguments
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Channel, Json, Message
from bot.demo.workspace.rendering import message_json
from bot.demo.workspace.state import State

NO_FALLBACK: Final = "This content can't be displayed."


def post_message(state: State, arguments: Arguments) -> Json:
    channel = destination(state, arguments.required("channel", "channel_not_found"))
    text, blocks = content(arguments)
    message = state.put(
        Message(
            channel=channel.id,
            ts=state.next_ts(),
            user=state.identity.bot_user,
            text=text,
            blocks=blocks,
            thread_ts=thread_head(state, channel, arguments.text("thread_ts")),
            is_broadcast=arguments.flag("reply_broadcast") and "thread_ts" in arguments,
            metadata=_metadata(arguments),
            by_bot=True,
            stored_at=state.clock.monotonic(),
        )
    )
    answer = message_json(state, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": answer}


def update(state: State, arguments: Arguments) -> Json:
    """Blocks stay only if neither text nor blocks are given; metadata stays unless given."""
    message = _own_message(state, arguments, "cant_update_message", "is_inactive")
    if not {"text", "blocks", "metadata"} & set(arguments.values):
        raise SlackError("no_text")
    changed = _with_content(message, arguments)
    if "metadata" in arguments:
        changed = replace(changed, metadata=_metadata(arguments))
    if not changed.blocks:
        changed = replace(changed, edited_ts=state.next_ts())
    state.put(changed)
    answer = message_json(state, changed, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": changed.text, "message": answer}


def delete(state: State, arguments: Arguments) -> Json:
    message = _own_message(state, arguments, "cant_delete_message", "is_archived")
    state.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(state: State, arguments: Arguments) -> Json:
    channel = destination(state, arguments.required("channel", "channel_not_found"))
    user = state.user(arguments.required("user", "user_not_found"))
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = content(arguments)
    message = state.put(
        Message(
            channel=channel.id,
            ts=state.next_ts(),
            user=state.identity.bot_user,
            text=text,
            blocks=blocks,
            thread_ts=arguments.text("thread_ts") or None,
            ephemeral_to=user.id,
            by_bot=True,
            stored_at=state.clock.monotonic(),
        )
    )
    return {"message_ts": message.ts}


def get_permalink(state: State, arguments: Arguments) -> Json:
    channel = state.channel(arguments.required("channel", "channel_not_found"))
    message = visible(state, channel.id, arguments.text("message_ts"))
    link = f"https://{state.identity.domain}.slack.com/archives/{channel.id}/p"
    link += message.ts.replace(".", "")
    if message.thread_ts is not None:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def destination(state: State, name: str) -> Channel:
    """A channel by id, by name, or the direct conversation with a user."""
    if name in state.users:
        channel = state.open_direct(name)
    elif name in state.channels:
        channel = state.channel(name)
    else:
        channel = state.channel(_id_of(state, name))
    if channel.is_archived:
        raise SlackError("is_archived")
    return state.joined_channel(channel.id)


def content(
    arguments: Arguments, longest: int = limits.LONGEST_TEXT
) -> tuple[str, tuple[Json, ...]]:
    """The text and the blocks to post; refuses what Slack refuses."""
    text = arguments.text("text") or arguments.text("markdown_text")
    blocks = message_blocks(arguments)
    if not text and not blocks and not arguments.structure("attachments", "invalid_attachments"):
        raise SlackError("no_text")
    limits.check_text(text, longest)
    limits.check_message_size(blocks)
    return text or NO_FALLBACK, blocks


def message_blocks(arguments: Arguments) -> tuple[Json, ...]:
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    return tuple(limits.check_blocks(blocks)) if blocks else ()


def thread_head(state: State, channel: Channel, ts: str) -> str | None:
    """The head of the thread that ``ts`` belongs to.

    Assumed: what Slack says to a reply to nothing is not documented; this refuses it.
    """
    if not ts:
        return None
    message = state.find(channel.id, ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("cannot_reply_to_message")
    return message.thread_ts or message.ts


def visible(state: State, channel_id: str, ts: str) -> Message:
    message = state.find(channel_id, ts)
    if message is None or message.ephemeral_to is not None or message.is_tombstone:
        raise SlackError("message_not_found")
    return message


def _own_message(state: State, arguments: Arguments, refusal: str, archived: str) -> Message:
    channel = state.channel(arguments.required("channel", "channel_not_found"))
    if channel.is_archived:
        raise SlackError(archived)
    message = visible(state, channel.id, arguments.text("ts"))
    if not message.by_bot:
        raise SlackError(refusal)
    return message


def _with_content(message: Message, arguments: Arguments) -> Message:
    if "text" not in arguments and "blocks" not in arguments:
        return message
    text, blocks = content(arguments, limits.LONGEST_UPDATE)
    return replace(message, text=text, blocks=blocks, edited_ts=None)


def _metadata(arguments: Arguments) -> Json | None:
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    return limits.check_metadata(metadata) if metadata else None


def _id_of(state: State, name: str) -> str:
    wanted = name.removeprefix("#")
    found = (channel.id for channel in state.channels.values() if channel.name == wanted)
    return next(found, name)
