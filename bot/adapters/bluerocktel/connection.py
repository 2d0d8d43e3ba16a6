"""The REST conversation with BlueRockTEL: addresses, token, pages, and which answers count."""

from collections.abc import Mapping

from pydantic import JsonValue

from bot.adapters.bluerocktel.refusals import (
    UNREADABLE,
    Missing,
    decode,
    refusal,
    refusal_inside,
    says_deleted,
)
from bot.adapters.bluerocktel.rows import secrets_in
from bot.adapters.bluerocktel.settings import BlueRockTelSettings
from bot.adapters.transport import Reply, Transport, unexpected
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError, Refused, UnexpectedReply

MOST_PAGES = 500
DONE = frozenset({200, 201, 204})
"""A change that went well: the document says 201 for everything, 200 and 204 are customary."""
Body = Mapping[str, JsonValue]


class Connection:
    """``what`` names a request in logs and errors, ``noun`` the one thing that a path points at."""

    def __init__(self, transport: Transport, settings: BlueRockTelSettings) -> None:
        self.system = transport.system
        self._transport = transport
        self._root = f"{settings.api_url}/v1"
        self._token = settings.token

    async def collect(
        self,
        what: str,
        path: str,
        *,
        query: Mapping[str, int] | None = None,
        noun: str | None = None,
        token: bool = True,
    ) -> list[object]:
        """Every item of a collection: a bare array, or Laravel's pages read to the last one.

        ``token=False`` is for the helpers, whose lists may also be names by their codes.
        """
        asked = dict(query or {})
        first = await self._ask(what, path, asked, noun, token)
        if not token and (named := _by_code(first)):
            return named
        items, last = self._page(what, first, 1)
        if last > MOST_PAGES:
            raise unexpected(self.system, what)
        for number in range(2, last + 1):
            body = await self._ask(what, path, {**asked, "page": number}, noun, token)
            more, _ = self._page(what, body, number)
            items.extend(more)
        return items

    async def fetch(self, what: str, path: str, noun: str) -> object:
        """One thing, taken out of Laravel's ``data`` wrapper where there is one."""
        return _unwrapped(await self._ask(what, path, {}, noun, True))

    async def change(
        self,
        what: str,
        method: str,
        path: str,
        *,
        noun: str | None = None,
        body: Body | None = None,
    ) -> object:
        """Change something, once. Returns the answer's JSON, ``None`` for an answer without one.

        Raises ``OutcomeUnknown`` when the answer cannot be read.
        """
        secrets = self._secrets(body or {})
        reply = await self._transport.send(
            what,
            method,
            f"{self._root}/{path}",
            headers=self._headers(True),
            json=None if body is None else dict(body),
            follow_redirects=False,
        )
        if problem := refusal(self.system, what, reply, noun, secrets):
            raise self.unclear(what) if isinstance(problem, UnexpectedReply) else problem
        answer = decode(reply.content)
        if problem := refusal_inside(self.system, answer, secrets):
            raise problem
        if method == "DELETE" and not says_deleted(reply, answer):
            await self._make_sure(what, path, noun)
        if method == "DELETE" or reply.status == 204:
            return None
        if reply.status not in DONE or answer is UNREADABLE:
            raise self.unclear(what)
        return _unwrapped(answer)

    def unclear(self, what: str) -> OutcomeUnknown:
        """The error for a change whose answer cannot be read."""
        return OutcomeUnknown(
            f"{self.system} gave an answer about {what} that cannot be read: "
            "it may have happened all the same."
        )

    async def _make_sure(self, what: str, path: str, noun: str | None) -> None:
        """Look whether a thing is gone, where a DELETE was not answered as documented."""
        lost = self.unclear(what)
        try:
            found = _unwrapped(await self._ask(what, path, {}, noun, True))
        except Missing:
            return
        except PhoneSystemError as error:
            raise lost from error
        if not isinstance(found, Mapping) or str(found.get("id")) != path.rpartition("/")[2]:
            raise lost
        raise Refused(f"{self.system} still has that {noun}: it was not deleted.")

    async def _ask(
        self, what: str, path: str, query: Mapping[str, int], noun: str | None, token: bool
    ) -> object:
        reply: Reply = await self._transport.read(
            what,
            "GET",
            f"{self._root}/{path}",
            headers=self._headers(token),
            params=dict(query) or None,
            follow_redirects=False,
        )
        secrets = self._secrets({})
        if problem := refusal(self.system, what, reply, noun, secrets):
            raise problem
        body = decode(reply.content)
        if problem := refusal_inside(self.system, body, secrets):
            raise problem
        if body is UNREADABLE:
            raise unexpected(self.system, what)
        return body

    def _page(self, what: str, body: object, number: int) -> tuple[list[object], int]:
        """The items of one answer, and the number of the last page."""
        if isinstance(body, list):
            return list(body), number
        if not isinstance(body, Mapping) or not isinstance(body.get("data"), list):
            raise unexpected(self.system, what)
        meta = body.get("meta")
        pages = meta if isinstance(meta, Mapping) else body
        here, last = pages.get("current_page", number), pages.get("last_page", number)
        if here != number or not isinstance(last, int):
            raise unexpected(self.system, what)
        return list(body["data"]), last

    def _headers(self, token: bool) -> dict[str, str]:
        accept = {"Accept": "application/json"}
        if not token:
            return accept
        return {**accept, "Authorization": f"Bearer {self._token.get_secret_value()}"}

    def _secrets(self, body: Body) -> tuple[str, ...]:
        return (self._token.get_secret_value(), *secrets_in(body))


def _by_code(body: object) -> list[object]:
    """``{"FR": "France"}`` as a list; empty for anything else."""
    if not isinstance(body, Mapping) or not all(isinstance(name, str) for name in body.values()):
        return []
    return [{"code": code, "name": name} for code, name in body.items()]


def _unwrapped(body: object) -> object:
    if isinstance(body, Mapping) and "id" not in body and isinstance(body.get("data"), Mapping):
        return body["data"]
    return body
