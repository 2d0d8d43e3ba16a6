"""Speaks the Axeos PBX REST interface ("PBX API"): one method per operation.

All of them raise ``BadCredentials``, ``Refused`` (no such thing, or our account may not),
``Unreachable``, and ``UnexpectedReply`` for reads or ``OutcomeUnknown`` for changes when the
answer cannot be read. Changes are sent once.
"""

import httpx

from bot.adapters.axeos import replies
from bot.adapters.axeos.connection import Connection, flags, set_flags, texts
from bot.adapters.axeos.models import (
    CallNow,
    CallOutcome,
    Event,
    Outcome,
    PbxSwitch,
    Phone,
    QueueStatistics,
    SystemInformation,
    User,
    VoicemailBox,
)
from bot.adapters.axeos.settings import AxeosSettings
from bot.adapters.transport import Reply
from bot.telephony.errors import NotSent, OutcomeUnknown, PhoneSystemError, Refused

USER_SETTINGS = ("call_forward", "cw", "dnd", "hot_desk")
CALLER_AWAY = 503

_CALL_FAILURES = {
    "busy": "The calling phone is busy, so {system} did not place the call.",
    "no answer": "The calling phone was not picked up, so {system} did not place the call.",
    "failed": "The calling phone could not be rung, so {system} did not place the call.",
}


