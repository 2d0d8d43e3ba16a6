"""HTTP clients: explicit time limits, no redirects, one set of trusted certificates."""

import ssl
from functools import cache

import httpx

from bot.settings import SystemSettings

CONNECT_SECONDS = 5.0


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    """Made once a process, and only read: it is a megabyte, and a hundred systems need the same."""
    return httpx.create_ssl_context(verify=verify)


def make_client(timeout_seconds: float, *, verify_tls: bool = True) -> httpx.AsyncClient:
    """A client that waits so long, and ``CONNECT_SECONDS`` at most for a connection."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
        verify=_tls(verify_tls),
        follow_redirects=False,
    )


def make_http(settings: SystemSettings) -> httpx.AsyncClient:
    """The client for one phone system."""
    return make_client(settings.timeout_seconds, verify_tls=settings.verify_tls)
