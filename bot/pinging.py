"""The dead man's ping: asked for once a minute while all is well, so that silence says the rest."""

import logging
from dataclasses import dataclass
from typing import Final

import httpx
from pydantic import SecretStr

from bot.clock import Clock
from bot.watching import Watch

log = logging.getLogger(__name__)

PING_SECONDS: Final = 60.0


@dataclass
class Ping:
    """Pings for as long as ``run`` runs. The address is a secret and is never logged."""

    watch: Watch
    clock: Clock
    http: httpx.AsyncClient
    url: SecretStr
    failures: int = 0

    async def run(self) -> None:
        """Ping until cancelled."""
        while True:
            try:
                await self.ping()
            except Exception:  # else the alarm goes off though all is well
                log.exception("No ping was sent; trying again")
            await self.clock.sleep(PING_SECONDS)

    async def ping(self) -> None:
        """One ping, or none when something is wrong. A failure and its end are logged once each."""
        if await self.watch.problems():
            return
        try:
            reply = await self.http.get(self.url.get_secret_value())
            problem = "" if reply.is_success else f"answered {reply.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = _in_words(error)
        if problem and not self.failures:
            log.warning("The ping was not taken: %s", problem)
        elif not problem and self.failures:
            log.info("The ping is taken again")
        self.failures = self.failures + 1 if problem else 0


def _in_words(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    match error:
        case httpx.TimeoutException():
            return "no answer in time"
        case httpx.ConnectError():
            return "no connection"
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return "its address is not one"
    return "the connection was lost"
