"""The wire to a phone system: whole, cut after the request arrived, or dead.

``httpx.ASGITransport`` never times out, so a lost answer is what a cut wire raises.
"""

import httpx


class Wire(httpx.AsyncBaseTransport):
    """``asked`` counts the requests that were sent out, those that got lost too."""

    def __init__(self, system: httpx.AsyncBaseTransport | None) -> None:
        self.asked = 0
        self._system = system
        self._lost: str | None = None
        self._dead = False

    def lead_to(self, system: httpx.AsyncBaseTransport) -> None:
        """To a phone system that the test brings along."""
        self._system = system

    def lose_answer(self, containing: str = "") -> None:
        """The next request with that in its URL or body takes effect; its answer is lost."""
        self._lost = containing

    def die(self) -> None:
        """From now on no connection is made."""
        self._dead = True

    def mend(self) -> None:
        """All is well again."""
        self._dead, self._lost = False, None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self._dead or self._system is None:
            raise httpx.ConnectError("made up", request=request)
        answer = await self._system.handle_async_request(request)
        if self._lost is None or self._lost not in f"{request.url}{await _body(request)}":
            return answer
        self._lost = None
        raise httpx.ReadTimeout("made up", request=request)


async def _body(request: httpx.Request) -> str:
    return (await request.aread()).decode("latin-1")
