"""Extensions: who they belong to, how they stand, and what can be switched on them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionState:
    """How an extension stands now. What the system does not tell is ``None``.

    ``global_login`` is the log-in to all queues at once, where a system has such a switch: while
    it is ``False`` none of ``queues`` rings the extension.
    """

    extension: str
    name: str | None = None
    registered: bool | None = None
    on_call: bool | None = None
    dnd: bool | None = None
    forwarding: str | None = None
    profile: str | None = None
    queues: tuple[str, ...] = ()
    global_login: bool | None = None


class PresenceReader(Protocol):
    async def fetch_state(self, extension: str) -> ExtensionState:
        """Ask how an extension stands. Raises ``Refused`` when there is no such extension."""


class DndControl(Protocol):
    async def set_dnd(self, extension: str, on: bool) -> None:
        """Switch do-not-disturb. Sent once."""


class ForwardingControl(Protocol):
    async def set_forwarding(self, extension: str, number: str | None) -> None:
        """Forward every call to ``number``, or stop forwarding with ``None``. Sent once."""


class ProfileControl(Protocol):
    """Some systems forward by named profiles (Available, Away, ...) instead of by a number."""

    profiles: tuple[str, ...]

    async def set_profile(self, extension: str, profile: str) -> None:
        """Choose the forwarding profile. Sent once."""


class RecordingMode(StrEnum):
    OFF = "off"
    EXTERNAL = "external"
    ALL = "all"


class ExtensionSwitches(Protocol):
    """Switches of one extension. Only what is asked for is touched, never a neighbour."""

    recording_modes: tuple[RecordingMode, ...]

    async def set_enabled(self, extension: str, on: bool) -> None:
        """Enable or disable the extension. Sent once."""

    async def set_external_calls(self, extension: str, on: bool) -> None:
        """Allow or forbid calls to outside numbers. Sent once."""

    async def set_recording(self, extension: str, mode: RecordingMode) -> None:
        """Choose which of the extension's calls are recorded. Sent once."""


class Directory(Protocol):
    async def fetch_email(self, extension: str) -> str | None:
        """The e-mail address the system holds for an extension, or ``None``."""
