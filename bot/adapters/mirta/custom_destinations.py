"""Requests about custom destinations (MANAGEDB), which may take an admin key."""

import json
import re

from bot.adapters.mirta.connection import Connection
from bot.adapters.mirta.models import CustomDestination, CustomType
from bot.adapters.transport import unexpected
from bot.telephony.errors import OutcomeUnknown, Refused

Column = str | int | bool | None


class CustomDestinationRequests(Connection):
    """MANAGEDB CUSTOMTYPES and MANAGEDB CUSTOM."""

    async def list_custom_types(self) -> list[CustomType]:
        """The types that a custom destination can have.

        PBXCloud API, "Getting the custom destination type list".
        """
        answer = await self.ask(
            "the custom destination types",
            reqtype="MANAGEDB",
            object="CUSTOMTYPES",
            tenant=self.tenant,
            action="list",
        )
        value = answer.document()
        if isinstance(value, dict) and all(isinstance(name, str) for name in value.values()):
            return [CustomType(type_id=number, name=name) for number, name in value.items()]
        return self.read_rows(answer.what, CustomType, answer.rows())

    async def list_custom_destinations(self) -> list[CustomDestination]:
        """Every custom destination of the tenant.

        PBXCloud API, "Getting the custom destination list".
        """
        return await self._read("list", None)

    async def fetch_custom_destination(self, objectid: int) -> CustomDestination:
        """One custom destination. Raises ``Refused`` when there is no such one.

        PBXCloud API, "Getting info for a custom destination".
        """
        found = await self._read("get", objectid)
        if not found:
            raise Refused(f"{self.system} has no custom destination {objectid}.")
        return found[0]

    async def add_custom_destination(self, values: dict[str, Column]) -> str:
        """Add a custom destination from columns such as ``cu_name``; returns its new id.

        PBXCloud API, "Creating a custom destination". Sent once.
        """
        answer = await self.write(
            "the new custom destination",
            _json(values),
            reqtype="MANAGEDB",
            action="add",
            object="custom",
            tenant=self.tenant,
        )
        new_id = re.search(r'^"?(\d+)"?$|"(?:cu_)?id"\s*:\s*"?(\d+)', answer.text, re.ASCII)
        if new_id:
            return new_id.group(1) or new_id.group(2)
        answer.done()
        raise OutcomeUnknown(
            f"{self.system} gave no id for the new custom destination: look at the list."
        )

    async def update_custom_destination(self, objectid: int, values: dict[str, Column]) -> None:
        """Change columns of a custom destination, which is named twice: in query and body.

        PBXCloud API, "Updating a custom destination". The answer is the SQL that ran; it is
        looked at and dropped. Sent once.
        """
        answer = await self.write(
            "the change of the custom destination",
            _json(values | {"cu_id": objectid}),
            reqtype="MANAGEDB",
            action="update",
            object="custom",
            tenant=self.tenant,
            objectid=objectid,
        )
        if not re.match(r"update\s", answer.text, re.IGNORECASE):
            answer.done()

    async def _read(self, action: str, objectid: int | None) -> list[CustomDestination]:
        answer = await self.ask(
            "the custom destinations",
            reqtype="MANAGEDB",
            object="CUSTOM",
            tenant=self.tenant,
            action=action,
            objectid=objectid,
        )
        rows = answer.rows()
        if not all("cuid" in row for row in rows):
            raise unexpected(self.system, answer.what)
        return self.read_rows(answer.what, CustomDestination, rows)


def _json(values: dict[str, Column]) -> str:
    return json.dumps(values, separators=(",", ":"))
