"""Whether an order may be repeated where a redirect of PbxAPI.aspx leads. If in doubt, it may not.

A redirect can mean "ask there instead" as well as "done, now look there", so its status alone
proves nothing, and what is not repeated here is told as "it may have happened".
"""

import posixpath
import re
from collections.abc import Mapping

import httpx

PAGE = "/pbxapi.aspx"

MOVED = frozenset({301, 302, 307, 308})
"""Without 303, which says that the work is done: RFC 9110, section 15.4.4."""

FORM_KEPT = frozenset({307, 308})
"""The very request, body and all, is wanted elsewhere: RFC 9110, sections 15.4.8 and 15.4.9."""


def repeated_at(
    asked: str, order: Mapping[str, str], *, posted: bool, status: int, location: str
) -> httpx.URL | None:
    """Where to send ``order`` again, ``None`` when it must not be.

    An order in a query goes where the Location holds that very order and nothing else, as in the
    one redirect that is known of V9. A form goes where 307 or 308 name another address alone.
    """
    target = followed_to(asked, location)
    if target is None or status not in MOVED:
        return None
    if posted:
        moved = status in FORM_KEPT and not target.query
    else:
        moved = sorted(target.params.multi_items()) == sorted(order.items())
    return target if moved else None


def followed_to(asked: str, location: str) -> httpx.URL | None:
    """The address behind a redirect, ``None`` when the order's secret must not go there.

    Same host, and same port unless it goes from http to https; the page must again be
    PbxAPI.aspx: a log-in or an error page is no answer, although it comes with a 200. The address
    that was just asked is not asked again: it has the order, and may have carried it out.
    """
    if not location:
        return None
    asked_url = httpx.URL(asked)
    try:
        target = asked_url.join(location)
    except (httpx.InvalidURL, ValueError):
        return None
    upgraded = (asked_url.scheme, target.scheme) == ("http", "https")
    same_door = (target.scheme, target.port) == (asked_url.scheme, asked_url.port)
    is_page = target.path.lower().endswith(PAGE)
    if target.host != asked_url.host or target.userinfo or not is_page:
        return None
    moved = same_door and _folder(target) != _folder(asked_url)
    return target.copy_with(fragment=None) if upgraded or moved else None


def _folder(url: httpx.URL) -> str:
    """Where the page stands, however that is spelt: these servers run on Windows, where letter case
    and dots and blanks at the end of a name make no other address, and what is behind the page's
    name does not either."""
    slashes = re.sub(r"[/\\]+", "/", url.path.lower())
    path = re.sub(r"[. ]+(?=/|$)", "", posixpath.normpath(slashes))
    return path.partition(PAGE)[0]
