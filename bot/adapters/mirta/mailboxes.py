"""Requests about voicemail. A mailbox is a bare number: the tenant has its own parameter."""

from bot.adapters.mirta.connection import Connection
from bot.adapters.mirta.models import MailboxRow, MessageRow
from bot.telephony.calls import Audio
from bot.telephony.errors import Refused


class MailboxRequests(Connection):
    """VOICEMAIL list, messages, message, markread, markunread and delete."""

    async def list_mailboxes(self) -> list[MailboxRow]:
        """Every box with its owner's name and e-mail address.

        PBXCloud API, "Get all voicemails for a tenant". Asked for as plain text: the JSON form
        holds passwords of mail accounts.
        """
        answer = await self.ask(
            "the mailboxes", reqtype="VOICEMAIL", tenant=self.tenant, action="list"
        )
        return self.read_rows(answer.what, MailboxRow, answer.table(["mailbox"]))

    async def list_messages(self, mailbox: str) -> list[MessageRow]:
        """The messages of one box, in the system's order; an unknown box looks empty.

        PBXCloud API, "Get info about voicemails in a mailbox".
        """
        answer = await self.ask(
            "the voicemail",
            reqtype="VOICEMAIL",
            tenant=self.tenant,
            mailbox=mailbox,
            action="messages",
            format="json",
        )
        return self.read_rows(answer.what, MessageRow, answer.rows("msgid"))

    async def fetch_message(self, mailbox: str, msgid: str) -> Audio:
        """The sound of one message. Whether this marks it as read is not known.

        PBXCloud API, "Get the binary audio for a message". Raises ``Refused`` when it has gone.
        """
        answer = await self.ask(
            "the message",
            reqtype="VOICEMAIL",
            tenant=self.tenant,
            mailbox=mailbox,
            action="message",
            msgid=msgid,
        )
        if answer.says_nothing:
            raise Refused(f"{self.system} has no such message in mailbox {mailbox} any more.")
        return answer.sound(f"voicemail-{mailbox}-{msgid}")

    async def mark_read(self, mailbox: str, msgid: str) -> None:
        """Move a message from new to old. Sent once.

        MiRTA manual, Old ProxyAPI, "VOICEMAIL".
        """
        await self._set("markread", "the marking", mailbox, msgid)

    async def mark_unread(self, mailbox: str, msgid: str) -> None:
        """Move a message from old to new. Sent once.

        MiRTA manual, Old ProxyAPI, "VOICEMAIL".
        """
        await self._set("markunread", "the marking", mailbox, msgid)

    async def delete_message(self, mailbox: str, msgid: str) -> None:
        """Delete a message for good. Sent once.

        MiRTA manual, Old ProxyAPI, "VOICEMAIL".
        """
        await self._set("delete", "the deletion", mailbox, msgid)

    async def _set(self, action: str, what: str, mailbox: str, msgid: str) -> None:
        answer = await self.change(
            what,
            reqtype="VOICEMAIL",
            tenant=self.tenant,
            mailbox=mailbox,
            action=action,
            msgid=msgid,
        )
        answer.done()
