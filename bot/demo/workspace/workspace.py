"""The workspace as one object: what tests and the demo hold in their hands."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import httpx

from bot.clock import Clock
from bot.demo.workspace.calls import Call, Delivery, TooFast
from bot.demo.workspace.misbehaviour import DroppingStarlette, Fault, Order
from bot.demo.workspace.page import DemoButton, Page
from bot.demo.workspace.records import Channel, File, Identity, Message, User, View
from bot.demo.workspace.response_urls import ResponseUrls
from bot.demo.workspace.senders import Senders
from bot.demo.workspace.state import CHANNELS, USERS, State
from bot.demo.workspace.web_api import WebApi

DEFAULT_URL: Final = "http://127.0.0.1:3001"


class Workspace:
    """A Slack workspace in memory.

    ``app`` is to be served on loopback, or used through ``httpx.ASGITransport``. ``url`` is where
    it can be reached: upload addresses and response_urls are built from it. ``app_url`` is the
    app's ``/slack/events``. Without ``http`` it makes a client of its own; ``close`` closes that.
    ``buttons`` and ``commands`` (name -> what it does) are offered on the web page.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        bot_token: str,
        signing_secret: str,
        app_url: str,
        http: httpx.AsyncClient | None = None,
        url: str = DEFAULT_URL,
        identity: Identity | None = None,
        users: Iterable[User] = USERS,
        channels: Iterable[Channel] = CHANNELS,
        buttons: Sequence[DemoButton] = (),
        commands: Mapping[str, str] | None = None,
    ) -> None:
        self.state = State(clock, identity or Identity(), users, channels)
        client = http or httpx.AsyncClient()
        self._own_http = None if http else client
        self._api = WebApi(self.state, bot_token, url)
        answers = ResponseUrls(self.state, url, self._api.calls.append)
        senders = Senders(
            self.state,
            answers,
            signing_secret=signing_secret,
            app_url=app_url,
            http=client,
        )
        page = Page(self.state, senders, buttons, commands or {})
        self.app = DroppingStarlette(routes=[*self._api.routes, *answers.routes, *page.routes])
        self._lend(senders, page)

    def _lend(self, senders: Senders, page: Page) -> None:
        """What people do: each of these is documented in ``senders.Senders``."""
        self.slash = senders.slash
        self.click = senders.click
        self.click_in_view = senders.click_in_view
        self.submit_view = senders.submit_view
        self.close_view = senders.close_view
        self.open_home = senders.open_home
        self.shortcut = senders.shortcut
        self.send_event = senders.send_event
        self.signed = senders.signed
        self.say = page.say
        self._senders = senders

    async def close(self) -> None:
        """Cancel late effects, close the client that was made here."""
        await self._api.close()
        if self._own_http is not None:
            await self._own_http.aclose()

    # What the app did

    @property
    def calls(self) -> list[Call]:
        """Every call of the web API, upload and response_url, in order of arrival."""
        return self._api.calls

    @property
    def too_fast(self) -> list[TooFast]:
        """Posts to one channel less than a second apart."""
        return self._api.referee.too_fast

    @property
    def deliveries(self) -> list[Delivery]:
        """What was sent to the app, and how long it took to answer."""
        return self._senders.deliveries

    # What goes wrong

    def order(
        self,
        *,
        method: str,
        fault: Fault,
        times: int = 1,
        channel: str | None = None,
        seconds: float = 0.0,
        error: str = "",
    ) -> None:
        """The next ``times`` calls of ``method`` (``"*"``: any) go wrong.

        ``channel`` is an id, a name or a user; ``seconds`` is the delay, the ``Retry-After`` or
        the age below which messages are hidden; ``error`` is the code for ``Fault.ERROR``.
        """
        self._api.misbehaviour.order(
            Order(
                method=method,
                fault=fault,
                times=times,
                channel=channel,
                seconds=seconds,
                error=error,
            )
        )

    def behave(self) -> None:
        """Forget what was ordered."""
        self._api.misbehaviour.behave()

    # Who and where

    def add_channel(self, channel: Channel) -> Channel:
        return self.state.put_channel(channel)

    def archive(self, channel: str) -> None:
        self.state.put_channel(replace(self.state.channels[channel], is_archived=True))

    def invite(self, channel: str, user: str) -> None:
        place = self.state.channels[channel]
        self.state.put_channel(replace(place, members=place.members | {user}))

    def kick(self, channel: str, user: str) -> None:
        place = self.state.channels[channel]
        self.state.put_channel(replace(place, members=place.members - {user}))

    # What people see

    def messages(self, channel: str) -> list[Message]:
        """What stands in the channel, oldest first, each with its ``replies``."""
        return [
            replace(message, replies=tuple(self.state.thread(channel, message.ts)))
            for message in self.state.messages(channel)
            if message.thread_ts is None or message.is_broadcast
        ]

    def dm(self, user: str) -> list[Message]:
        """What stands in the user's conversation with the bot."""
        channel = self.state.direct_channel(user)
        return [] if channel is None else self.messages(channel.id)

    def ephemerals(self, user: str) -> list[Message]:
        """What only this user sees, in all channels, oldest first."""
        return self.state.ephemerals(user)

    def files_of(self, user: str) -> list[File]:
        """Files that were shared in the user's conversation with the bot."""
        return [self.state.files[name] for message in self.dm(user) for name in message.files]

    def modal(self, user: str) -> View | None:
        """The modal that the user has in front of him."""
        stack = self.state.stacks.get(user)
        return self.state.views[stack[-1]] if stack else None

    def home(self, user: str) -> View | None:
        return self.state.views.get(self.state.homes.get(user, ""))

    def find(self, channel: str, text: str) -> Message:
        """The newest message or reply whose text or blocks contain ``text``.

        Raises ``LookupError`` that tells what stands there instead.
        """
        everything = self.state.messages(channel)
        for message in reversed(everything):
            if text in message.all_text:
                return replace(message, replies=tuple(self.state.thread(channel, message.ts)))
        shown = "\n---\n".join(message.all_text for message in everything) or "(nothing)"
        raise LookupError(f"{channel} has no message with {text!r}. It has:\n{shown}")

    async def changed(self) -> None:
        """Return after the next change that anybody could see."""
        await self.state.changed()

    async def until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        """Return when ``condition`` holds, looking after each change.

        ``seconds`` are real ones, whatever clock the workspace has; then ``TimeoutError``.
        """
        async with asyncio.timeout(seconds):
            while not condition():
                await self.state.changed()
