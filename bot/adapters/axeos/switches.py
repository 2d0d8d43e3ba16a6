"""Switches of the PBX: night mode and the like."""

from dataclasses import dataclass

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.models import PbxSwitch
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError
from bot.telephony.switches import Switch


@dataclass(frozen=True, slots=True)
class AxeosSwitches:
    """A switch is named by its UUID; which values it takes is not documented."""

    client: AxeosClient

    async def list_switches(self) -> list[Switch]:
        """Every switch with its present value."""
        return [_switch(found) for found in await self.client.list_switches(status=True)]

    async def set_switch(self, switch_id: str, value: str) -> Switch:
        """Set a switch, then tell how it stands, asking again where the PBX did not say."""
        after = await self.client.set_switch(uuid=switch_id, value=value)
        if after is None:
            after = await self._look_again(switch_id)
        return _switch(after)

    async def _look_again(self, switch_id: str) -> PbxSwitch:
        try:
            return await self.client.fetch_switch(uuid=switch_id)
        except PhoneSystemError as error:
            raise OutcomeUnknown(
                f"{self.client.system} took the new value, but does not show how the switch stands."
            ) from error


def _switch(found: PbxSwitch) -> Switch:
    value = str(found.value).lower() if isinstance(found.value, bool) else found.value
    return Switch(switch_id=found.uuid, name=found.name, value=value)
