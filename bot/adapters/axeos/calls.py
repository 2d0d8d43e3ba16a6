"""Placing and ending calls."""

from dataclasses import dataclass

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.settings import AxeosSettings
from bot.telephony.calls import Origination, Progress


@dataclass(frozen=True, slots=True)
class AxeosCalls:
    """Calls placed for a user of the PBX, which rings that user's phones first."""

    client: AxeosClient
    settings: AxeosSettings
    by_extension: bool = False

    async def originate(self, extension: str, number: str) -> Origination:
        """Ring the user of ``extension``, then ``number``. Returns when the user picked up."""
        user = self.settings.user_of(extension)
        if self.settings.caller_by == "user_uuid":
            placed = await self.client.originate(number=number, user_uuid=user)
        else:
            placed = await self.client.originate(number=number, user_name=user)
        return Origination(progress=Progress.CALLER_ANSWERED, call_id=placed.unique_id)

    async def hang_up(self, call_id: str) -> None:
        """End the call with this ``unique_id``, from an originate request or an event."""
        await self.client.hang_up(unique_id=call_id)
