"""What there is in the simulated office: users, phones, mailboxes, switches, queues and calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PHONE_STATES = {
    -2: "Error",
    -1: "Not found",
    0: "Idle",
    1: "In Use",
    2: "Busy",
    4: "Unavailable",
    8: "Ringing",
    16: "On Hold",
}


@dataclass
class SimulatedUser:
    """``password`` is the one for the web interface; ``phones`` are UUIDs of phones."""

    uuid: str
    username: str
    full_name: str | None
    password: str
    is_admin: bool = False
    phones: list[str] = field(default_factory=list)
    hot_desk: str | None = None
    call_forward: str | None = None
    cw: bool = True
    dnd: bool = False

    def form(self, *, status: bool) -> dict[str, Any]:
        first = self.phones[0] if self.phones else None
        form: dict[str, Any] = {
            "uuid": self.uuid,
            "username": self.username,
            "full_name": self.full_name,
            "phones": [{"type": "phone", "phone": uuid, "personal": True} for uuid in self.phones],
            "primary_phone": first,
        }
        if status:
            form |= {"hot_desk": self.hot_desk, "call_forward": self.call_forward}
            form |= {"cw": self.cw, "dnd": self.dnd, "phone": self.hot_desk or first}
        return form


@dataclass
class SimulatedPhone:
    uuid: str
    name: str | None
    phone_username: str
    type: str = "sip"
    hot_desk: bool = False
    status_code: int = 0
    hot_desk_user: str | None = None

    @property
    def status(self) -> str:
        return PHONE_STATES.get(self.status_code, f"State {self.status_code}")

    def form(self, *, status: bool) -> dict[str, Any]:
        form: dict[str, Any] = {
            "uuid": self.uuid,
            "name": self.name,
            "type": self.type,
            "hot_desk": self.hot_desk,
            "phone_username": self.phone_username,
            "mobile_logins_enabled": self.hot_desk,
        }
        if status:
            form |= {"status_code": self.status_code, "status": self.status}
            form |= {"hot_desk_user": self.hot_desk_user, "mobile_user": self.hot_desk_user}
        return form


@dataclass
class SimulatedMailbox:
    uuid: str
    mailbox_number: str
    owner: str
    password: str
    new_messages: int = 0
    old_messages: int = 0
    urgent_messages: int = 0

    def form(self, *, status: bool) -> dict[str, Any]:
        form: dict[str, Any] = {"uuid": self.uuid, "mailbox_number": self.mailbox_number}
        if status:
            form |= {"new_messages": self.new_messages, "old_messages": self.old_messages}
            form |= {"urgent_messages": self.urgent_messages}
        return form


@dataclass
class SimulatedSwitch:
    uuid: str
    name: str
    default: bool = False
    value: str | None = None

    def form(self, *, status: bool) -> dict[str, Any]:
        form: dict[str, Any] = {"uuid": self.uuid, "name": self.name, "default": self.default}
        return form | {"value": self.value} if status else form


@dataclass
class SimulatedQueue:
    """Figures under the PBX's own names; ``answered`` and ``aborted`` count from the start."""

    uuid: str
    name: str
    calls_waiting: int = 0
    longest_hold_time: int = 0
    hold_time: int = 0
    talk_time: int = 0
    answered: int = 0
    aborted: int = 0
    service_level: float = 100.0
    service_level_interval: int = 30
    all_agents: int = 0
    logged_in_agents: int = 0
    free_agents: int = 0
    available_agents: int = 0
    calls_taken: int = 0
    agents: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    last_reset: datetime | None = None
    answered_at_reset: int = 0
    aborted_at_reset: int = 0

    def reset(self, at: datetime) -> None:
        self.last_reset = at
        self.answered_at_reset, self.aborted_at_reset = self.answered, self.aborted

    def form(
        self, *, identified: bool, agents: bool, calls: bool, relative: bool
    ) -> dict[str, Any]:
        """The documented members; UUID and name are not among them, hence ``identified``."""
        is_relative = relative and self.last_reset is not None
        return {
            **({"uuid": self.uuid, "name": self.name} if identified else {}),
            **{name: getattr(self, name) for name in FIGURES},
            "answered": self.answered - (self.answered_at_reset if is_relative else 0),
            "aborted": self.aborted - (self.aborted_at_reset if is_relative else 0),
            **({"relative": is_relative} if relative else {}),
            "last_reset": None if self.last_reset is None else self.last_reset.isoformat(),
            **({"agents": self.agents} if agents else {}),
            **({"calls": self.calls} if calls else {}),
        }


FIGURES = (
    "calls_waiting",
    "longest_hold_time",
    "hold_time",
    "talk_time",
    "answered",
    "aborted",
    "service_level",
    "service_level_interval",
    "all_agents",
    "logged_in_agents",
    "free_agents",
    "available_agents",
    "calls_taken",
)


@dataclass
class SimulatedCall:
    """A call that we placed. ``members`` is what its events have in common."""

    unique_id: str
    owner: str
    number: str
    placed_at: datetime
    members: dict[str, Any]


PAT = "11111111-0000-4000-8000-000000000001"
KIM = "11111111-0000-4000-8000-000000000002"
PAT_PHONE = "22222222-0000-4000-8000-000000000001"
KIM_PHONE = "22222222-0000-4000-8000-000000000002"
HOT_DESK = "22222222-0000-4000-8000-000000000003"
TRUNK = "33333333-0000-4000-8000-000000000001"
PAT_BOX = "44444444-0000-4000-8000-000000000001"
KIM_BOX = "44444444-0000-4000-8000-000000000002"
SUPPORT = "55555555-0000-4000-8000-000000000001"
NIGHT = "66666666-0000-4000-8000-000000000001"


def first_users() -> dict[str, SimulatedUser]:
    """Pat, who administers the PBX, and Kim."""
    return {
        PAT: SimulatedUser(
            PAT, "pat", "Pat O'Neil", "pat-password", is_admin=True, phones=[PAT_PHONE]
        ),
        KIM: SimulatedUser(KIM, "kim", None, "kim-password", phones=[KIM_PHONE]),
    }


def first_phones() -> dict[str, SimulatedPhone]:
    """One for each of the two, and one for whoever logs in at it."""
    return {
        PAT_PHONE: SimulatedPhone(PAT_PHONE, "Desk 4", "desk4"),
        KIM_PHONE: SimulatedPhone(KIM_PHONE, "Desk 5", "desk5"),
        HOT_DESK: SimulatedPhone(HOT_DESK, "Window", "window", hot_desk=True),
    }


def first_mailboxes() -> dict[str, SimulatedMailbox]:
    """One for each of the two."""
    return {
        PAT_BOX: SimulatedMailbox(PAT_BOX, "101", PAT, "1111", new_messages=1, old_messages=3),
        KIM_BOX: SimulatedMailbox(KIM_BOX, "0102", KIM, "2222"),
    }


def first_queues(users: Mapping[str, SimulatedUser]) -> dict[str, SimulatedQueue]:
    """One queue, which everybody is logged in to."""
    agents = [_agent(user) for user in users.values()]
    there = len(agents)
    support = SimulatedQueue(
        SUPPORT,
        "Support",
        agents=agents,
        all_agents=there,
        logged_in_agents=there,
        free_agents=there,
        available_agents=there,
    )
    return {SUPPORT: support}


def _agent(user: SimulatedUser) -> dict[str, Any]:
    return {
        "calls_taken": 0,
        "last_call": None,
        "name": user.username,
        "paused": False,
        "penalty": 0,
        "status": "Idle",
        "status_code": 0,
        "user_uuid": user.uuid,
    }
