"""The simulator's call history, and the two shapes in which it is told."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

TENANT_LAYOUT: Final = (
    "start",
    "clid",
    "src",
    "firstdst",
    "lastdst",
    "duration",
    "billsec",
    "disposition",
    "direction",
    "uniqueid",
    "linkedid",
    "originateid",
)
ADMIN_LAYOUT: Final = (
    "accountcode",
    "uniqueid",
    "linkedid",
    "disposition",
    "start",
    "answer",
    "end",
    "pincode",
    "realsrc",
    "clid",
    "firstdst",
    "lastdst",
    "wherelanded",
    "billsec",
    "duration",
    "cc_cost",
    "direction",
    "OriginateID",
)
SEEN_LAYOUT: Final = (
    "accountcode",
    "call_id",
    "start",
    "answer",
    "end",
    "clid",
    "realsrc",
    "firstdst",
    "duration",
    "billsec",
    "disposition",
    "cc_cost",
    "dcontext",
    "dstchannel",
    "srcchannel",
    "userfield",
    "uniqueid",
    "prevuniqueid",
    "lastdst",
    "wherelanded",
    "src",
    "dst",
    "lastapp",
    "srcCallID",
    "linkedid",
    "peeraccount",
    "originateid",
    "cc_country",
    "cc_network",
    "pincode",
    "cc_buy",
)
"""The one header that a client is known to have seen: nothing in it tells the direction."""


class CsvColumns(StrEnum):
    """How an administrator has edited the template of the full history."""

    USUAL = "usual"
    REORDERED = "reordered"
    EXTRA = "extra"
    NO_DISPOSITION = "no_disposition"
    SEEN = "seen"


@dataclass
class SimulatedCall:
    """A finished call. Its fields may be changed: real rows change, too.

    ``started_at`` is aware, and so is ``appears_at``: before that the history lacks the call.
    ``duration`` and ``billsec`` are seconds. Directions are IN, OUT and LOCAL, dispositions
    ANSWERED, NO ANSWER, BUSY, FAILED and CONGESTION.
    """

    uniqueid: str
    started_at: datetime
    direction: str
    number: str
    name: str
    dialled: str
    disposition: str
    duration: int
    billsec: int = 0
    who_answered: str = ""
    linkedid: str = ""
    originate_id: str = ""
    tenant: str = "DEMO"
    appears_at: datetime | None = None

    def started_on(self, zone: ZoneInfo) -> date:
        return self.started_at.astimezone(zone).date()


def simple_rows(calls: Sequence[SimulatedCall], zone: ZoneInfo) -> list[dict[str, str]]:
    """Rows of the simple history: each value comes twice, the second time by position."""
    return [doubled(_simple(call, zone)) for call in calls]


def csv_text(calls: Sequence[SimulatedCall], layout: Sequence[str], zone: ZoneInfo) -> str:
    """The full history with a header; 0 bytes when there is nothing."""
    if not calls:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(layout)
    for call in calls:
        columns = _columns(call, zone)
        writer.writerow([columns.get(name.lower(), "") for name in layout])
    return out.getvalue()


def arranged(layout: Sequence[str], columns: CsvColumns) -> Sequence[str]:
    """The columns of a layout as the template has them now."""
    match columns:
        case CsvColumns.REORDERED:
            return layout[::-1]
        case CsvColumns.EXTRA:
            return ["cc_country", *layout]
        case CsvColumns.NO_DISPOSITION:
            return [name for name in layout if name != "disposition"]
        case CsvColumns.SEEN:
            return SEEN_LAYOUT
        case _:
            return layout


def doubled(row: dict[str, Any]) -> dict[str, Any]:
    """``row`` with every value again under its position, as MiRTA's JSON has it."""
    return row | {str(position): value for position, value in enumerate(row.values())}


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Local time of day without a zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _simple(call: SimulatedCall, zone: ZoneInfo) -> dict[str, str]:
    return {
        "sc_te_id": "12",
        "tenantcode": call.tenant,
        "sc_start": local(call.started_at, zone),
        "sc_direction": call.direction,
        "sc_calleridnum": call.number,
        "sc_calleridname": call.name,
        "sc_dialednum": call.dialled,
        "sc_disposition": call.disposition,
        "sc_duration": str(call.duration),
        "sc_uniqueid": call.uniqueid,
        "sc_whoanswered": call.who_answered,
    }


def _columns(call: SimulatedCall, zone: ZoneInfo) -> dict[str, str]:
    ended_at = call.started_at + timedelta(seconds=call.duration)
    talk = timedelta(seconds=call.billsec)
    return {
        "accountcode": call.tenant,
        "start": local(call.started_at, zone),
        "answer": local(ended_at - talk, zone) if call.disposition == "ANSWERED" else "",
        "end": local(ended_at, zone),
        "clid": f'"{call.name}" <{call.number}>',
        "src": call.number,
        "realsrc": call.number,
        "firstdst": call.dialled,
        "dst": call.dialled,
        "lastdst": call.who_answered or call.dialled,
        "duration": str(call.duration),
        "billsec": str(call.billsec),
        "disposition": call.disposition,
        "direction": call.direction,
        "uniqueid": call.uniqueid,
        "linkedid": call.linkedid or call.uniqueid,
        "originateid": call.originate_id,
        "pincode": "canary-pincode",
        "cc_cost": "0,00",
    }
