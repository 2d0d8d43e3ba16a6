"""Call queues, their figures and their agents."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """``queue_id`` is what the system wants to be asked with; ``number`` what people dial."""

    queue_id: str
    name: str
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """How a queue stands now. Times in seconds, levels in percent; unknown figures are ``None``."""

    queue_id: str
    name: str
    waiting: int | None = None
    longest_wait_seconds: int | None = None
    agents_logged_in: int | None = None
    agents_available: int | None = None
    agents_paused: int | None = None
    offered: int | None = None
    answered: int | None = None
    abandoned: int | None = None
    service_level_percent: float | None = None
    service_level_seconds: int | None = None


class QueueBoard(Protocol):
    async def list_queues(self) -> list[Queue]:
        """Every queue, in the system's own order."""

    async def fetch_figures(self, queue_id: str) -> QueueFigures:
        """The figures of one queue. Raises ``Refused`` when there is no such queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person or seat in a queue. ``state`` is the system's own word, for reading only."""

    number: str
    name: str | None = None
    paused: bool | None = None
    logged_in: bool | None = None
    available: bool | None = None
    state: str | None = None
    calls_taken: int | None = None


class AgentBoard(Protocol):
    async def list_agents(self, queue_id: str) -> list[Agent]:
        """The agents of one queue."""


class PauseControl(Protocol):
    """An agent stays in the queue and takes no calls. Not DND, not log-out."""

    async def pause(self, extension: str, queue_id: str, reason: str) -> None:
        """Pause the agent in one queue. Sent once."""

    async def unpause(self, extension: str, queue_id: str) -> None:
        """Let the agent take calls again. Sent once."""


class QueueMembership(Protocol):
    """An agent joins or leaves a queue: position and statistics change, unlike with a pause."""

    async def log_in(self, extension: str, queue_id: str) -> None:
        """Join one queue. Sent once."""

    async def log_out(self, extension: str, queue_id: str) -> None:
        """Leave one queue. Sent once."""
