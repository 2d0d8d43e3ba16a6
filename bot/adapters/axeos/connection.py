"""The road to one Axeos PBX: addresses, credentials, and answers read strictly.

"PBX API", Making API calls: everything lies below ``/apis/pbx/``, JSON is spoken in both
directions, credentials are HTTP Basic. Errors are documented by their status alone, so the
sentences are ours.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from bot.adapters.axeos.call_addresses import CallAddresses
from bot.adapters.axeos.reasons import reason_in
from bot.adapters.axeos.settings import AxeosSettings
from bot.adapters.transport import Reply, Transport, unexpected, written
from bot.telephony.errors import NotSent, OutcomeUnknown, Refused, Unreachable

ShapeT = TypeVar("ShapeT")

TRY_LATER = frozenset({408, 429})


class Connection:
    """Asks and changes things at one PBX.

    ``what`` names the subject in sentences for people: "that user", "the mailboxes". ``path`` is
    relative to ``/apis/pbx/``, or a whole address from ``calls``. What no request can hold is
    ``NotSent``.
    """

    def __init__(self, system: str, settings: AxeosSettings, http: httpx.AsyncClient) -> None:
        self.system = system
        self._settings = settings
        self._transport = Transport(system, http)
        self._base = f"{str(settings.url).rstrip('/')}/apis/pbx/"
        self.calls = CallAddresses(self._base)

    async def ask(
        self,
        what: str,
        path: str,
        shape: TypeAdapter[ShapeT],
        *,
        params: Mapping[str, str] | None = None,
        secret: str | None = None,
        **request: Any,
    ) -> ShapeT:
        """GET something. Raises ``Refused``, ``Unreachable`` and ``UnexpectedReply``.

        ``secret`` is one among ``params`` that no sentence may repeat.
        """
        reply = await self._transport.read(
            what, "GET", self._address(path), params=params, **self._common(), **request
        )
        self._raise_refusal(reply, what, secret)
        if reply.status >= 500 or reply.status in TRY_LATER:
            raise Unreachable(f"{self.system} could not answer about {what} just now.")
        found = _read(shape, reply) if reply.status == 200 else None
        if found is None:
            raise unexpected(self.system, what)
        return found

    async def change(
        self,
        what: str,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        refusals: frozenset[int] = frozenset(),
        **request: Any,
    ) -> Reply:
        """Make something happen, once. Raises ``Refused`` and ``OutcomeUnknown``.

        Returns answers in the 200s, and those of ``refusals``.
        """
        if body is not None:
            request["json"] = body
        reply = await self._transport.send(
            what, method, self._address(path), refusals=refusals, **self._common(), **request
        )
        self._raise_refusal(reply, what)
        if reply.status in TRY_LATER:
            raise Refused(f"{self.system} is too busy for this; try again in a moment.")
        if not 200 <= reply.status < 300 and reply.status not in refusals:
            raise self.unreadable(what)
        return reply

    def read_change(self, reply: Reply, what: str, shape: TypeAdapter[ShapeT]) -> ShapeT:
        """What a change answered. Raises ``OutcomeUnknown`` if that cannot be read."""
        found = _read(shape, reply)
        if found is None:
            raise self.unreadable(what)
        return found

    def unreadable(self, what: str) -> OutcomeUnknown:
        """The error for a change whose answer cannot be read: it may have taken effect."""
        return OutcomeUnknown(
            f"{self.system} gave an answer about {what} that cannot be read: "
            "it may have happened all the same."
        )

    def segment(self, identifier: str) -> str:
        """``identifier`` as one part of a path. Raises ``NotSent`` if it cannot be one."""
        if identifier.strip(". ") == "":
            raise NotSent(f"{self.system} needs an identifier, and got an empty one.")
        return written(self.system, lambda: quote(identifier, safe=""))

    def refused(self, sentence: str, reply: Reply, secret: str | None = None) -> Refused:
        """The error for a no: ``sentence``, and the PBX's own reason where that may be shown."""
        reason = reason_in(reply.content, [self._settings.credentials()[1], secret or ""])
        return Refused(f"{sentence}: {reason}." if reason else f"{sentence}.")

    def _raise_refusal(self, reply: Reply, what: str, secret: str | None = None) -> None:
        if not 400 <= reply.status < 500 or reply.status in TRY_LATER:
            return
        match reply.status:
            case 403:
                sentence = f"{self.system} does not let our account do this with {what}"
            case 404:
                sentence = f"{self.system} does not know {what}"
            case _:
                sentence = f"{self.system} refused the request about {what}"
        raise self.refused(sentence, reply, secret)

    def _address(self, path: str) -> str:
        return path if path.startswith(("https://", "http://")) else self._base + path

    def _common(self) -> dict[str, Any]:
        return {
            "auth": httpx.BasicAuth(*self._settings.credentials()),
            "headers": {"Accept": "application/json"},
        }


def set_flags(**named: bool) -> dict[str, bool]:
    """The flags that are set: they are documented to count when they are there."""
    return {name: True for name, is_set in named.items() if is_set}


def flags(**named: bool) -> dict[str, str]:
    """The flags that are set, for a query string."""
    return dict.fromkeys(set_flags(**named), "1")


def texts(**values: str | int | None) -> dict[str, str]:
    """The values that are given, for a query string."""
    return {name: str(value) for name, value in values.items() if value is not None}


def decode(content: bytes) -> Any:
    """JSON, read leniently: a caller's name in a broken encoding must not hide its call.

    Raises ``ValueError``.
    """
    try:
        return json.loads(content.decode("utf-8-sig", errors="replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read(shape: TypeAdapter[ShapeT], reply: Reply) -> ShapeT | None:
    """The body as ``shape``, or ``None``: whoever raises then keeps no trace of the body."""
    try:
        return shape.validate_python(decode(reply.content))
    except (ValidationError, ValueError):
        return None
