"""Everything the workspace remembers, and who is waiting for it to change."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.clock import Clock
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Channel, ChannelKind, File, Identity, Message, User, View
from bot.demo.workspace.tickets import Addresses, Triggers

USERS: Final = (
    User(id="U0ANA", name="ana", real_name="Ana", email="ana@example.com", is_admin=True),
    User(id="U0BO", name="bo", real_name="Bo", email="bo@example.com"),
    User(id="U0CY", name="cy", real_name="Cy", email="cy@example.com"),
)
_EVERYBODY: Final = frozenset({"U0ANA", "U0BO", "U0CY", "U0BOT"})
_PEOPLE: Final = _EVERYBODY - {"U0BOT"}
CHANNELS: Final = (
    Channel(id="C0SUPPORT", name="support", members=_EVERYBODY),
    Channel(id="C0SALES", name="sales", members=_EVERYBODY),
    Channel(id="C0OPS", name="ops", members=_EVERYBODY),
    Channel(id="C0LOBBY", name="lobby", members=_PEOPLE),
    Channel(id="C0PRIVATE", name="board", kind=ChannelKind.PRIVATE, members=_PEOPLE),
    Channel(id="C0OLD", name="old", members=_EVERYBODY, is_archived=True),
)


class State:
    """One workspace in memory. ``version`` grows with every change that anybody could see."""

    def __init__(
        self,
        clock: Clock,
        identity: Identity,
        users: Iterable[User] = USERS,
        channels: Iterable[Channel] = CHANNELS,
    ) -> None:
        self.clock = clock
        self.identity = identity
        self.users = {user.id: user for user in users}
        self.channels = {channel.id: channel for channel in channels}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.triggers = Triggers(clock)
        self.addresses = Addresses(clock)
        self.version = 0
        self._messages: dict[str, dict[str, Message]] = {}
        self._last_micros = 0
        self._last_number = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._add_bot()

    def _add_bot(self) -> None:
        bot = self.identity
        self.users[bot.bot_user] = User(
            id=bot.bot_user, name=bot.bot_name, real_name="Ringback", is_bot=True
        )

    # Time and names

    def next_ts(self) -> str:
        """A timestamp later than every one before, even if the clock was set back."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_micros = max(now, self._last_micros + 100)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        self._last_number += 1
        return f"{prefix}0{self._last_number:08d}"

    # Changes

    def touch(self) -> None:
        """Count a change and wake whoever waits for one."""
        self.version += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def changed(self) -> None:
        """Return after the next change."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        await future

    # People and channels

    def user(self, user_id: str) -> User:
        user = self.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user

    def channel(self, channel_id: str) -> Channel:
        """By id only, and only what the bot may know of: else ``channel_not_found``."""
        channel = self.channels.get(channel_id)
        if channel is None or not self._bot_knows(channel):
            raise SlackError("channel_not_found")
        return channel

    def joined_channel(self, channel_id: str) -> Channel:
        channel = self.channel(channel_id)
        if self.identity.bot_user not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def _bot_knows(self, channel: Channel) -> bool:
        return channel.kind is ChannelKind.PUBLIC or self.identity.bot_user in channel.members

    def put_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        self.touch()
        return channel

    def direct_channel(self, user_id: str) -> Channel | None:
        """The conversation of the bot with this user, if it was ever opened."""
        members = frozenset({user_id, self.identity.bot_user})
        return next(
            (
                channel
                for channel in self.channels.values()
                if channel.kind is ChannelKind.DIRECT and channel.members == members
            ),
            None,
        )

    def open_direct(self, user_id: str) -> Channel:
        """The conversation of the bot with this user; refuses bots and strangers."""
        user = self.user(user_id)
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        members = frozenset({user.id, self.identity.bot_user})
        found = self.direct_channel(user.id)
        if found is not None:
            return found
        kind = ChannelKind.DIRECT
        return self.put_channel(
            Channel(id=f"D0{user.id[1:]}", name=user.id, kind=kind, members=members)
        )

    # Messages

    def put(self, message: Message) -> Message:
        self._messages.setdefault(message.channel, {})[message.ts] = message
        self.touch()
        return message

    def find(self, channel_id: str, ts: str) -> Message | None:
        return self._messages.get(channel_id, {}).get(ts)

    def remove(self, message: Message) -> None:
        """Slack leaves a tombstone where a thread would lose its head."""
        if self.thread(message.channel, message.ts):
            gone = replace(message, text="This message was deleted.", blocks=(), files=())
            self.put(replace(gone, metadata=None, is_tombstone=True))
            return
        self._messages.get(message.channel, {}).pop(message.ts, None)
        self.touch()

    def messages(self, channel_id: str) -> list[Message]:
        """All that everybody in the channel can see, replies too, oldest first."""
        stored = self._messages.get(channel_id, {}).values()
        return [message for message in stored if message.ephemeral_to is None]

    def ephemerals(self, user_id: str) -> list[Message]:
        """All that only this user can see, in any channel, oldest first."""
        everything = (each for stored in self._messages.values() for each in stored.values())
        own = [message for message in everything if message.ephemeral_to == user_id]
        return sorted(own, key=lambda message: message.ts)

    def thread(self, channel_id: str, ts: str) -> list[Message]:
        """The replies to ``ts``, oldest first."""
        return [message for message in self.messages(channel_id) if message.thread_ts == ts]
