"""Voicemail boxes and their counts; the PBX hands out neither messages nor sound."""

from dataclasses import dataclass

from bot.adapters.axeos.client import AxeosClient
from bot.telephony.voicemail import Mailbox


@dataclass(frozen=True, slots=True)
class AxeosMailboxes:
    """Urgent messages are counted apart by the PBX and are not part of ``new`` here."""

    client: AxeosClient

    async def list_mailboxes(self) -> list[Mailbox]:
        """Every box our account may see: all with an API key, else the user's own."""
        return [
            Mailbox(mailbox=box.mailbox_number, new=box.new_messages, old=box.old_messages)
            for box in await self.client.list_voicemail(status=True)
        ]
