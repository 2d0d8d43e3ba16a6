"""The trade's verbs on top of the client."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from bot.adapters.threecx_ru import calling
from bot.adapters.threecx_ru.client import ThreeCxRuClient
from bot.adapters.threecx_ru.fields import CONTACT_NUMBERS, EMAIL, Fields
from bot.adapters.threecx_ru.models import is_logged_in
from bot.adapters.threecx_ru.settings import ThreeCxRuSettings
from bot.clock import Clock
from bot.telephony.calls import ActiveCall, Origination, Progress
from bot.telephony.contacts import Contact
from bot.telephony.errors import BadCredentials, NotSupported, Refused
from bot.telephony.extensions import ExtensionState, RecordingMode
from bot.telephony.hosts import Licence
from bot.telephony.queues import Agent, Queue, QueueFigures

CONTACT_FIELDS: Final = {
    "first_name": "firstname",
    "last_name": "lastname",
    "company": "company",
    "email": EMAIL,
    **CONTACT_NUMBERS,
}
MOST_CONTACTS: Final = 11
"""Nobody reads more of a search. One more than Slack shows, which tells that there are more."""
OLDEST: Final = datetime.min.replace(tzinfo=UTC)


class Calls:
    """Placing calls and watching them."""

    def __init__(self, client: ThreeCxRuClient, settings: ThreeCxRuSettings) -> None:
        self._client = client
        self._zone = settings.zone

    async def originate(self, extension: str, number: str) -> Origination:
        """Order the call. The answer does not tell whether a phone was picked up."""
        chid = await self._client.makecall(extension, number)
        return Origination(progress=Progress.ACCEPTED, call_id=chid)

    async def list_active(self) -> list[ActiveCall]:
        """The calls going on now; those without a start come first."""
        calls = [calling.active_call(call, self._zone) for call in await self._client.list_calls()]
        return sorted(calls, key=lambda call: call.started_at or OLDEST)

    async def count_active(self) -> int:
        return await self._client.count_calls()


class Queues:
    """Queues, their agents, and logging in and out. There is no pause."""

    def __init__(
        self, client: ThreeCxRuClient, settings: ThreeCxRuSettings, system: str, clock: Clock
    ) -> None:
        self._client = client
        self._zone = settings.zone
        self._system = system
        self._clock = clock

    async def list_queues(self) -> list[Queue]:
        """The system tells numbers only, so a queue's number is its name, too."""
        numbers = await self._client.list_queues()
        return [Queue(queue_id=number, name=number, number=number) for number in numbers]

    async def fetch_figures(self, queue_id: str) -> QueueFigures:
        """Waiting calls and free agents, from three questions.

        The longest wait counts from the start of the call: the system does not tell when it
        entered the queue. Nor does it tell who is logged in, without a question per agent.
        """
        free = await self._client.list_free_agents(queue_id)
        if not free:
            await self._check_exists(queue_id)
        calls = await self._client.list_calls()
        waiting = [call for call in calls if calling.waits_in(call, queue_id)]
        longest = calling.longest_wait_seconds(waiting, self._clock.now(), self._zone)
        return QueueFigures(
            queue_id=queue_id,
            name=queue_id,
            waiting=len(waiting),
            longest_wait_seconds=longest,
            agents_available=len(free),
        )

    async def list_agents(self, queue_id: str) -> list[Agent]:
        """The agents of a queue. Who neither is free nor talks may be logged out: unknown."""
        members = await self._client.list_queue_members(queue_id)
        if not members:
            await self._check_exists(queue_id)
            return []
        free = set(await self._client.list_free_agents(queue_id))
        talking = set(await self._client.list_talking_agents(queue_id))
        return [_agent(number, number in free, number in talking) for number in members]

    async def log_in(self, extension: str, queue_id: str) -> None:
        await self._client.log_in_queue(extension, queue_id, log=True)

    async def log_out(self, extension: str, queue_id: str) -> None:
        await self._client.log_in_queue(extension, queue_id, log=False)

    async def _check_exists(self, queue_id: str) -> None:
        """An unknown queue may be answered like an empty one."""
        if queue_id not in await self._client.list_queues():
            raise Refused(f"{self._system} has no queue {queue_id}.")


def _agent(number: str, free: bool, talking: bool) -> Agent:
    return Agent(
        number=number,
        logged_in=True if free or talking else None,
        available=free,
        state="free" if free else "talking" if talking else None,
    )


