"""Commands about extensions."""

from bot.adapters.threecx_ru.commands import Commands, on_off
from bot.adapters.threecx_ru.fields import ExtensionFields, Fields
from bot.adapters.threecx_ru.models import ExtensionInfo, ExtensionStatus
from bot.adapters.threecx_ru.replies import object_reader, read_done
from bot.telephony.errors import NotSent


class ExtensionCommands(Commands):
    """``num`` is the number of the extension. All changes are GET requests, sent once."""

    async def fetch_extension(self, num: str) -> ExtensionInfo:
        """Name and e-mail address of an extension ("ext.info.get")."""
        reader = object_reader(ExtensionInfo)
        refusal = f"knows no extension {num}"
        return await self._connection.ask("ext.info.get", reader, {"num": num}, refusal=refusal)

    async def fetch_status(self, num: str) -> ExtensionStatus:
        """How an extension stands: phone, profile, queues ("ext.state.get")."""
        reader = object_reader(ExtensionStatus)
        refusal = f"knows no extension {num}"
        return await self._connection.ask("ext.state.get", reader, {"num": num}, refusal=refusal)

    async def set_profile(self, num: str, status: str, message: str | None = None) -> None:
        """Choose the forwarding profile by its English name ("ext.fwd.set")."""
        query = {"num": num, "status": status, "message": message}
        refusal = f"did not set {num} to {status}: no such extension, or no such profile"
        await self._connection.change("ext.fwd.set", read_done, query, refusal=refusal)

    async def log_in_everywhere(self, num: str, log: bool) -> None:
        """Log an extension in to, or out of, all queues at once ("ext.queueglobal.set").

        Refused where forwarding profiles govern the log-in: then change the profile instead.
        """
        query = {"num": num, "log": on_off(log)}
        refusal = (
            f"did not change the log-in of {num}: its forwarding profiles govern that. "
            "Change the profile instead"
        )
        await self._connection.change("ext.queueglobal.set", read_done, query, refusal=refusal)

    async def log_in_queue(self, num: str, queue: str, log: bool) -> None:
        """Log an extension in to, or out of, one queue ("ext.queue.set")."""
        query = {"num": num, "queue": queue, "log": on_off(log)}
        refusal = (
            f"did not change the log-in of {num} to {queue}: "
            "no such extension or queue, or not an agent of it"
        )
        await self._connection.change("ext.queue.set", read_done, query, refusal=refusal)

    async def set_options(
        self,
        num: str,
        enabled: bool | None = None,
        external: bool | None = None,
        recording: str | None = None,
    ) -> None:
        """Enable, allow outside calls, choose recording: any of the three ("ext.options.set").

        ``recording`` is ``off``, ``external`` or ``all``. Raises ``Refused`` when none is given.
        """
        query = {"enabled": on_off(enabled), "external": on_off(external), "recording": recording}
        if not any(query.values()):
            raise NotSent("At least one of enabled, external and recording has to be set.")
        refusal = f"did not change the options of {num}"
        await self._connection.change(
            "ext.options.set", read_done, {"num": num, **query}, refusal=refusal
        )

    async def edit_extension(self, num: str, fields: Fields) -> None:
        """Set fields of an extension; those not given stay as they are ("ext.update").

        ``fields`` are those of ``ExtensionFields``. Passwords travel in the address: the vendor
        offers no other way.
        """
        await self._set("ext.update", num, fields, f"did not change extension {num}")

    async def add_extension(self, num: str, fields: Fields | None = None) -> None:
        """Make a new extension, with fields as for ext.update ("ext.new")."""
        await self._set("ext.new", num, fields or {}, f"did not make extension {num}")

    async def delete_extension(self, num: str) -> None:
        """Delete an extension for good ("ext.del")."""
        refusal = f"did not delete extension {num}"
        await self._connection.change("ext.del", read_done, {"num": num}, refusal=refusal)

    async def _set(self, command: str, num: str, fields: Fields, refusal: str) -> None:
        given = ExtensionFields.read(fields)
        query = {"num": num, **given.query}
        await self._connection.change(
            command, read_done, query, refusal=refusal, secrets=given.secrets
        )
