"""Commands about calls, the database and the module itself."""

from typing import Any

from bot.adapters.threecx_ru.commands import Commands
from bot.adapters.threecx_ru.models import (
    CallConnection,
    CallInfo,
    Calls,
    Connections,
    RootDocument,
)
from bot.adapters.threecx_ru.replies import (
    object_reader,
    read_anything,
    read_count,
    read_placed,
)


class CallCommands(Commands):
    """Section numbers do not exist in the vendor's document: commands are cited by name.

    Every method raises ``BadCredentials``, ``Unreachable`` and ``Refused``; those that ask also
    ``UnexpectedReply``, those that change ``OutcomeUnknown``.
    """

    async def count_calls(self) -> int:
        """How many calls go through the system now ("pbx.calls.get")."""
        return await self._connection.ask("pbx.calls.get", read_count)

    async def list_connections(self) -> tuple[CallConnection, ...]:
        """Every call with its connections ("pbx.ac.get")."""
        reader = object_reader(Connections)
        return (await self._connection.ask("pbx.ac.get", reader)).connections

    async def list_calls(self) -> tuple[CallInfo, ...]:
        """Every call with its owner and whom it goes to ("pbx.callsinfo.get").

        Times are as the system writes them, with or without a zone.
        """
        return (await self._connection.ask("pbx.callsinfo.get", object_reader(Calls))).calls

    async def makecall(
        self,
        first: str,
        second: str,
        contact: str | None = None,
        timeout_seconds: int | None = None,
    ) -> str | None:
        """Ring ``first``, then ``second`` ("makecall"); gives the call's id where the build does.

        ``contact`` and ``timeout_seconds`` are known to newer builds only. The answer means
        that the order was accepted, not that a phone was answered. Raises ``Refused`` for any
        ``finalStatus`` but ``Success``.
        """
        query = {
            "first": first,
            "second": second,
            "contact": contact,
            "timeout": None if timeout_seconds is None else str(timeout_seconds),
        }
        refusal = f"did not place the call from {first}"
        return await self._connection.change("makecall", read_placed, query, refusal=refusal)

    async def query(self, query: str, count: int = 0) -> Any:
        """Run an SQL statement on the system's database ("query", POST).

        ``count`` limits the rows; 0 is the system's own limit of 100. It is not known whether
        statements that write are blocked, nor how rows look: whatever JSON comes is given back
        as it is, secrets included.
        """
        body = {"query": query, "count": count}
        refusal = "did not accept the query"
        return await self._connection.post("query", read_anything, body, refusal)

    async def licence(self) -> RootDocument:
        """What the module says of itself and its licence (the address without a command).

        Newer builds only; older ones answer as to a wrong key: ``BadCredentials``.
        """
        return await self._connection.ask("", object_reader(RootDocument))
