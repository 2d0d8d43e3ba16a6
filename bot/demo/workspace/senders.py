"""What people do in Slack, signed and sent to the app as Slack does it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.demo.workspace import payloads, views
from bot.demo.workspace.calls import Delivery
from bot.demo.workspace.choices import Choice, chosen, view_values
from bot.demo.workspace.errors import NotPossible, SlackError
from bot.demo.workspace.records import Channel, Json, Message, User, View, elements_in
from bot.demo.workspace.response_urls import ResponseUrls
from bot.demo.workspace.state import State
from bot.demo.workspace.tickets import Address

ACK_SECONDS: Final = 3.0
FORM: Final = "application/x-www-form-urlencoded"


class Senders:
    """Each returns the app's HTTP answer; a lost one is an ``httpx.HTTPError``."""

    def __init__(
        self,
        state: State,
        answers: ResponseUrls,
        *,
        signing_secret: str,
        app_url: str,
        http: httpx.AsyncClient,
    ) -> None:
        self.deliveries: list[Delivery] = []
        self._state = state
        self._answers = answers
        self._signer = SignatureVerifier(signing_secret)
        self._app_url = app_url
        self._http = http

    async def slash(self, user: str, channel: str, line: str) -> httpx.Response:
        """Type a slash command. ``@name`` and ``#name`` become ids (``should_escape``)."""
        person, place = self._user(user), self._place(user, channel)
        command, _, text = line.strip().partition(" ")
        fields = payloads.slash_command(
            self._state, person, place, command, escaped(self._state, text.strip())
        )
        fields["response_url"] = self._answers.issue(user, place.id)
        fields["trigger_id"] = self._state.triggers.issue(user)
        address = Address(user, place.id, self._state.clock.monotonic())
        try:
            reply = await self._send("slash_command", urlencode(fields), FORM)
        except httpx.HTTPError:
            self._tell(address, f"{command} failed because the app did not respond")
            raise
        self._show_reply(address, command, reply)
        return reply

    async def click(
        self,
        user: str,
        message: Message,
        action_id: str,
        choice: Choice = None,
        *,
        block_id: str | None = None,
    ) -> httpx.Response:
        """Use a button or menu of a message as it is now; ``choice`` is the option's value."""
        current = self._state.find(message.channel, message.ts)
        if current is None or current.ephemeral_to not in (None, user):
            raise NotPossible("That message is not there for this user.")
        self._place(user, current.channel)
        block, element = _element(current.blocks, action_id, block_id)
        action = payloads.action(self._state, block, element, chosen(element, choice))
        payload = payloads.interaction(self._state, "block_actions", self._user(user))
        payload |= payloads.in_message(self._state, current)
        payload["response_url"] = self._answers.issue(user, current.channel, current.ts)
        payload |= {"trigger_id": self._state.triggers.issue(user), "actions": [action]}
        return await self._interact(payload)

    async def click_in_view(
        self,
        view: View,
        action_id: str,
        choice: Choice = None,
        *,
        block_id: str | None = None,
        answers: Mapping[str, Choice] | None = None,
    ) -> httpx.Response:
        """Use a button or menu of a modal or Home tab; ``answers`` is what is typed so far."""
        current = self._view(view)
        block, element = _element(current.blocks, action_id, block_id)
        action = payloads.action(self._state, block, element, chosen(element, choice))
        payload = payloads.interaction(self._state, "block_actions", self._user(view.user))
        payload |= payloads.in_view(self._state, current, _values_so_far(current, answers))
        root = current.root_id if current.body["type"] == "modal" else None
        trigger = self._state.triggers.issue(view.user, root_view=root)
        return await self._interact(payload | {"trigger_id": trigger, "actions": [action]})

    async def submit_view(
        self, user: str, view: View, answers: Mapping[str, Choice] | None = None
    ) -> httpx.Response:
        """Send a modal off. ``answers`` are by action id; see ``choices.view_values``."""
        current = self._view(view)
        if current.user != user or "submit" not in current.body:
            raise NotPossible("This user cannot submit that view.")
        values = view_values(current.blocks, answers or {})
        payload = payloads.interaction(self._state, "view_submission", self._user(user))
        payload |= payloads.in_view(self._state, current, values)
        payload["trigger_id"] = self._state.triggers.issue(user, root_view=current.root_id)
        payload["response_urls"] = []
        reply = await self._interact(payload)
        if reply.is_success and (now := self._state.views.get(view.id)) is not None:
            self._follow(now, _json(reply))
        return reply

    async def close_view(self, view: View) -> httpx.Response | None:
        """Close a modal; the app hears of it only if it asked to."""
        current = self._view(view)
        views.close_top(self._state, current.user)
        if not current.body.get("notify_on_close"):
            return None
        payload = payloads.interaction(self._state, "view_closed", self._user(current.user))
        payload |= payloads.in_view(self._state, current, {}) | {"is_cleared": False}
        return await self._interact(payload)

    async def open_home(self, user: str, tab: str = "home") -> httpx.Response:
        """Open the app's Home tab, or its ``messages`` tab."""
        place = self._state.open_direct(user)
        event = {"type": "app_home_opened", "user": user, "channel": place.id, "tab": tab}
        return await self.send_event(event)

    async def shortcut(
        self, user: str, callback_id: str, message: Message | None = None
    ) -> httpx.Response:
        """A global shortcut, or a message shortcut when there is a message."""
        kind = "shortcut" if message is None else "message_action"
        payload = payloads.interaction(self._state, kind, self._user(user))
        payload |= {"callback_id": callback_id, "action_ts": self._state.next_ts()}
        payload["trigger_id"] = self._state.triggers.issue(user)
        if message is not None:
            place = payloads.in_message(self._state, message)
            payload |= {"channel": place["channel"], "message": place.get("message")}
            payload["message_ts"] = message.ts
            payload["response_url"] = self._answers.issue(user, message.channel)
        return await self._interact(payload)

    async def send_event(
        self, event: Json, *, retry: int = 0, reason: str = "http_timeout"
    ) -> httpx.Response:
        """An Events API event. ``retry`` counts from 1 when Slack tries again."""
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        body = json.dumps(payloads.event(self._state, event))
        return await self._send(str(event["type"]), body, "application/json", again)

    def signed(self, body: str) -> dict[str, str]:
        """The two headers that prove that a body comes from Slack, now."""
        timestamp = str(int(self._state.clock.now().timestamp()))
        signature = self._signer.generate_signature(timestamp=timestamp, body=body)
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature or ""}

    async def _interact(self, payload: Json) -> httpx.Response:
        return await self._send(payload["type"], urlencode({"payload": json.dumps(payload)}), FORM)

    async def _send(
        self, kind: str, body: str, content_type: str, more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        headers = {"Content-Type": content_type, **self.signed(body), **(more or {})}
        started, status = self._state.clock.monotonic(), None
        try:
            reply = await self._http.post(
                self._app_url, content=body.encode(), headers=headers, timeout=ACK_SECONDS
            )
            status = reply.status_code
        finally:
            seconds = self._state.clock.monotonic() - started
            self.deliveries.append(Delivery(kind=kind, status=status, seconds=seconds))
        return reply

    def _show_reply(self, address: Address, command: str, reply: httpx.Response) -> None:
        if not reply.is_success:
            failed = f"{command} failed with the error http_error_{reply.status_code}"
            self._tell(address, failed)
            return
        text = reply.text.strip()
        if not text:
            return
        values = _json(reply) or {"text": text}
        try:
            self._answers.apply(address, values)
        except SlackError as error:
            self._tell(address, f"{command} failed with the error {error.code}")

    def _tell(self, address: Address, text: str) -> None:
        self._answers.apply(address, {"text": text})

    def _follow(self, view: View, reply: Json) -> None:
        """What the answer to a submission does to the stack of modals."""
        match reply.get("response_action"):
            case "errors":
                errors = tuple((str(k), str(v)) for k, v in reply["errors"].items())
                views.replace_body(self._state, view, view.body, errors)
            case "update":
                body = views.checked(reply["view"])
                views.replace_body(self._state, view, body)
            case "push":
                views.show(self._state, view.user, views.checked(reply["view"]))
            case "clear":
                views.close_all(self._state, view.user)
            case _ if self._state.stacks.get(view.user, [])[-1:] == [view.id]:
                views.close_top(self._state, view.user)

    def _user(self, user: str) -> User:
        return self._state.users[user]

    def _place(self, user: str, channel: str) -> Channel:
        place = self._state.channels.get(channel)
        if place is None or user not in place.members:
            raise NotPossible(f"{user} is not in {channel}.")
        return place

    def _view(self, view: View) -> View:
        current = self._state.views.get(view.id)
        if current is None:
            raise NotPossible("That view is not open any more.")
        return current


def escaped(state: State, text: str) -> str:
    """A command's text as Slack hands it over with ``should_escape``."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    users = {user.name: f"<@{user.id}|{user.name}>" for user in state.users.values()}
    channels = {each.name: f"<#{each.id}|{each.name}>" for each in state.channels.values()}
    text = re.sub(r"(?<!\S)@(\w+)", lambda found: users.get(found[1], found[0]), text)
    return re.sub(r"(?<!\S)#([\w-]+)", lambda found: channels.get(found[1], found[0]), text)


def _json(reply: httpx.Response) -> Json:
    """The object in the answer; nothing if it is not JSON."""
    if not reply.headers.get("content-type", "").startswith("application/json"):
        return {}
    values = reply.json()
    return values if isinstance(values, dict) else {}


def _element(blocks: Any, action_id: str, block_id: str | None) -> tuple[str, Json]:
    for block, element in elements_in(blocks):
        if element["action_id"] == action_id and block_id in (None, block):
            return block, element
    raise NotPossible(f"There is nothing called {action_id!r} to click.")


def _values_so_far(view: View, answers: Mapping[str, Choice] | None) -> Json:
    try:
        return view_values(view.blocks, answers or {})
    except NotPossible:
        return {}
