"""Where a redirect of PbxAPI.aspx may be followed to: the same machine, the same page."""

import httpx

STATUSES = frozenset({301, 302, 303, 307, 308})
PAGE = "/pbxapi.aspx"


def followed_to(asked: str, location: str) -> httpx.URL | None:
    """The address to repeat the order at, ``None`` when the order's secret must not go there.

    Same host, and same port unless it goes from http to https; the page must again be
    PbxAPI.aspx: a log-in or an error page is no answer, although it comes with a 200.
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
    same_page = target.path.lower().endswith(PAGE)
    if target.host != asked_url.host or target.userinfo or not same_page:
        return None
    return target.copy_with(fragment=None) if upgraded or same_door else None
