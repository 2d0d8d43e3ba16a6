"""The parts of a phone system, built on the client."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.mirta.client import MirtaClient
from bot.adapters.mirta.local_times import utc_time
from bot.adapters.mirta.models import AgentState, MessageRow
from bot.adapters.mirta.records import caller_id, simple_record
from bot.adapters.transport import unexpected
from bot.clock import Clock
from bot.telephony.calls import Audio, CallRecord, Origination
from bot.telephony.errors import NotSupported, Refused
from bot.telephony.extensions import ExtensionState
from bot.telephony.hosts import Licence
from bot.telephony.queues import Agent, Queue, QueueFigures
from bot.telephony.voicemail import Mailbox, VoicemailMessage

DAY: Final = timedelta(days=1)
LONGEST_EXTENSION: Final = 10


class Calls:
    """Placing, ending, counting and looking up calls."""

    by_extension: Final = True

    def __init__(self, client: MirtaClient, zone: ZoneInfo) -> None:
        self._client = client
        self._zone = zone

    async def originate(self, extension: str, number: str) -> Origination:
        return await self._client.dial(extension, number)

    async def hang_up(self, call_id: str) -> None:
        """``call_id`` is an extension (``104`` or ``104-TENANT``) or an Asterisk channel.

        The id that DIAL gives names no channel, so it cannot be used here.
        """
        if "/" in call_id:
            await self._client.hang_up(channel=call_id)
            return
        extension = self._client.bare(call_id)
        if not extension.isdigit() or len(extension) > LONGEST_EXTENSION:
            raise NotSupported(f"{self._client.system} ends calls by extension or channel only.")
        await self._client.hang_up(extension=extension)

    async def count_active(self) -> int:
        return await self._client.count_calls()

    async def fetch_recording(self, call_id: str) -> Audio:
        return await self._client.fetch_recording(call_id)

    async def list_records(self, since: datetime, until: datetime) -> list[CallRecord]:
        first, last = (moment.astimezone(self._zone).date() for moment in (since, until))
        rows = await self._client.list_simple_cdrs(first, last + DAY)
        try:
            records = [simple_record(row, self._zone) for row in rows]
        except ValueError:
            raise unexpected(self._client.system, "the calls") from None
        found = [record for record in records if since <= record.started_at <= until]
        return sorted(found, key=lambda record: record.started_at)


class Queues:
    """Queues, their figures and their agents."""

    def __init__(self, client: MirtaClient) -> None:
        self._client = client
        self._names: dict[str, str] = {}

    async def list_queues(self) -> list[Queue]:
        found = await self._client.list_queues()
        self._names = {queue.queue_id: queue.name for queue in found}
        numbers = self._client.settings.queue_numbers
        return [
            Queue(queue_id=queue.queue_id, name=queue.name, number=numbers.get(queue.queue_id))
            for queue in found
        ]

    async def fetch_figures(self, queue_id: str) -> QueueFigures:
        """``longest_wait_seconds`` is the wait of the first caller in line."""
        if queue_id not in self._names:
            await self.list_queues()
        if queue_id not in self._names:
            raise Refused(f"{self._client.system} has no queue {queue_id}.")
        figures = await self._client.fetch_queue(queue_id)
        return QueueFigures(
            queue_id=queue_id,
            name=self._names[queue_id],
            waiting=figures.waiting,
            longest_wait_seconds=figures.first_waiting_seconds,
            agents_logged_in=figures.agents_online,
            agents_available=figures.agents_available,
            agents_paused=figures.agents_paused,
            offered=figures.received,
            answered=figures.answered,
            abandoned=figures.abandoned,
            service_level_percent=figures.service_level_percent,
        )

    async def list_agents(self, queue_id: str) -> list[Agent]:
        return [_agent(row) for row in await self._client.list_agents(queue_id)]

    async def pause(self, extension: str, queue_id: str, reason: str) -> None:
        await self._client.pause_agent(queue_id, extension, reason)

    async def unpause(self, extension: str, queue_id: str) -> None:
        await self._client.unpause_agent(queue_id, extension)

    async def log_in(self, extension: str, queue_id: str) -> None:
        await self._client.add_member(queue_id, extension)

    async def log_out(self, extension: str, queue_id: str) -> None:
        await self._client.remove_member(queue_id, extension)


class Mailboxes:
    """Voicemail, and the e-mail addresses that are kept with it."""

    def __init__(self, client: MirtaClient, zone: ZoneInfo) -> None:
        self._client = client
        self._zone = zone

    async def list_mailboxes(self) -> list[Mailbox]:
        """Counts only for the boxes named in the settings: each takes a request of its own."""
        counted = self._client.settings.counted_mailboxes
        return [
            await self._counted(row.mailbox, row.full_name or None)
            if row.mailbox in counted
            else Mailbox(mailbox=row.mailbox, name=row.full_name or None)
            for row in await self._client.list_mailboxes()
        ]

    async def list_messages(self, mailbox: str) -> list[VoicemailMessage]:
        rows = await self._client.list_messages(mailbox)
        messages = [self._message(mailbox, row) for row in rows]
        return sorted(messages, key=_newest_first, reverse=True)

    async def fetch_audio(self, mailbox: str, message_id: str) -> Audio:
        return await self._client.fetch_message(mailbox, message_id)

    async def mark_read(self, mailbox: str, message_id: str) -> None:
        await self._client.mark_read(mailbox, message_id)

    async def delete(self, mailbox: str, message_id: str) -> None:
        await self._client.delete_message(mailbox, message_id)

    async def fetch_email(self, extension: str) -> str | None:
        """The address of the voicemail box with the extension's number."""
        for row in await self._client.list_mailboxes():
            if row.mailbox == extension:
                return row.email or None
        return None

    async def _counted(self, mailbox: str, name: str | None) -> Mailbox:
        messages = await self.list_messages(mailbox)
        new = sum(message.is_new for message in messages)
        return Mailbox(mailbox=mailbox, name=name, new=new, old=len(messages) - new)

    def _message(self, mailbox: str, row: MessageRow) -> VoicemailMessage:
        if not row.message_id:
            raise unexpected(self._client.system, "the voicemail")
        name, number = caller_id(row.caller)
        return VoicemailMessage(
            message_id=row.message_id,
            mailbox=mailbox,
            caller_number=number,
            caller_name=name if name != number else None,
            left_at=self._left_at(row),
            seconds=row.duration,
            is_new=row.folder.rstrip("/").rpartition("/")[2].upper() in ("", "INBOX", "URGENT"),
        )

    def _left_at(self, row: MessageRow) -> datetime | None:
        try:
            return utc_time(row.left_at, self._zone)
        except ValueError:
            return None


