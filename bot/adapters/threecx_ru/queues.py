"""Commands about queues, ring groups and extension groups."""

from bot.adapters.threecx_ru.commands import Commands
from bot.adapters.threecx_ru.replies import read_done, read_numbers, read_truth


class QueueCommands(Commands):
    """``num`` is the number of the queue or ring group. Lists replace, they do not add."""

    async def list_queue_members(self, num: str) -> list[str]:
        """All agents of a queue, logged in or not ("queue.members.get")."""
        return await self._of("queue.members.get", num)

    async def list_queue_managers(self, num: str) -> list[str]:
        """All managers of a queue ("queue.managers.get")."""
        return await self._of("queue.managers.get", num)

    async def list_free_agents(self, num: str) -> list[str]:
        """Agents of a queue who can take a call now ("queue.free.get")."""
        return await self._of("queue.free.get", num)

    async def list_talking_agents(self, num: str) -> list[str]:
        """Agents of a queue who are on a call now ("queue.talk.get")."""
        return await self._of("queue.talk.get", num)

    async def has_free_agent(self, num: str) -> bool:
        """Whether at least one agent can take a call now ("queue.isfree.get")."""
        return await self._connection.ask("queue.isfree.get", read_truth, {"num": num})

    async def list_group_members(self, num: str) -> list[str]:
        """All members of a ring group ("group.members.get")."""
        return await self._of("group.members.get", num)

    async def list_free_group_members(self, num: str) -> list[str]:
        """Members of a ring group who can take a call now ("group.free.get")."""
        return await self._of("group.free.get", num)

    async def list_extension_group_members(self, name: str) -> list[str]:
        """Members of an extension group, which goes by name ("extgroup.members.get")."""
        refusal = f"knows no extension group {name}"
        query = {"name": name}
        return await self._connection.ask(
            "extgroup.members.get", read_numbers, query, refusal=refusal
        )

    async def set_group_members(self, num: str, members: list[str]) -> None:
        """Replace all members of a ring group ("group.members.set")."""
        await self._replace("group.members.set", num, "members", members)

    async def set_queue_agents(self, num: str, agents: list[str]) -> None:
        """Replace all agents of a queue ("queue.agents.set")."""
        await self._replace("queue.agents.set", num, "agents", agents)

    async def set_queue_managers(self, num: str, managers: list[str]) -> None:
        """Replace all managers of a queue ("queue.managers.set")."""
        await self._replace("queue.managers.set", num, "managers", managers)

    async def _of(self, command: str, num: str) -> list[str]:
        refusal = f"does not tell about {num}; there may be no such number"
        return await self._connection.ask(command, read_numbers, {"num": num}, refusal=refusal)

    async def _replace(self, command: str, num: str, name: str, numbers: list[str]) -> None:
        query = {"num": num, name: ",".join(numbers)}
        refusal = f"did not change {num}; look whether all these numbers exist"
        await self._connection.change(command, read_done, query, refusal=refusal)
