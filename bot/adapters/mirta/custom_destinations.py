"""Requests about custom destinations (MANAGEDB), which may take an admin key."""

import json
import re
from typing import Final

from bot.adapters.mirta.connection import Connection
from bot.adapters.mirta.models import CustomDestination, CustomType
from bot.adapters.mirta.reasons import error_of
from bot.adapters.mirta.replies import plain_names
from bot.adapters.transport import unexpected, written
from bot.telephony.errors import OutcomeUnknown, Refused

Column = str | int | bool | None

_ROW_ID: Final = re.compile(r"[1-9][0-9]*")
_SQL_HEAD: Final = re.compile(r"update\s+[\w.`]+\s+set\s", re.IGNORECASE)
_SQL_END: Final = re.compile(r"=\s*(['\"]?)(?P<row>[0-9]+)\1\s*;?$")


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
        if isinstance(value, dict) and all(
            number.isdigit() and isinstance(name, str) for number, name in value.items()
        ):
            return [CustomType(type_id=number, name=name) for number, name in value.items()]
        rows = answer.rows()
        if not all("ctid" in row or "id" in row for row in rows):
            raise unexpected(self.system, answer.what)
        return self.read_rows(answer.what, CustomType, rows)

    async def list_custom_destinations(self) -> list[CustomDestination]:
        """Every custom destination of the tenant.

        PBXCloud API, "Getting the custom destination list".
        """
        return await self._read("list", None)

    async def fetch_custom_destination(self, objectid: int) -> CustomDestination:
        """One custom destination.

        PBXCloud API, "Getting info for a custom destination". Raises ``Refused`` when there is no
        such one.
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
            self._json(values),
            reqtype="MANAGEDB",
            action="add",
            object="custom",
            tenant=self.tenant,
        )
        if new_id := _new_id(answer.text):
            return new_id
        answer.done()
        raise OutcomeUnknown(
            f"{self.system} gave no id for the new custom destination: look at the list."
        )

    async def update_custom_destination(self, objectid: int, values: dict[str, Column]) -> None:
        """Change columns of a custom destination, which is named twice: in query and body.

        PBXCloud API, "Updating a custom destination". The answer is the SQL that ran,
        from ``update … set`` to the row's id; it is looked at and dropped. Sent once.
        """
        answer = await self.write(
            "the change of the custom destination",
            self._json(values | {"cu_id": objectid}),
            reqtype="MANAGEDB",
            action="update",
            object="custom",
            tenant=self.tenant,
            objectid=objectid,
        )
        if not _is_update_of(answer.text, objectid):
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
        return self.read_rows(answer.what, CustomDestination, answer.rows("cuid"))

    def _json(self, values: dict[str, Column]) -> str:
        """The columns as PHP reads them: no NaN, no half of a character."""

        def write() -> str:
            json.dumps(values, ensure_ascii=False).encode()
            return json.dumps(values, separators=(",", ":"), allow_nan=False)

        return written(self.system, write)


def _new_id(text: str) -> str | None:
    """The id that MANAGEDB add gives: bare, or in an object that complains of nothing."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if error_of(value) is not None:
        return None
    if isinstance(value, dict):
        named = plain_names(value.items())
        value = named.get("cuid", named.get("id"))
    if not isinstance(value, str | int) or not _ROW_ID.fullmatch(str(value)):
        return None
    return str(value)


def _is_update_of(text: str, objectid: int) -> bool:
    """Whether this is the SQL that changes the row, and no sentence that begins like it."""
    end = _SQL_END.search(text[-60:])
    ran = _SQL_HEAD.match(text) and re.search(r"\swhere\s", text, re.IGNORECASE)
    return bool(ran and end and end["row"] == str(objectid))
