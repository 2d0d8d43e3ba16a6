"""3CX V9 and V10 in the trade's words. Its flags take away; our switches give."""

from bot.adapters.threecx_legacy.client import ThreeCxLegacyClient
from bot.telephony.calls import Origination, Progress
from bot.telephony.errors import NotSupported
from bot.telephony.extensions import RecordingMode


class Calls:
    """Placing calls. The system tells neither an id nor whether a phone rings."""

    def __init__(self, client: ThreeCxLegacyClient) -> None:
        self._client = client

    async def originate(self, extension: str, number: str) -> Origination:
        await self._client.make_call(extension=extension, number=number)
        return Origination(progress=Progress.ACCEPTED)


class Switches:
    """The three switches of an extension, each set alone."""

    recording_modes: tuple[RecordingMode, ...] = (RecordingMode.OFF, RecordingMode.ALL)

    def __init__(self, client: ThreeCxLegacyClient) -> None:
        self._client = client

    async def set_enabled(self, extension: str, on: bool) -> None:
        await self._client.update_extension(extension=extension, disable=not on)

    async def set_external_calls(self, extension: str, on: bool) -> None:
        await self._client.update_extension(extension=extension, disable_external=not on)

    async def set_recording(self, extension: str, mode: RecordingMode) -> None:
        if mode not in self.recording_modes:
            raise NotSupported(f"{self._client.system} can record all calls or none.")
        recorded = mode is RecordingMode.ALL
        await self._client.update_extension(extension=extension, record_calls=recorded)
