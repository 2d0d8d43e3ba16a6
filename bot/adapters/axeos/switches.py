"""Switches of the PBX: night mode and the like."""

from dataclasses import dataclass

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.models import PbxSwitch
from bot.telephony.switches import Switch


@dataclass(frozen=True, slots=True)
class AxeosSwitches:
    """A switch is named by its UUID; which values it takes is not documented."""

    client: AxeosClient

    async def list_switches(self) -> list[Switch]:
        """Every switch with its present value."""
        return [_switch(found) for found in await self.client.list_switches(status=True)]

    async def set_switch(self, switch_id: str, value: str) -> Switch:
        """Set a switch, then tell how it stands."""
        return _switch(await self.client.set_switch(uuid=switch_id, value=value))


def _switch(found: PbxSwitch) -> Switch:
    value = str(found.value).lower() if isinstance(found.value, bool) else found.value
    return Switch(switch_id=found.uuid, name=found.name, value=value)
