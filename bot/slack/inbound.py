"""What people do in Slack: stored, then acknowledged; carried out afterwards.

One listener per kind, with our own tables behind them: Bolt walks its listeners one by one, and
its default way of acknowledging polls. The signature is checked by the guard in front of Bolt
(``webhooks.slack``), which answers malformed requests where Bolt would fail on them.
"""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.message import as_typed
from storage.engine import DatabaseUnusable
from storage.invocations import save_invocation
from storage.store import Backlog, Store

ANY = re.compile(".*")
NOT_KNOWN = (
    "The database does not answer right now. This may be carried out all the same when it does: "
    "you get an answer then. If none comes within a few minutes, please try again."
)
"""A commit that was cut off may have been one; an earlier delivery of the same may be stored."""


class Inbound:
    """Turns what Slack sends into stored invocations."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A slash command."""
        payload = {
            "text": as_typed(str(body.get("text") or "")),
            "user_name": body.get("user_name") or "",
            "response_url": body.get("response_url") or "",
        }
        is_stored = await self._save(
            body,
            kind="command",
            name=str(body["command"]).removeprefix("/"),
            slack_user=str(body.get("user_id", "")),
            slack_channel=str(body.get("channel_id", "")),
            payload=payload,
        )
        await (ack() if is_stored else ack(text=NOT_KNOWN, response_type="ephemeral"))

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        """A button, or a menu: the value of what was chosen counts as the menu's own."""
        pressed = body["actions"][0]
        chosen = pressed.get("selected_option") or {}
        user = body.get("user") or {}
        channel = (body.get("channel") or {}).get("id")
        shown = body.get("container") or {}
        payload = {
            "value": str(pressed.get("value") or chosen.get("value") or ""),
            "user_name": user.get("name") or user.get("username") or "",
            "response_url": body.get("response_url") or "",
            "message_ts": "" if shown.get("is_ephemeral") else shown.get("message_ts") or "",
        }
        is_stored = await self._save(
            body,
            kind="action",
            name=str(pressed.get("action_id")),
            slack_user=str(user.get("id", "")),
            slack_channel=str(channel or user.get("id", "")),
            payload=payload,
        )
        if not is_stored:
            return BoltResponse(status=503)  # Slack marks the button as failed
        await ack()
        return None

    async def _save(self, body: Mapping[str, Any], **invocation: Any) -> bool:
        """Store it. ``False`` where nobody can tell yet whether it is, or will be."""
        if self._store.is_stuck:  # Slack would stop waiting first
            return False
        try:
            await self._store.write(
                save_invocation, key=_key(body), asked_at=self._clock.now(), **invocation
            )
        except (Backlog, DatabaseUnusable):  # the store has logged it
            return False
        return True


def _key(body: Mapping[str, Any]) -> str:
    """The same for the same request delivered twice: Slack's trigger is used once."""
    trigger = body.get("trigger_id")
    if trigger:
        return str(trigger)
    canonical = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def build_bolt(inbound: Inbound) -> AsyncApp:
    """Bolt with one listener per kind. It only takes requests apart: its client is never used."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    app = AsyncApp(
        name="ringback",  # else Bolt looks through every loaded module for one
        client=AsyncWebClient(retry_handlers=[]),
        authorize=authorize,
        signing_secret="checked by the guard",  # noqa: S106 - not a secret
        request_verification_enabled=False,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )
    app.command(ANY)(inbound.command)
    app.block_action(ANY)(inbound.action)  # ``action`` takes dialogs and workflow steps as well
    return app
