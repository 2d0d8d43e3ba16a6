"""One tenant's way to proxyapi.php: the key goes first, and every answer is checked for it."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from bot.adapters.mirta.reasons import mistaken_key
from bot.adapters.mirta.replies import Answer
from bot.adapters.mirta.settings import MirtaSettings
from bot.adapters.transport import Reply, Transport, unexpected
from bot.telephony.errors import BadCredentials, OutcomeUnknown, Refused, UnexpectedReply

RowT = TypeVar("RowT", bound=BaseModel)
OK: Final = 200


class Connection:
    """What all requests share. Parameters are sent in the order in which they are given.

    MiRTA manual, Old ProxyAPI, "Common Parameters". All methods raise ``Unreachable``,
    ``BadCredentials``, ``Refused`` and ``UnexpectedReply``; those that change something raise
    ``OutcomeUnknown`` where the answer got lost, says nothing or has a status nobody knows. What
    cannot be sent at all is ``NotSent``.
    """

    def __init__(self, settings: MirtaSettings, transport: Transport) -> None:
        self.settings = settings
        self.system = transport.system
        self.tenant = settings.tenant_code
        self._transport = transport
        self._url = str(settings.url)

    async def ask(self, what: str, /, **query: str | int | None) -> Answer:
        """Put a question; parameters that are ``None`` are left out."""
        params = self._with_key(query)
        reply = await self._transport.read(what, "GET", self._url, params=params)
        if reply.status != OK:
            raise UnexpectedReply(self._never_used(what, reply))
        return self._checked(what, reply)

    async def change(self, what: str, /, **query: str | int | None) -> Answer:
        """Make something happen, once."""
        params = self._with_key(query)
        reply = await self._transport.send(what, "GET", self._url, params=params)
        return self._checked_change(what, reply)

    async def write(self, what: str, jsondata: str, **query: str | int | None) -> Answer:
        """Write a record, once: the columns go as the form field ``jsondata``."""
        params, form = self._with_key(query), {"jsondata": jsondata}
        reply = await self._transport.send(what, "POST", self._url, params=params, data=form)
        return self._checked_change(what, reply)

    def seat(self, extension: str) -> str:
        """How AGENT and HANGUP want an extension: ``104-TENANT``, unless settings say no."""
        if not self.settings.extension_suffix:
            return extension
        return f"{self.bare(extension)}-{self.tenant}"

    def bare(self, seat: str) -> str:
        """The extension in ``104-TENANT``."""
        return seat.removesuffix(f"-{self.tenant}")

    def read_rows(self, what: str, model: type[RowT], rows: list[dict[str, Any]]) -> list[RowT]:
        """Rows as models. Raises ``UnexpectedReply`` for values of impossible types."""
        try:
            return [model.model_validate(row) for row in rows]
        except (ValidationError, RecursionError):
            raise unexpected(self.system, what) from None

    def _with_key(self, query: Mapping[str, str | int | None]) -> list[tuple[str, str]]:
        named = [(name, str(value)) for name, value in query.items() if value is not None]
        return [("key", self.settings.key.get_secret_value()), *named]

    def _never_used(self, what: str, reply: Reply) -> str:
        return (
            f"{self.system} answered {what} with HTTP status {reply.status}, which its "
            "interface never uses: is the url in its settings right?"
        )

    def _checked_change(self, what: str, reply: Reply) -> Answer:
        """A 4xx is a no. Of any other status but 200 nobody knows what it stands for."""
        if 400 <= reply.status < 500:
            raise Refused(self._never_used(what, reply))
        if reply.status != OK:
            raise OutcomeUnknown(
                f"{self.system} answered {what} with HTTP status {reply.status}, which its "
                "interface never uses: it may have happened all the same."
            )
        return self._checked(what, reply)

    def _checked(self, what: str, reply: Reply) -> Answer:
        if mistaken_key(reply.text[:200]):
            raise BadCredentials(
                f"{self.system} does not accept our key or our tenant code (it has one answer for "
                "both, and perhaps for a change by a key that may only read)."
            )
        return Answer(self.system, what, reply, self.settings.key.get_secret_value())
