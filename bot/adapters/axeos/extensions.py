"""Extensions, which are users on an Axeos PBX: how they stand, and what can be set."""

from dataclasses import dataclass

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.models import Phone, User
from bot.adapters.axeos.settings import AxeosSettings
from bot.telephony.errors import OutcomeUnknown, Refused
from bot.telephony.extensions import ExtensionState

TALKING = 1 | 2 | 16
"""In use, busy, on hold ("Phone list", status codes); combinations are sums."""

AWAY = 4
UNREADABLE = -2
NOT_FOUND = -1

SAME_DIGITS = 6
"""How many last digits of a number must agree, since the PBX may write it in another form."""


@dataclass(frozen=True, slots=True)
class AxeosExtensions:
    """Reads and sets what belongs to the user behind an extension."""

    client: AxeosClient
    settings: AxeosSettings

    async def fetch_state(self, extension: str) -> ExtensionState:
        """Ask for the user, then for each of his phones. Phones we may not see are left out."""
        found = await self._find_user(extension)
        user = await self.client.fetch_user(uuid=found.uuid)
        codes = [phone.status_code for phone in await self._phones_of(user)]
        return ExtensionState(
            extension=extension,
            name=user.full_name or user.username,
            registered=_registered(codes),
            on_call=_on_call(codes),
            dnd=user.dnd,
            forwarding=user.call_forward or None,
        )

    async def set_dnd(self, extension: str, on: bool) -> None:
        """Switch do-not-disturb. Raises ``Refused`` if the PBX shows it unchanged afterwards."""
        found = await self._find_user(extension)
        after = await self.client.update_user(uuid=found.uuid, changes={"dnd": on})
        if after.dnd is None:
            raise OutcomeUnknown(f"{self.client.system} did not say how {extension} stands now.")
        if after.dnd is not on:
            raise Refused(f"{self.client.system} did not switch do-not-disturb of {extension}.")

    async def set_forwarding(self, extension: str, number: str | None) -> None:
        """Set or end forwarding. Raises ``Refused`` if the PBX shows something else afterwards."""
        found = await self._find_user(extension)
        after = await self.client.update_user(uuid=found.uuid, changes={"call_forward": number})
        if "call_forward" not in after.model_fields_set:
            raise OutcomeUnknown(f"{self.client.system} did not say how {extension} stands now.")
        if _digits(after.call_forward) != _digits(number):
            raise Refused(f"{self.client.system} did not change the forwarding of {extension}.")

    async def _find_user(self, extension: str) -> User:
        wanted = self.settings.user_of(extension)
        for user in await self.client.list_users():
            known_as = user.uuid if self.settings.caller_by == "user_uuid" else user.username
            if known_as == wanted:
                return user
        raise Refused(f"{self.client.system} has no user for extension {extension}.")

    async def _phones_of(self, user: User) -> list[Phone]:
        assigned = [phone.phone for phone in user.phones if phone.type == "phone"]
        wanted = dict.fromkeys(uuid for uuid in [*assigned, user.hot_desk] if uuid)
        phones = []
        for uuid in wanted:
            try:
                phones.append(await self.client.fetch_phone(uuid=uuid))
            except Refused:
                continue
        return phones


def _registered(codes: list[int | None]) -> bool | None:
    """Whether any phone is there; ``None`` if the PBX could not tell of any."""
    known = [code for code in codes if code not in (None, UNREADABLE)]
    if not known:
        return None
    return any(code not in (AWAY, NOT_FOUND) for code in known)


def _on_call(codes: list[int | None]) -> bool | None:
    known = [code for code in codes if code is not None and code != UNREADABLE]
    if not known:
        return None
    return any(code > 0 and code & TALKING != 0 for code in known)


def _digits(number: str | None) -> str:
    return "".join(character for character in number or "" if character.isdecimal())[-SAME_DIGITS:]
