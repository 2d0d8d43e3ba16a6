"""Counts what is asked of Slack and how it ends, for the metrics. Addresses are never kept."""

import json
from collections import Counter
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp

from bot.slack.departures import TurnMissed
from bot.slack.outcomes import result_of

ELSEWHERE = "other"
"""Response URLs and uploads: their addresses are as good as passwords."""


class Traffic:
    """``counts`` is by Slack method and result: ok, limited, refused, failed or unanswered."""

    def __init__(self, api_url: str) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._api = urlsplit(api_url)

    def trace(self) -> aiohttp.TraceConfig:
        """What an aiohttp session needs to be counted."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._ended)
        trace.on_request_exception.append(self._broke)
        return trace

    async def _ended(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        method, response = self._method(str(params.url)), params.response
        if method == ELSEWHERE:
            result = _by_status(response.status)
        else:  # aiohttp keeps what is read here for whoever asked
            result = result_in(response.status, await response.read())
        self.counts[method, result] += 1

    async def _broke(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        if not isinstance(params.exception, TurnMissed):
            self.counts[self._method(str(params.url)), "unanswered"] += 1

    def _method(self, address: str) -> str:
        url = urlsplit(address)
        name = url.path.removeprefix(self._api.path)
        inside = url.netloc == self._api.netloc and name != url.path
        return name if inside and name.replace(".", "").isalnum() else ELSEWHERE


def result_in(status: int, body: bytes) -> str:
    """What the body of Slack's answer says, whatever is in it."""
    try:
        return result_of(status, json.loads(body))
    except ValueError:
        return result_of(status, None)


def _by_status(status: int) -> str:
    if status == 429:
        return "limited"
    if status >= 500:
        return "failed"
    return "refused" if status >= 400 else "ok"
