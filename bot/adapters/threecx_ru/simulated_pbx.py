"""The phone system inside the simulator: its extensions, queues, contacts and calls."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.adapters.threecx_ru.simulated_posts import Body, Delivered, WebhookModule
from bot.clock import Clock

PROFILES: Final = ("Available", "Away", "Out of office", "Custom 1", "Custom 2")
LINE: Final = "10000"


@dataclass
class SimulatedExtension:
    """``options`` holds whatever ext.update and ext.options.set wrote, as text.

    ``global_login`` is a switch of its own: without it no queue in ``logged_in`` rings.
    """

    num: str
    firstname: str = ""
    lastname: str = ""
    email: str = ""
    registered: bool = True
    profile: str = "Available"
    logged_in: set[str] = field(default_factory=set)
    global_login: bool = True
    options: dict[str, str] = field(default_factory=dict)


@dataclass
class SimulatedQueue:
    agents: list[str]
    managers: list[str] = field(default_factory=list)


@dataclass
class SimulatedCall:
    """An inbound call: on the line ``LINE``, in a queue, ringing phones or talking to one.

    ``will_answer`` is who takes it at ``answers_at``; the clock ends it at ``ends_at``.
    """

    number: int
    caller_number: str
    queue: str
    ringing: list[str]
    started_at: datetime
    did: str = "Main number"
    answered_by: str | None = None
    answered_at: datetime | None = None
    will_answer: str | None = None
    answers_at: datetime | None = None
    ends_at: datetime | None = None


class SimulatedPbx:
    """State that the commands read and change, and that tests and the demo may set.

    ``placed`` lists the makecall orders. What no document shows can be chosen: what makecall
    answers with (``chid`` or ``finalStatus``), ``wrong_key_status``, ``read_only_status`` (200 is
    ``{"result": false}``), and whether the build has a licence document.
    """

    def __init__(self, clock: Clock, webhooks: WebhookModule) -> None:
        self.clock = clock
        self.webhooks = webhooks
        self.extensions = {each.num: each for each in _first_extensions()}
        self.queues = {
            "800": SimulatedQueue(["101", "0102"], ["100"]),
            "801": SimulatedQueue(["101"]),
        }
        self.groups = {"700": ["100", "101"]}
        self.extension_groups = {"DEFAULT": ["100", "101", "0102"], "Support": ["101", "0102"]}
        self.contacts: dict[str, dict[str, str]] = {
            "1": {"firstname": "Pat", "lastname": "Example", "phone": "+15550100"}
        }
        self.calls: dict[int, SimulatedCall] = {}
        self.profile_governs: set[str] = set()
        self.profiles_govern = False
        self.placed: list[tuple[str, str]] = []
        self.makecall_reply = "chid"
        self.licence_expires_on: date | None = date(2026, 12, 5)
        self.has_licence_document = True
        self.wrong_key_status = 404
        self.read_only_status = 403
        self._last_call = 40
        self._deliveries = 0

    def customer_calls(self, caller_number: str = "+15550100", queue: str = "800") -> SimulatedCall:
        """A call arrives in a queue and rings every agent who is free."""
        self._last_call += 1
        call = SimulatedCall(
            self._last_call, caller_number, queue, self.free_agents(queue), self.clock.now()
        )
        self.calls[call.number] = call
        return call

    def agent_answers(self, call: SimulatedCall, extension: str) -> None:
        """One phone takes the call, the others fall silent."""
        call.answered_by, call.answered_at = extension, self.clock.now()
        call.ringing = []

    def call_ends(self, call: SimulatedCall) -> None:
        """Whoever it was hangs up."""
        del self.calls[call.number]

    def customer_will_hang_up(
        self, caller_number: str, queue: str, seconds: float, answered_by: str | None = None
    ) -> None:
        """A call arrives and is over by itself. ``answered_by`` takes it after a quarter of it.

        Raises before anything happens: ``KeyError`` for an unknown queue or extension.
        """
        now = self.clock.now()
        will_answer = self.extensions[answered_by].num if answered_by else None
        answers_at, ends_at = (now + timedelta(seconds=each) for each in (seconds / 4, seconds))
        call = self.customer_calls(caller_number, queue)
        call.ends_at = ends_at
        if will_answer:
            call.will_answer, call.answers_at = will_answer, answers_at

    def customer_calls_and_hangs_up(
        self, caller_number: str = "15550100", queue: str = "800"
    ) -> list[Body]:
        """The webhook posts of a missed queue call."""
        return self._delivered(caller_number, queue).missed()

    def customer_calls_and_is_answered(
        self, by: str = "101", caller_number: str = "15550100", queue: str = "800"
    ) -> list[Body]:
        """The webhook posts of an answered queue call, the repeat with the recording last."""
        delivered = self._delivered(caller_number, queue)
        return delivered.answered(by, end_twice=self.webhooks.end_twice)

    def catch_up(self) -> None:
        """Do what was planned for the time until now."""
        now = self.clock.now()
        for call in list(self.calls.values()):
            if call.answers_at and call.answers_at <= now and not call.answered_by:
                call.answered_by, call.answered_at = call.will_answer, call.answers_at
                call.ringing = []
            if call.ends_at and call.ends_at <= now:
                self.call_ends(call)

    def restart(self) -> None:
        """The service starts anew: no calls, and their numbers begin again."""
        self.calls.clear()
        self._last_call = 40

    def governs(self, num: str) -> bool:
        """Whether the profile of an extension decides about its queues."""
        return self.profiles_govern or num in self.profile_governs

    def busy(self) -> set[str]:
        """Extensions that ring or talk."""
        talking = {call.answered_by for call in self.calls.values() if call.answered_by}
        return talking | {num for call in self.calls.values() for num in call.ringing}

    def free_agents(self, queue: str) -> list[str]:
        """Agents who are logged in, have a phone, and neither ring nor talk."""
        busy = self.busy()
        return [
            num
            for num in self.queues[queue].agents
            if num not in busy and self._is_ready(num, queue)
        ]

    def talking_agents(self, queue: str) -> list[str]:
        talking = {call.answered_by for call in self.calls.values()}
        return [num for num in self.queues[queue].agents if num in talking]

    def _delivered(self, caller_number: str, queue: str) -> Delivered:
        self._deliveries += 1
        return Delivered(
            100 + self._deliveries,
            self.clock.now(),
            caller_number=caller_number,
            queue=queue,
            agents=tuple(self.queues[queue].agents),
        )

    def _is_ready(self, num: str, queue: str) -> bool:
        extension = self.extensions.get(num)
        if extension is None or not extension.registered:
            return False
        return extension.global_login and queue in extension.logged_in


def _first_extensions() -> list[SimulatedExtension]:
    return [
        SimulatedExtension("100", "Rae", "Reception", "rae@example.org"),
        SimulatedExtension("101", "Ana", "Agent", "ana@example.org", logged_in={"800"}),
        SimulatedExtension("0102", "Bo", "Agent", "bo@example.org", logged_in={"800"}),
    ]
