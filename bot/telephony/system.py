"""A configured phone system: a set of parts, any of which a vendor may lack."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.telephony.audits import Audits
from bot.telephony.calls import (
    ActiveCalls,
    CallControl,
    CallCount,
    CallLog,
    HangUpControl,
    Recordings,
)
from bot.telephony.contacts import Contacts
from bot.telephony.errors import NotSupported
from bot.telephony.events import Feed, Parse
from bot.telephony.extensions import (
    Directory,
    DndControl,
    ExtensionSwitches,
    ForwardingControl,
    PresenceReader,
    ProfileControl,
)
from bot.telephony.hosts import Hosts, LicenceReader
from bot.telephony.queues import AgentBoard, PauseControl, QueueBoard, QueueMembership
from bot.telephony.switches import Switches
from bot.telephony.voicemail import MailboxCounts, Voicemail

PartT = TypeVar("PartT")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSystem:
    """One configured phone system. A part the vendor lacks is ``None``.

    ``key`` is the user's word for it, ``title`` the vendor's spelling of its product.
    ``probe`` asks something harmless and returns one short line about the answer.
    ``client`` is the adapter's own client, for ``ringback api`` alone.
    ``unannounced_mailboxes`` are boxes that no event tells of: they are looked at by the clock.
    """

    key: str
    vendor: str
    title: str
    probe: Callable[[], Awaitable[str]]
    client: object
    active_calls: ActiveCalls | None = None
    agents: AgentBoard | None = None
    audits: Audits | None = None
    call_count: CallCount | None = None
    call_log: CallLog | None = None
    calls: CallControl | None = None
    contacts: Contacts | None = None
    directory: Directory | None = None
    dnd: DndControl | None = None
    extension_switches: ExtensionSwitches | None = None
    feed: Feed | None = None
    forwarding: ForwardingControl | None = None
    hang_up: HangUpControl | None = None
    hosts: Hosts | None = None
    licence: LicenceReader | None = None
    mailboxes: MailboxCounts | None = None
    membership: QueueMembership | None = None
    parse: Parse | None = None
    pausing: PauseControl | None = None
    presence: PresenceReader | None = None
    profiles: ProfileControl | None = None
    queues: QueueBoard | None = None
    recordings: Recordings | None = None
    switches: Switches | None = None
    unannounced_mailboxes: MailboxCounts | None = None
    voicemail: Voicemail | None = None

    def need(self, part: PartT | None, task: str, instead: str = "") -> PartT:
        """Return ``part``, or raise ``NotSupported`` saying that this system cannot ``task``.

        ``instead`` is a sentence about what it could do, where there is something.
        """
        if part is None:
            raise NotSupported(f"{self.key} ({self.title}) cannot {task}. {instead}".rstrip())
        return part
