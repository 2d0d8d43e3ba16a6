"""What the app posts to a response_url: an answer to a command, or a change of what was clicked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.demo.workspace import chat, limits
from bot.demo.workspace.arguments import Arguments, read_call
from bot.demo.workspace.calls import Call
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Json, Message
from bot.demo.workspace.state import State
from bot.demo.workspace.tickets import Address

_GONE: Final = frozenset({"no_service", "expired_url", "used_url"})


class ResponseUrls:
    """Takes the posts, and the immediate replies to slash commands, which mean the same."""

    def __init__(self, state: State, base_url: str, note: Callable[[Call], None]) -> None:
        self._state = state
        self._base_url = base_url.rstrip("/")
        self._note = note

    @property
    def routes(self) -> list[Route]:
        return [Route("/response/{ticket}", self._take, methods=["POST"])]

    def issue(self, user: str, channel: str, original_ts: str | None = None) -> str:
        ticket = self._state.addresses.issue(user, channel, original_ts)
        return f"{self._base_url}/response/{ticket}"

    async def _take(self, request: Request) -> Response:
        _, values = await read_call(request)
        call = Call(method="response_url", arguments=values, at=self._state.clock.monotonic())
        self._note(call)
        try:
            address = self._state.addresses.use(request.path_params["ticket"])
            call.channel = address.channel
            self.apply(address, values)
        except SlackError as error:
            call.outcome = error.code
            status = 404 if error.code in _GONE else 400
            return JSONResponse({"ok": False, "error": error.code}, status_code=status)
        call.outcome, call.had_effect = "ok", True
        return PlainTextResponse("ok")

    def apply(self, address: Address, values: Json) -> None:
        """Show an answer. Only what was clicked can be replaced (slackapi/bolt-python#1268)."""
        arguments = Arguments(values)
        original = self._original(address)
        if arguments.flag("delete_original"):
            if original is not None:
                self._state.remove(original)
        elif arguments.flag("replace_original") and original is not None:
            text, blocks = _content(arguments)
            self._state.put(replace(original, text=text, blocks=blocks))
        else:
            self._post(address, arguments)

    def _original(self, address: Address) -> Message | None:
        if address.original_ts is None:
            return None
        return self._state.find(address.channel, address.original_ts)

    def _post(self, address: Address, arguments: Arguments) -> None:
        text, blocks = _content(arguments)
        in_channel = arguments.text("response_type", "ephemeral") == "in_channel"
        self._state.put(
            Message(
                channel=address.channel,
                ts=self._state.next_ts(),
                user=self._state.identity.bot_user,
                text=text,
                blocks=blocks,
                thread_ts=arguments.text("thread_ts") or None,
                ephemeral_to=None if in_channel else address.user,
                by_bot=True,
                stored_at=self._state.clock.monotonic(),
            )
        )


def _content(arguments: Arguments) -> tuple[str, tuple[Json, ...]]:
    text, blocks = arguments.text("text"), chat.message_blocks(arguments)
    if not text and not blocks:
        raise SlackError("no_text")
    limits.check_text(text)
    return text or chat.NO_FALLBACK, blocks