class AxeosClient:
    """The operations of one PBX. ``uuid`` is always the PBX's own identifier of the thing."""

    def __init__(self, system: str, settings: AxeosSettings, http: httpx.AsyncClient) -> None:
        self.system = system
        self._settings = settings
        self._connection = Connection(system, settings, http)

    async def fetch_system_information(self) -> SystemInformation:
        """Tell the PBX's version, name and time zone ("System Information", since 4.1.10)."""
        return await self._connection.ask("its version", "system_information", replies.SYSTEM)

    async def list_users(self, *, status: bool = False, appid: str | None = None) -> list[User]:
        """List the users ("User list"). ``status`` adds forwarding and the like, and is slower."""
        params = flags(status=status) | texts(appid=appid)
        return await self._connection.ask("the users", "users", replies.USERS, params=params)

    async def fetch_user(self, *, uuid: str, appid: str | None = None) -> User:
        """Tell how one user stands ("User status")."""
        path = f"users/{self._connection.segment(uuid)}"
        return await self._connection.ask(
            "that user", path, replies.USER, params=texts(appid=appid)
        )

    async def update_user(self, *, uuid: str, changes: dict[str, str | int | bool | None]) -> User:
        """Set call_forward, cw, dnd or hot_desk of a user ("Set user settings").

        ``None`` ends a forwarding or a hot-desk log-in. A hot desk can be given to a user with
        an API key only. Returns the user after the change.
        """
        unknown = sorted(set(changes) - set(USER_SETTINGS))
        if unknown or not changes:
            raise NotSent(f"{self.system} can set {', '.join(USER_SETTINGS)} of a user only.")
        path = f"users/{self._connection.segment(uuid)}"
        reply = await self._connection.change("that user", "POST", path, body=changes)
        return self._connection.read_change(reply, "that user", replies.USER)

    async def list_phones(self, *, status: bool = False) -> list[Phone]:
        """List the phones ("Phone list"). ``status`` adds how they stand, and is slower."""
        return await self._connection.ask(
            "the phones", "phones", replies.PHONES, params=flags(status=status)
        )

    async def fetch_phone(self, *, uuid: str) -> Phone:
        """Tell how one phone stands ("Phone status")."""
        return await self._connection.ask(
            "that phone", f"phones/{self._connection.segment(uuid)}", replies.PHONE
        )

    async def list_voicemail(self, *, status: bool = False) -> list[VoicemailBox]:
        """List the mailboxes ("Mailbox list"). ``status`` adds the counts, and is slower.

        A mere user sees the own mailbox only.
        """
        params = flags(status=status)
        return await self._connection.ask(
            "the mailboxes", "voicemail", replies.BOXES, params=params
        )

    async def fetch_voicemail(self, *, uuid: str, password: str | None = None) -> VoicemailBox:
        """Tell the counts of one mailbox ("Voice mailbox status").

        ``password`` is the mailbox's, for users who ask about another's box.
        """
        path = f"voicemail/{self._connection.segment(uuid)}"
        return await self._connection.ask(
            "that mailbox", path, replies.BOX, params=texts(password=password), secret=password
        )

    async def list_events(
        self,
        *,
        last: int | None = None,
        hold_seconds: int | None = None,
        limit: int | None = None,
    ) -> list[Event]:
        """Wait for the events after number ``last`` ("event polling"); none means a timeout.

        ``hold_seconds`` is sent as ``timeout``; 0 makes the PBX answer at once. Asking also
        switches the gathering of events on. Members that we do not know are left out.
        """
        hold = self._settings.event_timeout_seconds if hold_seconds is None else hold_seconds
        return await self._connection.ask(
            "its events",
            "events",
            replies.EVENTS,
            params=texts(last=last, timeout=hold, limit=limit),
            alone=False,
            timeout=self._patience(hold + self._settings.timeout_seconds),
        )

    async def originate(
        self,
        *,
        number: str,
        user_name: str | None = None,
        user_uuid: str | None = None,
        phone_uuid: str | None = None,
        auto_answer: bool | None = None,
    ) -> CallOutcome:
        """Ring a user, then ``number`` ("originate a call"); answers when the user picked up.

        ``number`` is a local dial string, or E.164 with a plus sign. Without a user the caller
        is the user whose credentials we have. Raises ``Refused`` for a 200 that says busy, no
        answer or failed, and for 503: the calling phone is not available.
        """
        body = {
            "user_name": user_name,
            "user_uuid": user_uuid,
            "number": number,
            "phone_uuid": phone_uuid,
            "auto_answer": auto_answer,
        }
        reply = await self._connection.change(
            "the call",
            "POST",
            "call",
            body={name: value for name, value in body.items() if value is not None},
            refusals=frozenset({CALLER_AWAY}),
            alone=False,
            timeout=self._patience(self._settings.call_timeout_seconds),
        )
        return self._placed(reply)

    async def fetch_call(self, *, unique_id: str) -> CallNow:
        """Tell about a call that is going on, as its events do ("call information")."""
        return await self._connection.ask("that call", self._call(unique_id), replies.CALL)

    async def hang_up(self, *, unique_id: str) -> Outcome:
        """End a call ("hangup a call")."""
        reply = await self._connection.change("that call", "DELETE", self._call(unique_id))
        outcome = self._connection.read_change(reply, "that call", replies.HANG_UP)
        if outcome.status.lower() != "success":
            raise self._connection.refused(f"{self.system} did not end that call", reply)
        return outcome

    async def list_switches(self, *, status: bool = False) -> list[PbxSwitch]:
        """List the switches ("Switches"). ``status`` adds their values, and is slower."""
        params = flags(status=status)
        return await self._connection.ask(
            "the switches", "switches", replies.SWITCHES, params=params
        )

    async def fetch_switch(self, *, uuid: str) -> PbxSwitch:
        """Tell how one switch stands ("Get switch status")."""
        return await self._connection.ask(
            "that switch", f"switches/{self._connection.segment(uuid)}", replies.SWITCH
        )

    async def set_switch(self, *, uuid: str, value: str) -> PbxSwitch:
        """Set a switch, then tell how it stands ("Set switch status").

        What the PBX answers is not described: unless it is the switch, the switch is asked for.
        """
        path = f"switches/{self._connection.segment(uuid)}"
        reply = await self._connection.change("that switch", "POST", path, body={"value": value})
        if not reply.content.strip():
            return await self._look_again(uuid)
        answer = self._connection.read_change(reply, "that switch", replies.SWITCH_SET)
        if isinstance(answer, PbxSwitch):
            return answer
        if answer.status.lower() != "success":
            raise self._connection.refused(f"{self.system} did not set that switch", reply)
        return await self._look_again(uuid)

    async def list_queue_statistics(
        self, *, agents: bool = False, calls: bool = False, relative: bool = False
    ) -> list[QueueStatistics]:
        """Tell the figures of every queue ("ACD Statistics").

        ``agents`` and ``calls`` add details, ``relative`` counts from the last reset on.
        """
        params = flags(agents=agents, calls=calls, relative=relative)
        return await self._connection.ask("the queues", "acd/stats", replies.QUEUES, params=params)

    async def fetch_queue_statistics(
        self, *, uuid: str, agents: bool = False, calls: bool = False, relative: bool = False
    ) -> QueueStatistics:
        """Tell the figures of one queue ("Statistics for a specific queue")."""
        params = flags(agents=agents, calls=calls, relative=relative)
        path = f"acd/{self._connection.segment(uuid)}/stats"
        return _first(await self._connection.ask("that queue", path, replies.QUEUE, params=params))

    async def post_queue_statistics(
        self,
        *,
        agents: bool = False,
        calls: bool = False,
        relative: bool = False,
        reset: bool = False,
    ) -> list[QueueStatistics]:
        """Tell the figures of every queue, and with ``reset`` count anew ("ACD Statistics").

        A reset is for everybody who reads relative figures, and implies ``relative``.
        """
        body = set_flags(agents=agents, calls=calls, relative=relative, reset=reset)
        reply = await self._connection.change("the queues", "POST", "acd/stats", body=body)
        return self._connection.read_change(reply, "the queues", replies.QUEUES)

    async def post_statistics_of_queue(
        self,
        *,
        uuid: str,
        agents: bool = False,
        calls: bool = False,
        relative: bool = False,
        reset: bool = False,
    ) -> QueueStatistics:
        """Tell the figures of one queue, and with ``reset`` count anew."""
        body = set_flags(agents=agents, calls=calls, relative=relative, reset=reset)
        path = f"acd/{self._connection.segment(uuid)}/stats"
        reply = await self._connection.change("that queue", "POST", path, body=body)
        return _first(self._connection.read_change(reply, "that queue", replies.QUEUE))

    async def _look_again(self, uuid: str) -> PbxSwitch:
        try:
            return await self.fetch_switch(uuid=uuid)
        except PhoneSystemError as error:
            raise OutcomeUnknown(
                f"{self.system} does not show how that switch stands: "
                "it may have been set all the same."
            ) from error

    def _placed(self, reply: Reply) -> CallOutcome:
        if reply.status == CALLER_AWAY:
            raise Refused(
                "The calling phone is not available (is it registered?), "
                f"so {self.system} did not place the call."
            )
        outcome = self._connection.read_change(reply, "the call", replies.OUTCOME)
        if failure := _CALL_FAILURES.get(outcome.status.lower()):
            raise Refused(failure.format(system=self.system))
        location = reply.headers.get("location", "")
        unique_id = outcome.unique_id or self._connection.calls.identifier_in(location)
        if outcome.status.lower() != "success" or not unique_id:
            raise self._connection.unreadable("the call")
        self._connection.calls.remember(unique_id, location)
        return outcome.model_copy(update={"unique_id": unique_id})

    def _call(self, unique_id: str) -> str:
        self._connection.segment(unique_id)
        return self._connection.calls.address_of(unique_id)

    def _patience(self, seconds: float) -> httpx.Timeout:
        return httpx.Timeout(self._settings.timeout_seconds, read=seconds)


def _first(answer: QueueStatistics | list[QueueStatistics]) -> QueueStatistics:
    """One queue, whether it came alone or as a list of one, which the document leaves open."""
    return answer[0] if isinstance(answer, list) else answer
