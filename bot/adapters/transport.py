"""HTTP to phone systems: one request at a time per system, every failure translated.

Some vendors carry keys in the URL, and httpx keeps the request on its exceptions. So nothing
that leaves this module holds a URL or an httpx exception: a request is named by a word that the
adapter chooses.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import stamina

from bot.telephony.errors import (
    BadCredentials,
    NotSent,
    OutcomeUnknown,
    UnexpectedReply,
    Unreachable,
)

log = logging.getLogger(__name__)

ValueT = TypeVar("ValueT")

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""No byte of the request left us."""

HOW_TO_SEND = frozenset({"auth", "follow_redirects"})
"""What a request is sent with; all else is what it holds."""

OUT_OF_SERVICE = frozenset({502, 503, 504})
"""What a proxy says for a system that is away, and a system that is overloaded."""

READ_ATTEMPTS = 2
TURN_SECONDS = 15.0
"""How long a request waits for the one before it: a hanging system is reported, not queued for."""
PATIENCE = 5
"""A whole request may take so many of the system's timeouts more than one wait for its answer. The
client's own limits hold for each read: https://www.python-httpx.org/advanced/timeouts/"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. The body is kept out of ``repr``: some answers carry secrets."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body, decoded leniently."""
        return self.content.decode("utf-8", errors="replace")

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Transport:
    """Requests to one phone system.

    ``read`` asks a question: it may be asked again, and its failures are ``Unreachable``, a system
    that is out of service among them.
    ``send`` makes something happen: it goes out once, and a lost answer is ``OutcomeUnknown``.
    Both return whatever status came back, except 401, which is ``BadCredentials``, and for
    ``send`` a 5xx that the adapter does not list as a plain refusal: ``OutcomeUnknown``. What no
    request can hold is ``NotSent``.
    """

    def __init__(self, system: str, http: httpx.AsyncClient) -> None:
        self.system = system
        self._http = http
        self._one_at_a_time = asyncio.Lock()

    async def read(
        self, what: str, method: str, url: str, *, alone: bool = True, **request: Any
    ) -> Reply:
        """Ask something. ``alone=False`` lets a long poll run beside other requests."""
        async for attempt in stamina.retry_context(
            on=Unreachable, attempts=READ_ATTEMPTS, wait_initial=0.2, wait_max=1.0
        ):
            with attempt:
                lost = Unreachable(f"{self.system} did not answer.")
                reply = await self._request(what, method, url, alone, lost, request)
                if reply.status in OUT_OF_SERVICE:
                    raise Unreachable(f"{self.system} is out of service at the moment.")
                return reply
        raise AssertionError("stamina re-raises the last error")

    async def send(
        self,
        what: str,
        method: str,
        url: str,
        *,
        alone: bool = True,
        refusals: frozenset[int] = frozenset(),
        **request: Any,
    ) -> Reply:
        """Make something happen, once. ``refusals`` are the 5xx statuses that surely mean no."""
        lost = OutcomeUnknown(f"{self.system} did not answer: it may have happened all the same.")
        reply = await self._request(what, method, url, alone, lost, request)
        if reply.status >= 500 and reply.status not in refusals:
            raise OutcomeUnknown(
                f"{self.system} reported an internal error: it may have happened all the same."
            )
        return reply

    async def _request(
        self,
        what: str,
        method: str,
        url: str,
        alone: bool,
        lost: Exception,
        request: dict[str, Any],
    ) -> Reply:
        held = {name: value for name, value in request.items() if name not in HOW_TO_SEND}
        written(self.system, lambda: self._http.build_request(method, url, **held))
        async with self._turn(alone):
            answer = await self._ask(what, method, url, lost, request)
        # Raised out here, so that httpx's exception, which holds the URL, is not its context.
        if isinstance(answer, Exception):
            raise answer
        log.debug("%s: %s answered %s", self.system, what, answer.status_code)
        if answer.status_code == 401:
            raise BadCredentials(f"{self.system} does not accept our credentials.")
        return Reply(answer.status_code, answer.headers, answer.content)

    async def _ask(
        self, what: str, method: str, url: str, lost: Exception, request: dict[str, Any]
    ) -> httpx.Response | Exception:
        """The answer, or the error that its absence means.

        Nobody knows how far a request got whose time is up as a whole: it is lost.
        """
        try:
            async with asyncio.timeout(self._longest(request)):
                return await self._http.request(method, url, **request)
        except NEVER_SENT as error:
            log.info("%s: %s not sent: %s", self.system, what, type(error).__name__)
            return Unreachable(f"{self.system} cannot be reached{_reason(error)}.")
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            log.info("%s: %s got no answer: %s", self.system, what, type(error).__name__)
            return lost

    def _longest(self, request: dict[str, Any]) -> float | None:
        """Seconds for a whole request, long polls too; ``None`` for one without limits."""
        limits = httpx.Timeout(request.get("timeout", self._http.timeout))
        if limits.read is None or limits.write is None:
            return None
        return limits.read + PATIENCE * limits.write

    @asynccontextmanager
    async def _turn(self, alone: bool) -> AsyncIterator[None]:
        if not alone:
            yield
            return
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._one_at_a_time.acquire()
        except TimeoutError:
            raise Unreachable(f"{self.system} is still busy with an earlier request.") from None
        try:
            yield
        finally:
            self._one_at_a_time.release()


def _reason(error: httpx.TransportError) -> str:
    """Why there was no connection, in our own words: those of others may hold the address."""
    if isinstance(error, httpx.ConnectTimeout):
        return ": no connection in time"
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return ": its certificate is not trusted (see verify_tls)"
            case ssl.SSLError():
                return ": no encrypted connection"
            case socket.gaierror():
                return ": its name cannot be looked up"
            case ConnectionRefusedError():
                return ": connection refused"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What led to ``error``; several at once where a name has several addresses."""
    if error is None:
        return
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    yield from _causes(error.__cause__ or error.__context__)


def written(system: str, write: Callable[[], ValueT]) -> ValueT:
    """What ``write`` makes of values from outside. Raises ``NotSent`` if no request can hold them.

    Raised past the handlers, so that what was to be written is not its context.
    """
    try:
        return write()
    except httpx.InvalidURL:
        reason = "is too long"
    except UnicodeEncodeError:
        reason = "holds characters that cannot be written"
    except ValueError:
        reason = "is a number that cannot be written"
    except RecursionError:
        reason = "is nested without end"
    raise NotSent(f"Nothing was sent to {system}: a value {reason}.")


def unexpected(system: str, what: str) -> UnexpectedReply:
    """The error for an answer that cannot be read; ``what`` names the question, not the answer."""
    return UnexpectedReply(f"{system} gave an answer about {what} that cannot be read.")
