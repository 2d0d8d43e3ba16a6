"""Queues and their agents, from the ACD statistics."""

from dataclasses import dataclass

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.models import QueueAgent, QueueStatistics
from bot.adapters.axeos.settings import AxeosSettings
from bot.adapters.transport import unexpected
from bot.telephony.errors import NotSupported
from bot.telephony.queues import Agent, Queue, QueueFigures


@dataclass(frozen=True, slots=True)
class AxeosQueues:
    """A queue is asked for by its UUID.

    The documented statistics name neither UUID nor name of a queue: both are taken from the
    answer where a PBX gives them, and from the settings where it does not.
    """

    client: AxeosClient
    settings: AxeosSettings

    async def list_queues(self) -> list[Queue]:
        """The queues the PBX identifies, then those that only the settings name.

        Raises ``NotSupported`` when there are queues and nobody says which.
        """
        statistics = await self.client.list_queue_statistics()
        names = {queue.uuid: self._name(queue.uuid, queue) for queue in statistics if queue.uuid}
        if statistics:
            names = names | {k: v for k, v in self.settings.queues.items() if k not in names}
        if statistics and not names:
            raise NotSupported(
                f"{self.client.system} does not say which queues it has. "
                "Add their UUIDs and names to this system's settings, under queues."
            )
        return [Queue(queue_id=uuid, name=name) for uuid, name in names.items()]

    async def fetch_figures(self, queue_id: str) -> QueueFigures:
        """The figures of one queue.

        ``offered`` is answered and aborted calls together. Agents of whom the PBX does not know
        how they stand are available to it, and so to us.
        """
        found = await self.client.fetch_queue_statistics(uuid=queue_id, agents=True)
        return QueueFigures(
            queue_id=queue_id,
            name=self._name(queue_id, found),
            waiting=found.calls_waiting,
            longest_wait_seconds=found.longest_hold_time,
            agents_logged_in=found.logged_in_agents,
            agents_available=found.available_agents,
            agents_paused=_paused(found.agents),
            offered=_sum(found.answered, found.aborted),
            answered=found.answered,
            abandoned=found.aborted,
            service_level_percent=found.service_level,
            service_level_seconds=found.service_level_interval,
        )

    async def list_agents(self, queue_id: str) -> list[Agent]:
        """The agents of one queue. Whether one is logged in is not told."""
        found = await self.client.fetch_queue_statistics(uuid=queue_id, agents=True)
        if found.agents is None:
            raise unexpected(self.client.system, "the agents of that queue")
        return [self._agent(agent) for agent in found.agents]

    def _agent(self, agent: QueueAgent) -> Agent:
        user = agent.user_uuid if self.settings.caller_by == "user_uuid" else agent.name
        return Agent(
            number=self.settings.extension_of(user or "") or agent.name,
            name=agent.name,
            paused=agent.paused,
            state=agent.status,
            calls_taken=agent.calls_taken,
        )

    def _name(self, uuid: str, queue: QueueStatistics) -> str:
        return queue.name or self.settings.queues.get(uuid, uuid)


def _paused(agents: tuple[QueueAgent, ...] | None) -> int | None:
    if agents is None or any(agent.paused is None for agent in agents):
        return None
    return sum(agent.paused is True for agent in agents)


def _sum(answered: int | None, aborted: int | None) -> int | None:
    return None if answered is None or aborted is None else answered + aborted
