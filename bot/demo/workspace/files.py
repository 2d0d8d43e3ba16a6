"""The ``files.*`` methods: ask for an address, put the bytes there, then share."""

import mimetypes
import secrets
from dataclasses import replace
from typing import Any

from bot.demo.workspace import chat
from bot.demo.workspace.arguments import Arguments
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Channel, File, Json, Message
from bot.demo.workspace.rendering import file_json
from bot.demo.workspace.state import State


class Uploads:
    """The addresses that were given out. ``base_url`` is where this stand-in is."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._files: dict[str, str] = {}

    def get_url(self, state: State, arguments: Arguments) -> Json:
        name = arguments.required("filename")
        length = arguments.number("length", 0)
        if length <= 0:
            raise SlackError("invalid_arguments", ["must be greater than 0: length"])
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(
            id=state.next_id("F"),
            name=name,
            title=name,
            length=length,
            created_at=int(state.clock.now().timestamp()),
            content_type=kind,
        )
        state.files[file.id] = file
        ticket = secrets.token_urlsafe(24)
        self._files[ticket] = file.id
        return {"upload_url": f"{self._base_url}/upload/v1/{ticket}", "file_id": file.id}

    def receive(self, state: State, ticket: str, content: bytes) -> str:
        """Store the bytes; an address takes them once. Assumed: a wrong length is refused."""
        file = state.files.get(self._files.get(ticket, ""))
        if file is None or file.content is not None:
            raise SlackError("file_not_found")
        if len(content) != file.length:
            raise SlackError("length_mismatch")
        state.files[file.id] = replace(file, content=content)
        return f"OK - {len(content)}"


def complete(state: State, arguments: Arguments) -> Json:
    """Share files that have been uploaded: one message with all of them per channel."""
    names = arguments.structure("files", "invalid_arguments")
    if not isinstance(names, list) or not names:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    files = [_uploaded(state, entry) for entry in names]
    channels = [_place(state, name) for name in _channels(arguments)]
    for file in files:
        shared = replace(file, is_complete=True, channels=tuple(each.id for each in channels))
        state.files[file.id] = shared
    for channel in channels:
        _share(state, channel, [file.id for file in files], arguments)
    return {"files": [file_json(state, state.files[file.id]) for file in files]}


def info(state: State, arguments: Arguments) -> Json:
    return {"file": file_json(state, _known(state, arguments))}


def delete(state: State, arguments: Arguments) -> Json:
    """Removes the file everywhere it was shared."""
    file = _known(state, arguments)
    del state.files[file.id]
    for channel in file.channels:
        for message in state.messages(channel):
            if file.id in message.files:
                _remove_from(state, message, file.id)
    state.touch()
    return {}


def _remove_from(state: State, message: Message, file_id: str) -> None:
    left = tuple(name for name in message.files if name != file_id)
    if left or message.text or message.blocks:
        state.put(replace(message, files=left))
    else:
        state.remove(message)


def _known(state: State, arguments: Arguments) -> File:
    file = state.files.get(arguments.text("file"))
    if file is None or not file.is_complete:
        raise SlackError("file_not_found")
    return file


def _uploaded(state: State, entry: Any) -> File:
    name = entry.get("id") if isinstance(entry, dict) else None
    file = state.files.get(str(name))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    return replace(file, title=str(entry.get("title") or file.name))


def _channels(arguments: Arguments) -> list[str]:
    names = arguments.structure("channels", "invalid_channel") if _is_list(arguments) else None
    several = names if isinstance(names, list) else arguments.text("channels").split(",")
    return [str(name) for name in [arguments.text("channel_id"), *several] if name]


def _is_list(arguments: Arguments) -> bool:
    value = arguments.values.get("channels")
    return isinstance(value, list) or str(value).startswith("[")


def _place(state: State, name: str) -> Channel:
    """Assumed strict: ids only, as the reference says."""
    if name not in state.channels and name not in state.users:
        raise SlackError("channel_not_found")
    return chat.destination(state, name)


def _share(state: State, channel: Channel, files: list[str], arguments: Arguments) -> Message:
    text = arguments.text("initial_comment")
    return state.put(
        Message(
            channel=channel.id,
            ts=state.next_ts(),
            user=state.identity.bot_user,
            text=text,
            blocks=() if text else chat.message_blocks(arguments),
            thread_ts=chat.thread_head(state, channel, arguments.text("thread_ts")),
            files=tuple(files),
            by_bot=True,
            stored_at=state.clock.monotonic(),
        )
    )