class Extensions:
    """How extensions stand, who they belong to, and what can be set on them."""

    recording_modes: tuple[RecordingMode, ...] = (
        RecordingMode.OFF,
        RecordingMode.EXTERNAL,
        RecordingMode.ALL,
    )

    def __init__(self, client: ThreeCxRuClient, settings: ThreeCxRuSettings) -> None:
        self._client = client
        self.profiles = settings.profiles

    async def fetch_state(self, extension: str) -> ExtensionState:
        """``on_call`` is true while the phone rings or dials, too."""
        status = await self._client.fetch_status(extension)
        return ExtensionState(
            extension=status.num,
            registered=status.registered,
            on_call={"busy": True, "free": False}.get(status.status.lower()),
            profile=status.profile or None,
            queues=tuple(queue.num for queue in status.queues if queue.logged_in),
            global_login=is_logged_in(status.global_status),
        )

    async def fetch_email(self, extension: str) -> str | None:
        return (await self._client.fetch_extension(extension)).email or None

    async def set_profile(self, extension: str, profile: str) -> None:
        """A profile that is not in our settings is sent as it is: the system knows best."""
        spelled = {known.lower(): known for known in self.profiles}
        await self._client.set_profile(extension, spelled.get(profile.lower(), profile))

    async def set_enabled(self, extension: str, on: bool) -> None:
        await self._client.set_options(extension, enabled=on)

    async def set_external_calls(self, extension: str, on: bool) -> None:
        await self._client.set_options(extension, external=on)

    async def set_recording(self, extension: str, mode: RecordingMode) -> None:
        await self._client.set_options(extension, recording=mode.value)


class Contacts:
    """The system's address book."""

    number_kinds: tuple[str, ...] = tuple(CONTACT_NUMBERS)

    def __init__(self, client: ThreeCxRuClient, settings: ThreeCxRuSettings) -> None:
        self._client = client
        self._digits = settings.contact_digits

    async def find(self, number: str) -> list[Contact]:
        """Contacts with the same last digits, but no more than ``MOST_CONTACTS``.

        Each is fetched with a question of its own, and one that has gone meanwhile is left out.
        """
        digits = re.sub(r"\D", "", number)
        if not digits:
            return []
        ids = await self._client.find_contacts(digits, min(self._digits, len(digits)))
        return await self._still_there(ids)

    async def add(self, contact: Contact) -> str:
        given = {
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "company": contact.company,
            "email": contact.email,
            **dict(contact.numbers),
        }
        filled = {name: value for name, value in given.items() if value}
        return await self._client.add_contact(_spelt(filled))

    async def edit(self, contact_id: str, fields: Mapping[str, str]) -> None:
        await self._client.edit_contact(contact_id, _spelt(fields))

    async def delete(self, contact_id: str) -> None:
        await self._client.delete_contact(contact_id)

    async def _still_there(self, ids: Iterable[str]) -> list[Contact]:
        """The first contacts that the system still has.

        Raises ``Refused`` where it has none of them, or refuses as many as are wanted: so many
        cannot have gone in a moment.
        """
        found: list[Contact] = []
        refusals: list[Refused] = []
        for contact_id in ids:
            try:
                found.append(await self._fetch(contact_id))
            except Refused as refusal:
                refusals.append(refusal)
            if MOST_CONTACTS in (len(found), len(refusals)):
                break
        if refusals and (not found or len(refusals) == MOST_CONTACTS):
            raise refusals[-1]
        return found

    async def _fetch(self, contact_id: str) -> Contact:
        card = await self._client.fetch_contact(contact_id)
        numbers = [(kind, str(getattr(card, kind))) for kind in CONTACT_NUMBERS]
        return Contact(
            contact_id=contact_id,
            first_name=card.firstname,
            last_name=card.lastname,
            company=card.company,
            email=card.email,
            numbers=tuple((kind, number) for kind, number in numbers if number),
        )


def _spelt(fields: Mapping[str, str]) -> Fields:
    """The fields as the vendor spells them. Raises ``Refused`` for an unknown kind of number."""
    for name in fields:
        if name not in CONTACT_FIELDS:
            known = ", ".join(CONTACT_NUMBERS)
            raise Refused(f"A contact has no {name} number here; the kinds are: {known}.")
    return {CONTACT_FIELDS[name]: value for name, value in fields.items()}


class Licences:
    """The module's own licence."""

    def __init__(self, client: ThreeCxRuClient, key: str) -> None:
        self._client = client
        self._key = key

    async def fetch_licence(self) -> Licence | None:
        """``None`` where the document names no end; ``NotSupported`` where there is none.

        A build without the document answers like a wrong key, so a command that every build
        knows decides which of the two it was. Its licence may well end: nobody knows.
        """
        try:
            document = await self._client.licence()
        except BadCredentials as error:
            await self._client.count_calls()
            raise NotSupported(f"{self._key} does not tell the end of its licence.") from error
        if document.expires_on is None:
            return None
        return Licence(product=document.product or "3CX REST API", expires_on=document.expires_on)
