"""The HTTP API of 3CX Phone System V9 and V10: two functions behind one page.

Both carry a secret with every order, are sent once, and may raise ``Refused``, ``BadCredentials``
(status 401), ``Unreachable`` and ``OutcomeUnknown``. No answer is documented: see ``replies``.
"""

from collections.abc import Mapping

import httpx
from pydantic import SecretStr

from bot.adapters.threecx_legacy.redirects import repeated_at
from bot.adapters.threecx_legacy.replies import complaint, no_such_address
from bot.adapters.threecx_legacy.settings import ThreeCxLegacySettings
from bot.adapters.transport import Reply, Transport, written
from bot.telephony.errors import NotSent, OutcomeUnknown, Unreachable

OUT_OF_SERVICE = frozenset({502, 503, 504})


class ThreeCxLegacyClient:
    """Knows the PINs of the extensions and the password of the management console."""

    def __init__(self, transport: Transport, settings: ThreeCxLegacySettings) -> None:
        self.system = transport.system
        self._transport = transport
        self._url = settings.api_url
        self._post = settings.method == "post"
        self._pins = settings.pins
        self._console_password = settings.console_password

    async def make_call(self, *, extension: str, number: str) -> None:
        """Ring an extension, then a number, which may be internal or external.

        3CX HTTP API, "Make Call". Returning means that nobody complained: there is no call id.
        Raises ``NotSent`` when the settings hold no PIN for the extension.
        """
        pin = self._pins.get(extension)
        if pin is None:
            raise NotSent(
                f"{self.system} needs the PIN of extension {extension} for that: an admin can set "
                f"systems.{self.system}.pins.{extension}."
            )
        call = {"func": "make_call", "from": extension, "to": number}
        await self._order("make_call", call, "pin", pin)

    async def update_extension(
        self,
        *,
        extension: str,
        disable: bool | None = None,
        disable_external: bool | None = None,
        record_calls: bool | None = None,
    ) -> None:
        """Set switches of an extension; those that are left out stay as they are.

        3CX HTTP API, "Disable Extension" to "Concatenation". ``disable`` and ``disable_external``
        take something away when true. The document spells the extension's parameter in two ways,
        so both are sent. Raises ``NotSent`` without a switch or a console password.
        """
        password = self._console_password
        if password is None:
            raise NotSent(
                f"{self.system} needs the password of its management console for that: an admin "
                f"can set systems.{self.system}.console_password."
            )
        wanted = {
            "disable": disable,
            "disable_external": disable_external,
            "record_calls": record_calls,
        }
        flags = {name: str(int(on)) for name, on in wanted.items() if on is not None}
        if not flags:
            raise NotSent(f"{self.system}: name at least one of {', '.join(wanted)}.")
        asked = {"func": "upd_ext", "ext_num": extension, "extnum": extension}
        await self._order("upd_ext", asked, "pwd", password, flags)

    async def probe(self) -> str:
        """Ask for the bare page: no function, no secret, nothing can happen."""
        reply = await self._transport.read("the page", "GET", self._url, follow_redirects=False)
        if reply.status == 404:
            raise no_such_address(self.system)
        if reply.status in OUT_OF_SERVICE:
            raise Unreachable(f"{self.system} is out of service at the moment.")
        count = len(self._pins)
        return f"PbxAPI.aspx answers, PINs for {count} extension{'' if count == 1 else 's'}"

    async def _order(
        self,
        what: str,
        asked: Mapping[str, str],
        secret_name: str,
        secret: SecretStr,
        flags: Mapping[str, str] | None = None,
    ) -> None:
        order = {**asked, secret_name: secret.get_secret_value(), **(flags or {})}
        reply = await self._send(what, self._address(order), order)
        location = reply.headers.get("location", "")
        if again := repeated_at(
            self._url, order, posted=self._post, status=reply.status, location=location
        ):
            reply = await self._repeat(what, again, order)
        if problem := complaint(self.system, reply, self._secrets()):
            raise problem

    def _address(self, order: Mapping[str, str]) -> httpx.URL:
        """Where an order goes. What fits into no address is not posted either."""
        bare = httpx.URL(self._url)
        full = written(self.system, lambda: httpx.URL(str(bare.copy_merge_params(order))))
        return bare if self._post else full

    def _secrets(self) -> list[str]:
        """All of them: a confused system may repeat another secret than the one it was sent."""
        known = [*self._pins.values(), *filter(None, [self._console_password])]
        return [secret.get_secret_value() for secret in known]

    async def _repeat(self, what: str, url: httpx.URL, order: Mapping[str, str]) -> Reply:
        """Send an order on, once: V9 places the call only there."""
        lost = OutcomeUnknown(
            f"{self.system} sent us on to a page that does not answer: "
            "it may have happened all the same."
        )
        try:
            return await self._send(what, url, order)
        except Unreachable:
            raise lost from None

    async def _send(self, what: str, url: httpx.URL, order: Mapping[str, str]) -> Reply:
        """``url`` holds the whole order, except where it is posted."""
        if self._post:
            return await self._transport.send(
                what, "POST", str(url), data=dict(order), follow_redirects=False
            )
        return await self._transport.send(what, "GET", str(url), follow_redirects=False)
