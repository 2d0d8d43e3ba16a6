"""Decides whether a request is from whom it says; pure, and closed where anything fails."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import parse_qsl

from bot.settings import SystemSettings
from webhooks.bodies import Headers

WINDOW_SECONDS = 300
HMAC_HEADER = "X-Signature"
SECRET_HEADER = "X-Webhook-Secret"  # noqa: S105 - the name of a header
SECRET_PARAMETER = "token"  # noqa: S105 - the name of a query parameter

_LONGEST_TIMESTAMP = 11
"""Digits; Python refuses to read numbers of thousands of them."""
_DELIVERY_ID = re.compile(rb"[!-~]{1,200}")

_Check = Callable[[Headers, bytes, bytes, datetime], str]
"""Like ``Verifier.verify``, but for the address."""


class Rejected(Exception):
    """The request is not to be believed. The text says why, and shows nothing of the request."""

    status = 401
    """What to answer with."""


class Verifier:
    """What the posts of one phone system are held against. Made once: to go through its settings
    for each post took a tenth of all that a post costs.
    """

    def __init__(self, settings: SystemSettings) -> None:
        self._networks = settings.webhook_addresses
        self._check = _scheme(settings)

    def verify(
        self, headers: Headers, query: bytes, body: bytes, client_address: str, now: datetime
    ) -> str:
        """Return the dedupe key of a post that is genuine, raise ``Rejected`` if it is not.

        The key is equal for two deliveries of one event, at most 200 characters: the sender's
        ``webhook-id`` where it is signed (Standard Webhooks, equal over its retries), or else the
        SHA-256 of the body: an unsigned id would let a captured post count again.

        ``query`` is what follows the ``?``; ``now`` is aware. Several secrets are valid at once
        while one is being exchanged. An address list comes on top of the secret, never instead of
        it.
        """
        if self._networks:
            _check_address(self._networks, client_address)
        return self._check(headers, query, body, now)


def verify_slack(signing_secret: str, headers: Headers, body: bytes, now: datetime) -> None:
    """Return if Slack signed this request within five minutes of ``now``, else raise ``Rejected``.

    Slack, "Verifying requests from Slack": ``v0=`` and the hex HMAC-SHA256 of
    ``v0:timestamp:body``.
    """
    if not signing_secret:
        raise Rejected("no signing secret is configured")
    timestamp = headers.get(b"x-slack-request-timestamp", b"")
    _check_time(timestamp, now)
    given = headers.get(b"x-slack-signature", b"")
    signed = b"v0:%s:%s" % (timestamp, body)
    digest = hmac.digest(signing_secret.encode(), signed, "sha256")
    if not hmac.compare_digest(b"v0=" + digest.hex().encode(), given):
        raise Rejected("the signature does not match")


def _scheme(settings: SystemSettings) -> _Check:
    secrets = [each.get_secret_value().encode() for each in settings.webhook_secret if each]
    if not secrets:
        return _check_nothing
    match settings.webhook_signature:
        case "standard":
            return partial(_check_standard, _begun(_keys(secrets)))
        case "hmac":
            return partial(_check_hmac, _begun(secrets), _header(settings, HMAC_HEADER))
        case "shared_secret":
            return partial(_check_shared, secrets, _header(settings, SECRET_HEADER))


def _header(settings: SystemSettings, default: str) -> bytes:
    return (settings.webhook_header or default).lower().encode()


def _check_address(networks: Sequence[IPv4Network | IPv6Network], client_address: str) -> None:
    try:
        address = ip_address(client_address)
    except ValueError as error:
        raise Rejected("the sender's address is unknown") from error
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not any(address in network for network in networks):
        raise Rejected("the sender's address is not on the list")


def _check_time(timestamp: bytes, now: datetime) -> None:
    """``timestamp`` is in Unix seconds."""
    if not timestamp.isdigit() or len(timestamp) > _LONGEST_TIMESTAMP:
        raise Rejected("the timestamp is missing or not a number")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise Rejected("the timestamp is more than five minutes off")


def _check_nothing(headers: Headers, query: bytes, body: bytes, now: datetime) -> str:
    raise Rejected("no webhook secret is configured")


def _check_standard(
    keys: Sequence[hmac.HMAC], headers: Headers, query: bytes, body: bytes, now: datetime
) -> str:
    """Standard Webhooks, "Signature scheme": several signatures may be given, one must match.

    The standard signs bytes. Its library signs text alone, and could not tell whether a body that
    is not UTF-8 is genuine; it also reads the system's clock.
    """
    delivery, timestamp = headers.get(b"webhook-id", b""), headers.get(b"webhook-timestamp", b"")
    if not _DELIVERY_ID.fullmatch(delivery):
        raise Rejected("the webhook-id is missing or not printable ASCII")
    _check_time(timestamp, now)
    given = headers.get(b"webhook-signature", b"").split(b" ")
    signed = b"%s.%s.%s" % (delivery, timestamp, body)
    for key in keys:
        wanted = b"v1," + base64.b64encode(_signature(key, signed))
        for signature in given:
            if hmac.compare_digest(wanted, signature):
                return delivery.decode()
    raise Rejected("the signature does not match")


def _keys(secrets: Sequence[bytes]) -> list[bytes]:
    """A secret that is not Base64, or is empty, signs nothing; the others still count."""
    keys = []
    for secret in secrets:
        with suppress(ValueError):
            keys.append(base64.b64decode(secret.removeprefix(b"whsec_"), validate=True))
    return [key for key in keys if key]


def _check_hmac(
    keys: Sequence[hmac.HMAC],
    header: bytes,
    headers: Headers,
    query: bytes,
    body: bytes,
    now: datetime,
) -> str:
    """Hex or Base64 SHA-256, with or without ``sha256=``. Says nothing about the post's age."""
    given = headers.get(header, b"").removeprefix(b"sha256=")
    for key in keys:
        digest = _signature(key, body)
        as_hex, as_base64 = digest.hex().encode(), base64.b64encode(digest)
        if hmac.compare_digest(as_hex, given.lower()) | hmac.compare_digest(as_base64, given):
            return _hash(body)
    raise Rejected("the signature does not match")


def _check_shared(
    secrets: Sequence[bytes],
    header: bytes,
    headers: Headers,
    query: bytes,
    body: bytes,
    now: datetime,
) -> str:
    """The header counts if there is one, else ``?token=``."""
    given = headers.get(header)
    if given is None:
        asked = dict(parse_qsl(query.decode("latin-1")))
        given = asked.get(SECRET_PARAMETER, "").encode("utf-8", "surrogatepass")
    if not any(hmac.compare_digest(secret, given) for secret in secrets):
        raise Rejected("the secret does not match")
    return _hash(body)


def _begun(keys: Sequence[bytes]) -> list[hmac.HMAC]:
    """Signing begun with each, which is a quarter of it."""
    return [hmac.new(key, digestmod="sha256") for key in keys]


def _signature(key: hmac.HMAC, message: bytes) -> bytes:
    ours = key.copy()
    ours.update(message)
    return ours.digest()


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
