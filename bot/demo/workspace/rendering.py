"""Records as the JSON that Slack answers with: its own keys, no others' guesses."""

from typing import Final

from bot.demo.workspace.records import Channel, ChannelKind, File, Json, Message, User, View
from bot.demo.workspace.state import State

_FILE_TYPES: Final = {
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "text/csv": "csv",
    "text/plain": "text",
}


def user_json(user: User, team_id: str) -> Json:
    profile = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": team_id,
    }
    return {
        "id": user.id,
        "team_id": team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.is_deleted,
        "tz": user.timezone,
        "tz_label": user.timezone,
        "profile": profile | ({"email": user.email} if user.email else {}),
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "updated": 1,
    }


def channel_json(channel: Channel, bot_user: str) -> Json:
    if channel.kind is ChannelKind.DIRECT:
        partner = next(iter(channel.members - {bot_user}))
        return {
            "id": channel.id,
            "created": 1,
            "is_im": True,
            "user": partner,
            "is_org_shared": False,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": False,
        "is_mpim": channel.kind is ChannelKind.GROUP,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_member": bot_user in channel.members,
        "num_members": len(channel.members),
        "created": 1,
    }


def message_json(state: State, message: Message, *, with_metadata: bool = False) -> Json:
    """As in ``conversations.history``; metadata only when it was asked for."""
    answer: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    answer["team"] = state.identity.team_id
    if message.by_bot:
        answer |= _bot_part(state)
    if message.blocks:
        answer["blocks"] = list(message.blocks)
    if message.thread_ts is not None:
        answer["thread_ts"] = message.thread_ts
    if message.is_broadcast:
        answer["subtype"] = "thread_broadcast"
    if message.is_tombstone:
        answer |= {"subtype": "tombstone", "hidden": True, "user": "USLACKBOT"}
    if message.edited_ts is not None:
        answer["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.files:
        answer["files"] = [file_json(state, state.files[name]) for name in message.files]
    if with_metadata and message.metadata:
        answer["metadata"] = message.metadata
    return answer | _thread_part(state, message)


def _bot_part(state: State) -> Json:
    bot = state.identity
    return {
        "bot_id": bot.bot_id,
        "app_id": bot.app_id,
        "bot_profile": {
            "id": bot.bot_id,
            "app_id": bot.app_id,
            "user_id": bot.bot_user,
            "name": bot.bot_name,
            "team_id": bot.team_id,
            "deleted": False,
        },
    }


def _thread_part(state: State, message: Message) -> Json:
    replies = [] if message.thread_ts else state.thread(message.channel, message.ts)
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": sorted({reply.user for reply in replies}),
        "reply_users_count": len({reply.user for reply in replies}),
        "latest_reply": replies[-1].ts,
    }


def file_json(state: State, file: File) -> Json:
    mimetype = file.content_type
    return {
        "id": file.id,
        "created": file.created_at,
        "timestamp": file.created_at,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": _FILE_TYPES.get(mimetype, "binary"),
        "size": file.length,
        "user": state.identity.bot_user,
        "user_team": state.identity.team_id,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": f"https://files.slack.com/files-pri/{state.identity.team_id}-{file.id}",
        "channels": [name for name in file.channels if name.startswith("C")],
        "ims": [name for name in file.channels if name.startswith("D")],
    }


def view_json(state: State, view: View, values: Json | None = None) -> Json:
    """``values`` is what the user has filled in: block id -> action id -> value."""
    body = view.body
    return {
        "id": view.id,
        "team_id": state.identity.team_id,
        "type": body["type"],
        "title": body.get("title"),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": list(view.blocks),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": values or {}},
        "hash": view.hash,
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": state.identity.app_id,
        "app_installed_team_id": state.identity.team_id,
        "bot_id": state.identity.bot_id,
    }
