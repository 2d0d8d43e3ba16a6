"""Commands that list what there is."""

from bot.adapters.threecx_ru.commands import Commands
from bot.adapters.threecx_ru.replies import read_numbers


class ListCommands(Commands):
    """Every method is a question without parameters; numbers are text."""

    async def list_extensions(self) -> list[str]:
        """Numbers of all extensions ("all.ext.get")."""
        return await self._connection.ask("all.ext.get", read_numbers)

    async def list_registered(self) -> list[str]:
        """Numbers of the extensions with a registered phone ("all.registered.get")."""
        return await self._connection.ask("all.registered.get", read_numbers)

    async def list_ring_groups(self) -> list[str]:
        """Numbers of all ring groups ("all.group.get")."""
        return await self._connection.ask("all.group.get", read_numbers)

    async def list_queues(self) -> list[str]:
        """Numbers of all queues ("all.queue.get")."""
        return await self._connection.ask("all.queue.get", read_numbers)

    async def list_menus(self) -> list[str]:
        """Numbers of all IVR menus ("all.ivr.get")."""
        return await self._connection.ask("all.ivr.get", read_numbers)

    async def list_lines(self) -> list[str]:
        """Numbers of all outside lines ("all.line.get")."""
        return await self._connection.ask("all.line.get", read_numbers)

    async def list_extension_groups(self) -> list[str]:
        """Names of all extension groups ("all.extgroup.get")."""
        return await self._connection.ask("all.extgroup.get", read_numbers)
