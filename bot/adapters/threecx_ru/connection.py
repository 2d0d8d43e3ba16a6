"""The connection: addresses that hold the key, requests, and answers as values or errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from bot.adapters.threecx_ru.replies import NOT_JSON, SaidNo, decode
from bot.adapters.threecx_ru.settings import ThreeCxRuSettings
from bot.adapters.threecx_ru.subjects import SUBJECTS
from bot.adapters.transport import Reply, Transport, unexpected, written
from bot.telephony.errors import (
    BadCredentials,
    OutcomeUnknown,
    PhoneSystemError,
    Refused,
    Unreachable,
)

ValueT = TypeVar("ValueT")
Read = Callable[[Any], ValueT]
Query = Mapping[str, str | None]

TRY_LATER: Final = frozenset({408, 429})
MAX_REASON: Final = 120
REASONS: Final = ("error", "message", "reason")
UNSAFE_IN_REASONS: Final = ("<", ">", "://", "webapi", "select ", "insert ", "update ", "delete ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, and how to speak of it when it fails.

    ``refusal`` completes the sentence "<system> ...". The system's own reason is added unless it
    holds one of ``secrets``, ``quotes_us`` or names the command. ``lost`` is the error for an
    answer that cannot be read, ``busy`` for a system that wants to be asked later.
    """

    command: str
    lost: PhoneSystemError
    busy: PhoneSystemError
    refusal: str = ""
    secrets: tuple[str, ...] = ()
    quotes_us: bool = False


class Connection:
    """``https://host/webapi/<key>/<command>?...`` of one system.

    ``ask`` and ``change`` raise ``Refused``, ``BadCredentials`` and what ``Transport`` raises;
    ``NotSent`` for what no request can hold.
    An answer that cannot be read is ``UnexpectedReply`` to a question, but ``OutcomeUnknown``
    after a change: it may have happened.
    """

    def __init__(self, settings: ThreeCxRuSettings, transport: Transport) -> None:
        self.system = transport.system
        self._settings = settings
        self._transport = transport

    async def ask(
        self, command: str, read: Read[ValueT], query: Query | None = None, *, refusal: str = ""
    ) -> ValueT:
        """Ask something; it may be asked twice."""
        reply = await self._transport.read(command or "licence", "GET", self._url(command, query))
        lost = unexpected(self.system, SUBJECTS[command])
        busy = Unreachable(f"{self.system} is too busy for questions; try again in a moment.")
        request = Request(command=command, lost=lost, busy=busy, refusal=refusal)
        return self._value(reply, read, request)

    async def change(
        self,
        command: str,
        read: Read[ValueT],
        query: Query,
        *,
        refusal: str = "",
        secrets: tuple[str, ...] = (),
    ) -> ValueT:
        """Change something with a GET, sent once. ``secrets`` are never repeated in a refusal."""
        reply = await self._transport.send(command, "GET", self._url(command, query))
        lost, busy = self._lost(command), self._busy()
        request = Request(command=command, lost=lost, busy=busy, refusal=refusal, secrets=secrets)
        return self._value(reply, read, request)

    async def post(self, command: str, read: Read[ValueT], body: object, refusal: str) -> ValueT:
        """Post JSON, once. The system's own reason is not shown: it would quote the statement."""
        reply = await self._transport.send(command, "POST", self._url(command, None), json=body)
        lost, busy = self._lost(command), self._busy()
        request = Request(command=command, lost=lost, busy=busy, refusal=refusal, quotes_us=True)
        return self._value(reply, read, request)

    def _url(self, command: str, query: Query | None) -> str:
        key = quote(self._settings.key.get_secret_value(), safe="")
        given = {name: value for name, value in (query or {}).items() if value is not None}
        # Lists are written with plain commas in the vendor's document, blanks as %20.
        text = written(self.system, lambda: urlencode(given, quote_via=quote, safe=","))
        host = str(self._settings.url).rstrip("/")
        return f"{host}/webapi/{key}/{command}" + (f"?{text}" if text else "")

    def _lost(self, command: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"{self.system} gave an answer about {SUBJECTS[command]} that cannot be read: "
            "it may have happened all the same."
        )

    def _busy(self) -> Refused:
        return Refused(f"{self.system} is too busy for this; try again in a moment.")

    def _value(self, reply: Reply, read: Read[ValueT], request: Request) -> ValueT:
        payload = _json(reply)
        self._check_status(reply.status, payload, request)
        if 200 <= reply.status < 300 and not _error_in(payload):
            try:
                return read(payload)
            except SaidNo as no:
                reason = no.reason or _reason_in(payload)
            except ValueError:
                reason = None
            if reason is None:
                raise request.lost
        else:
            reason = _reason_in(payload)
        raise self._refused(reason, request)

    def _check_status(self, status: int, payload: Any, request: Request) -> None:
        """How a wrong key is answered is not documented: these are the likely ways."""
        if status == 403:
            raise BadCredentials(f"{self.system} does not accept our key for that.")
        if status == 404 and payload is NOT_JSON:
            raise BadCredentials(f"{self.system} does not know our key, or not this command.")
        if status in TRY_LATER:
            raise request.busy
        if 400 <= status < 500 and status != 404 and not _reason_in(payload):
            raise Refused(f"{self.system} refused: status {status}.")
        if not 400 <= status < 500 and (status >= 300 or payload is NOT_JSON):
            raise request.lost

    def _refused(self, reason: str, request: Request) -> Refused:
        hidden = (self._settings.key.get_secret_value(), request.command, *request.secrets)
        shown = "" if request.quotes_us else _safe(reason, hidden)
        asked = f"refused the request about {SUBJECTS[request.command]}"
        text = f"{self.system} {request.refusal or asked}"
        return Refused(f"{text} ({shown})." if shown else f"{text}.")


def _json(reply: Reply) -> Any:
    try:
        return decode(reply.content)
    except ValueError:
        return NOT_JSON


def _error_in(payload: Any) -> bool:
    return isinstance(payload, dict) and bool(payload.get("error"))


def _reason_in(payload: Any) -> str:
    """The system's own words about a failure; empty where there are none."""
    if not isinstance(payload, dict):
        return ""
    named = [payload.get(name) for name in REASONS]
    return next((each for each in named if isinstance(each, str) and each.strip()), "")


def _safe(reason: str, hidden: tuple[str, ...]) -> str:
    """Leave only what people may see: short plain text without mark-up, addresses and secrets."""
    text = " ".join(reason.split()).rstrip(".")
    lowered = text.lower()
    unsafe = any(each in lowered for each in UNSAFE_IN_REASONS) or not text.isprintable()
    leaks = any(each and (each in text or quote(each, safe="") in text) for each in hidden)
    return "" if unsafe or leaks or len(text) > MAX_REASON else text
