"""What the answers of PbxAPI.aspx mean. No document shows one, so this is a matter of reading.

Taken as a yes: any 2xx whose body is empty or is a text or page without a complaint. Taken as a
no: an ASP.NET error page, a log-in page, and short texts or titles with words of refusal.
"""

import html
import re
from collections.abc import Iterable

from bot.adapters.transport import Reply
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError, Refused

SHORT = 300
"""Characters of visible text; a longer page may hold any word without meaning it."""
LONGEST_REASON = 120
LONGEST_READ = 20_000

TEXT_TYPES = frozenset({"", "text/html", "text/plain", "text/xml", "application/xml"})
ERROR_PAGE = re.compile(r"Server Error in '|Runtime Error|Exception Details:|Stack Trace:")
INVISIBLE = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.I)
TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.DOTALL | re.IGNORECASE)
NO_COMPLAINT = re.compile(r"\b(no|0|without)( an?y?)? (error|failure)s?\b", re.IGNORECASE)
COMPLAINT = re.compile(
    r"\b(errors?|denied|invalid|fail(ed|ure|s)?|wrong|incorrect|unauthori[sz]ed|forbidden|refused"
    r"|cannot|can't|not (found|allowed|permitted|exist\w*|valid)|unknown|missing)\b",
    re.IGNORECASE,
)
LOG_IN = re.compile(r"\b(log ?[io]n|sign ?in)\b", re.IGNORECASE)
UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
UNSAFE = re.compile(r"[<>{}\\/=@%&]|sql|exception", re.IGNORECASE)


def complaint(system: str, reply: Reply, secrets: Iterable[str]) -> PhoneSystemError | None:
    """The error that an answer amounts to, ``None`` when it is a yes.

    ``secrets`` were part of the request; a text that repeats one of them is not shown.
    """
    match reply.status:
        case status if 200 <= status < 300:
            return _in_body(system, reply, secrets)
        case status if 300 <= status < 400:
            return OutcomeUnknown(
                f"{system} sent us to another page instead of an answer: it may have happened "
                "all the same."
            )
        case 403:
            return Refused(f"{system} does not allow us to do that.")
        case 404:
            return no_such_address(system)
        case status:
            return Refused(f"{system} refused: status {status}.")


def no_such_address(system: str) -> Refused:
    """The error for a 404: the path differs between versions."""
    return Refused(f"{system} has no HTTP API at this address: check url_style and url.")


def _in_body(system: str, reply: Reply, secrets: Iterable[str]) -> PhoneSystemError | None:
    body = reply.text[:LONGEST_READ]
    if reply.content_type not in TEXT_TYPES or UNREADABLE.search(body):
        return OutcomeUnknown(
            f"{system} gave an answer that cannot be read: it may have happened all the same."
        )
    text = _visible(body)
    title = " ".join(_visible(found) for found in TITLE.findall(body))
    said = text if len(text) <= SHORT else title
    if ERROR_PAGE.search(body):
        return Refused(f"{system} showed an error page instead of doing it.")
    if LOG_IN.search(said):
        return Refused(f"{system} showed a log-in page instead of doing it: check the url.")
    if COMPLAINT.search(NO_COMPLAINT.sub("", said)):
        reason = _reason(said, secrets)
        return Refused(f"{system} refused: {reason}." if reason else f"{system} refused.")
    return None


def _visible(page: str) -> str:
    return " ".join(html.unescape(INVISIBLE.sub(" ", page)).split())


def _reason(said: str, secrets: Iterable[str]) -> str:
    line = said.rstrip(".")
    if len(line) > LONGEST_REASON or UNSAFE.search(line):
        return ""
    return "" if any(secret.lower() in line.lower() for secret in secrets) else line
