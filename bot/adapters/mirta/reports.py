"""Requests that read reports: call histories, extensions, the licence."""

from datetime import date
from typing import Final

from bot.adapters.mirta.connection import Connection
from bot.adapters.mirta.models import Cdr, ExtensionCall, ExtensionName, QueueLogEntry, SimpleCdr
from bot.adapters.mirta.replies import Answer

EVERY_TENANT: Final = "%"
"""Sent as ``%25``."""


class ReportRequests(Connection):
    """INFO simplecdrs, CDRS, QUEUELOGS, extensions and extstate; LICENSEDAYS.

    Dates are days of the PBX's own time zone. No document says whether ``end`` belongs to the
    span, so callers that must miss nothing name the day after.
    """

    async def list_simple_cdrs(
        self, start: date, end: date, phone: str | None = None, direction: str | None = None
    ) -> list[SimpleCdr]:
        """Finished calls, one row each. ``phone`` is any number in it, ``direction`` in/out/local.

        MiRTA manual, Old ProxyAPI, "INFO - SIMPLECDRS / Get the list of calls".
        """
        answer = await self.ask(
            "the calls",
            reqtype="INFO",
            info="simplecdrs",
            tenant=self.tenant,
            format="json",
            start=start.isoformat(),
            end=end.isoformat(),
            phone=phone,
            direction=direction,
        )
        return self.read_rows(answer.what, SimpleCdr, answer.rows("scuniqueid", "scstart"))

    async def list_cdrs(self, start: date, end: date) -> list[Cdr]:
        """Finished legs of calls of our tenant, from CSV in the tenant's layout.

        PBXCloud API, "Get the cdr for a tenant in CSV format".
        """
        return self._cdrs(await self._history("CDRS", self.tenant, start, end))

    async def list_all_cdrs(self, start: date, end: date) -> list[Cdr]:
        """Finished legs of calls of all tenants, from CSV in the admin layout. Admin key only.

        PBXCloud API, "Get the cdr for all tenants in CSV format".
        """
        return self._cdrs(await self._history("CDRS", EVERY_TENANT, start, end))

    async def list_queue_logs(self, start: date, end: date) -> list[QueueLogEntry]:
        """The calls that went through queues, with waiting and talking times in seconds.

        PBXCloud API, "Get the queue log for a tenant in CSV format".
        """
        answer = await self._history("QUEUELOGS", self.tenant, start, end)
        return self.read_rows(answer.what, QueueLogEntry, answer.csv_rows(["time"]))

    async def list_extensions(self) -> list[ExtensionName]:
        """Numbers and names; the passwords in the answer are dropped.

        MiRTA manual, Old ProxyAPI, "INFO extensions". Asked for as plain text, which has one
        password a row where the JSON form has many.
        """
        answer = await self.ask(
            "the extensions", reqtype="INFO", info="extensions", tenant=self.tenant
        )
        return self.read_rows(answer.what, ExtensionName, answer.table(["number", "name"], "ex"))

    async def fetch_extension(self, extension: str) -> ExtensionCall | None:
        """What an extension is doing, if anything.

        MiRTA manual, Old ProxyAPI, "INFO extstate".
        """
        answer = await self.ask(
            "the extension",
            reqtype="INFO",
            info="extstate",
            ext=extension,
            tenant=self.tenant,
            format="json",
        )
        states = self.read_rows(answer.what, ExtensionCall, answer.rows("uniqueid"))
        return states[0] if states else None

    async def fetch_licence_days(self, with_tenant: bool = True) -> int | None:
        """Days until the PBX's licence ends, where it tells.

        MiRTA manual, Old ProxyAPI, "LICENSEDAYS". No document shows the answer: a bare number
        is expected.
        """
        tenant = self.tenant if with_tenant else None
        answer = await self.ask("the licence", reqtype="LICENSEDAYS", tenant=tenant)
        return answer.number()

    async def _history(self, info: str, tenant: str, start: date, end: date) -> Answer:
        return await self.ask(
            "the call records",
            reqtype="INFO",
            info=info,
            format="csv",
            tenant=tenant,
            start=start.isoformat(),
            end=end.isoformat(),
        )

    def _cdrs(self, answer: Answer) -> list[Cdr]:
        return self.read_rows(answer.what, Cdr, answer.csv_rows(["uniqueid", "start"]))
