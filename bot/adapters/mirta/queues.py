"""Requests about queues and the agents in them."""

import re
from typing import Final

from bot.adapters.mirta.connection import Connection
from bot.adapters.mirta.models import AgentState, QueueName, QueueStatistics
from bot.adapters.mirta.replies import Answer
from bot.adapters.transport import unexpected
from bot.telephony.errors import Refused

_QUEUE_ID: Final = re.compile(r"[0-9]+")
_SEAT: Final = re.compile(r"\S*[0-9]\S*")
"""Every form of an extension holds its number; a word such as ``error`` holds none."""


class QueueRequests(Connection):
    """AGENT, QUEUE, INFO queues, INFO queue and INFO agents.

    Queues are named by id (281), never by the number that people dial (9200), except where the
    settings say so for AGENT.
    """

    async def pause_agent(self, queue: str, extension: str, pausereason: str | None = None) -> None:
        """Pause an agent in one queue; he stays a member of it.

        PBXCloud API, "AGENT / Pause agent from queue". The line that confirms it is in no
        document: one that begins with Success or OK is taken. Sent once.
        """
        await self._set_pause("PAUSE", "the pause", queue, extension, pausereason)

    async def unpause_agent(self, queue: str, extension: str) -> None:
        """Let an agent take calls of one queue again.

        MiRTA manual, Old ProxyAPI, "AGENT". Sent once.
        """
        await self._set_pause("UNPAUSE", "the end of the pause", queue, extension, None)

    async def list_members(self, queue: str) -> list[str]:
        """The extensions in a queue; an unknown queue looks like an empty one.

        MiRTA manual, Old ProxyAPI, "QUEUE / Get the list of agents".
        """
        answer = await self.ask(
            "the members of the queue",
            reqtype="QUEUE",
            tenant=self.tenant,
            action="list",
            id=queue,
            format="json",
        )
        members = answer.document() or []
        if not isinstance(members, list) or not all(isinstance(seat, str) for seat in members):
            raise unexpected(self.system, answer.what)
        return [self.bare(seat) for seat in members]

    async def add_member(
        self, queue: str, extension: str, order: int | None = None, penalty: int | None = None
    ) -> None:
        """Add an extension to a queue. Sent once.

        MiRTA manual, Old ProxyAPI, "QUEUE / Add an agent to a queue".
        """
        await self._set_member("add", "the log-in", queue, extension, order, penalty)

    async def remove_member(self, queue: str, extension: str) -> None:
        """Take an extension out of a queue: its position and statistics go, unlike with a pause.

        MiRTA manual, Old ProxyAPI, "QUEUE". Sent once.
        """
        await self._set_member("del", "the log-out", queue, extension, None, None)

    async def list_queues(self) -> list[QueueName]:
        """Every queue of the tenant, by id.

        MiRTA manual, Old ProxyAPI, "INFO queues".
        """
        answer = await self.ask(
            "the queues", reqtype="INFO", info="queues", tenant=self.tenant, format="json"
        )
        names = answer.mapping()
        if not all(map(_QUEUE_ID.fullmatch, names)):
            raise unexpected(self.system, answer.what)
        if not all(isinstance(name, str | int) for name in names.values()):
            raise unexpected(self.system, answer.what)
        return [QueueName(queue_id=queue, name=str(name)) for queue, name in names.items()]

    async def fetch_queue(self, queue: str) -> QueueStatistics:
        """The figures of one queue as they are now; times in seconds, level in percent.

        MiRTA manual, Old ProxyAPI, "INFO queue". Raises ``Refused`` for an unknown queue.
        """
        answer = await self.ask(
            "the queue", reqtype="INFO", info="queue", id=queue, tenant=self.tenant, format="json"
        )
        rows = answer.rows("callsinqueue")
        if not rows:
            raise Refused(f"{self.system} has no queue {queue} (it wants the queue's id).")
        return self.read_rows(answer.what, QueueStatistics, rows)[0]

    async def list_agents(self, queue: str) -> list[AgentState]:
        """The agents of a queue with the system's word for how they stand.

        MiRTA manual, Old ProxyAPI, "INFO agents". An unknown queue has no agents. Asked for
        as plain text: the JSON form has nothing but positions.
        """
        answer = await self.ask(
            "the agents of the queue",
            reqtype="INFO",
            info="agents",
            tenant=self.tenant,
            queue=queue,
        )
        return [self._agent(answer, seat, state) for seat, state in answer.pairs().items()]

    def _agent(self, answer: Answer, seat: str, state: object) -> AgentState:
        if not _SEAT.fullmatch(seat):
            raise answer.complaint()
        if isinstance(state, dict):
            state = state.get("1", "")
        if not isinstance(state, str):
            raise unexpected(self.system, answer.what)
        return AgentState(extension=self.bare(seat), state=state)

    async def _set_pause(
        self, action: str, what: str, queue: str, extension: str, pausereason: str | None
    ) -> None:
        if not self.settings.queue_ids:
            queue = self.settings.queue_numbers.get(queue, queue)
        answer = await self.change(
            what,
            reqtype="AGENT",
            action=action,
            queue=queue,
            extension=self.seat(extension),
            tenant=self.tenant,
            pausereason=pausereason or None,
        )
        answer.done()

    async def _set_member(
        self,
        action: str,
        what: str,
        queue: str,
        extension: str,
        order: int | None,
        penalty: int | None,
    ) -> None:
        answer = await self.change(
            what,
            reqtype="QUEUE",
            tenant=self.tenant,
            action=action,
            id=queue,
            extension=self.bare(extension),
            order=order,
            penalty=penalty,
        )
        answer.done()