class Extensions:
    """How extensions stand."""

    def __init__(self, client: MirtaClient) -> None:
        self._client = client

    async def fetch_state(self, extension: str) -> ExtensionState:
        """An idle extension has no answer of its own, so it counts as registered."""
        call = await self._client.fetch_extension(extension)
        if call is not None and call.unique_id.upper() == "KO":
            if "not registered" not in call.linked_id.lower():
                raise Refused(f"{self._client.system} knows no extension {extension}.")
            return ExtensionState(extension=extension, registered=False, on_call=False)
        on_call = call is not None and bool(call.unique_id)
        return ExtensionState(extension=extension, registered=True, on_call=on_call)


class LicenceTerm:
    """The term of the PBX's licence."""

    def __init__(self, client: MirtaClient, zone: ZoneInfo, clock: Clock) -> None:
        self._client = client
        self._zone = zone
        self._clock = clock

    async def fetch_licence(self) -> Licence:
        """Raises ``Refused`` where it does not tell: nothing is no licence without an end."""
        days = await self._client.fetch_licence_days()
        if days is None:
            raise Refused(f"{self._client.system} does not tell the end of its licence.")
        today: date = self._clock.now().astimezone(self._zone).date()
        try:
            return Licence(product="MiRTA PBX", expires_on=today + days * DAY)
        except OverflowError:
            raise unexpected(self._client.system, "the licence") from None


def _agent(row: AgentState) -> Agent:
    word = row.state.lower()
    return Agent(
        number=row.extension,
        paused="pause" in word and "unpause" not in word if word else None,
        available=word == "available" if word else None,
        state=row.state or None,
    )


def _newest_first(message: VoicemailMessage) -> float:
    return message.left_at.timestamp() if message.left_at else 0.0
