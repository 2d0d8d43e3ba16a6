"""How simulators post: to one address, one after the other, whatever becomes of it."""

from collections.abc import Iterable, Mapping

import httpx

Post = tuple[Mapping[str, str], bytes]
"""Headers and body."""


async def deliver(http: httpx.AsyncClient, url: str, posts: Iterable[Post]) -> str:
    """Post in order; what became of each: a status, or the name of an error."""
    return ", ".join([await _outcome(http, url, post) for post in posts])


async def _outcome(http: httpx.AsyncClient, url: str, post: Post) -> str:
    headers, body = post
    try:
        reply = await http.post(url, headers=headers, content=body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return str(reply.status_code)
