"""One example of every operation: how it is called, and how the request must be spelt."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.adapters.mirta.operations import OPERATIONS
from bot.adapters.mirta.simulated_pbx import SimulatedMessage, SimulatedPbx, tone

JANUARY = {"start": date(2017, 1, 1), "end": date(2017, 2, 1)}
MESSAGE = {"mailbox": "102", "msgid": "1475685709-00000004"}


@dataclass(frozen=True)
class Example:
    """``query`` is what follows the key."""

    operation: str
    query: str
    arguments: dict[str, Any] = field(default_factory=dict)
    form: str = ""

    @property
    def changes(self) -> bool:
        return OPERATIONS[self.operation].changes

    async def run(self, client: object) -> Any:
        return await OPERATIONS[self.operation].call(client, **self.arguments)

    def __str__(self) -> str:
        return self.operation


# The URLs that the PBXCloud API page prints, key and host apart, letter for letter.
PRINTED = [
    Example(
        "DIAL",
        "reqtype=DIAL&source=402&dest=9922323232&tenant=DEMO&account=402-DEMO",
        {"source": "402", "dest": "9922323232"},
    ),
    Example(
        "DIAL",
        "reqtype=DIAL&source=402&dest=9922323232&tenant=DEMO&account=402-DEMO&var=callid%3D453131",
        {
            "source": "402",
            "dest": "9922323232",
            "account": "402-DEMO",
            "var": "callid=453131",
        },
    ),
    Example(
        "INFO recording",
        "reqtype=INFO&info=recording&id=15a4cfe6429054",
        {"call_id": "15a4cfe6429054", "with_tenant": False},
    ),
    Example(
        "AGENT PAUSE",
        "reqtype=AGENT&action=PAUSE&queue=281&extension=104-DEMO&tenant=DEMO&pausereason=Breakfast",
        {"queue": "281", "extension": "104", "pausereason": "Breakfast"},
    ),
    Example(
        "MEDIAFILE GETAUDIO",
        "reqtype=MEDIAFILE&tenant=DEMO&id=19&action=GETAUDIO&objectid=3619",
        {"objectid": "3619", "id": "19"},
    ),
    Example("VOICEMAIL list", "reqtype=VOICEMAIL&tenant=DEMO&action=list"),
    Example(
        "VOICEMAIL message",
        "reqtype=VOICEMAIL&tenant=DEMO&mailbox=102&action=message&msgid=1475685709-00000004",
        MESSAGE,
    ),
    Example("COUNTCALLS", "reqtype=COUNTCALLS", {"with_tenant": False}),
    Example(
        "INFO CDRS",
        "reqtype=INFO&info=CDRS&format=csv&tenant=DEMO&start=2017-01-01&end=2017-02-01",
        JANUARY,
    ),
    Example(
        "INFO CDRS tenant=%",
        "reqtype=INFO&info=CDRS&format=csv&tenant=%25&start=2017-01-01&end=2017-02-01",
        JANUARY,
    ),
    Example(
        "INFO QUEUELOGS",
        "reqtype=INFO&info=QUEUELOGS&format=csv&tenant=DEMO&start=2017-10-01&end=2017-12-01",
        {"start": date(2017, 10, 1), "end": date(2017, 12, 1)},
    ),
    Example(
        "MANAGEDB CUSTOMTYPES list", "reqtype=MANAGEDB&object=CUSTOMTYPES&tenant=DEMO&action=list"
    ),
    Example("MANAGEDB CUSTOM list", "reqtype=MANAGEDB&object=CUSTOM&tenant=DEMO&action=list"),
    Example(
        "MANAGEDB CUSTOM get",
        "reqtype=MANAGEDB&object=CUSTOM&tenant=DEMO&action=get&objectid=67",
        {"objectid": 67},
    ),
    Example(
        "MANAGEDB CUSTOM add",
        "reqtype=MANAGEDB&action=add&object=custom&tenant=DEMO",
        {
            "values": {
                "cu_name": "Boss phone",
                "cu_ct_id": 1,
                "cu_param1": "3564732920",
                "cu_param2": "INCOMINGDID",
                "cu_param3": "30",
            }
        },
        form="jsondata=%7B%22cu_name%22%3A%22Boss+phone%22%2C%22cu_ct_id%22%3A1%2C"
        "%22cu_param1%22%3A%223564732920%22%2C%22cu_param2%22%3A%22INCOMINGDID%22%2C"
        "%22cu_param3%22%3A%2230%22%7D",
    ),
    Example(
        "MANAGEDB CUSTOM update",
        "reqtype=MANAGEDB&action=update&object=custom&tenant=DEMO&objectid=286",
        {
            "objectid": 286,
            "values": {
                "cu_name": "Boss private phone",
                "cu_id": 286,
                "cu_param1": "0636287454",
            },
        },
        form="jsondata=%7B%22cu_name%22%3A%22Boss+private+phone%22%2C%22cu_id%22%3A286%2C"
        "%22cu_param1%22%3A%220636287454%22%7D",
    ),
]

OTHERS = [
    Example("HANGUP", "reqtype=HANGUP&extension=103-DEMO&tenant=DEMO", {"extension": "103"}),
    Example(
        "AGENT UNPAUSE",
        "reqtype=AGENT&action=UNPAUSE&queue=281&extension=104-DEMO&tenant=DEMO",
        {"queue": "281", "extension": "104"},
    ),
    Example(
        "QUEUE list",
        "reqtype=QUEUE&tenant=DEMO&action=list&id=281&format=json",
        {"queue": "281"},
    ),
    Example(
        "QUEUE add",
        "reqtype=QUEUE&tenant=DEMO&action=add&id=281&extension=106",
        {"queue": "281", "extension": "106"},
    ),
    Example(
        "QUEUE del",
        "reqtype=QUEUE&tenant=DEMO&action=del&id=281&extension=105",
        {"queue": "281", "extension": "105"},
    ),
    Example("INFO queues", "reqtype=INFO&info=queues&tenant=DEMO&format=json"),
    Example(
        "INFO queue", "reqtype=INFO&info=queue&id=281&tenant=DEMO&format=json", {"queue": "281"}
    ),
    Example("INFO agents", "reqtype=INFO&info=agents&tenant=DEMO&queue=281", {"queue": "281"}),
    Example(
        "INFO simplecdrs",
        "reqtype=INFO&info=simplecdrs&tenant=DEMO&format=json&start=2017-01-01&end=2017-02-01",
        JANUARY,
    ),
    Example("INFO extensions", "reqtype=INFO&info=extensions&tenant=DEMO"),
    Example(
        "INFO extstate",
        "reqtype=INFO&info=extstate&ext=402&tenant=DEMO&format=json",
        {"extension": "402"},
    ),
    Example(
        "VOICEMAIL messages",
        "reqtype=VOICEMAIL&tenant=DEMO&mailbox=102&action=messages&format=json",
        {"mailbox": "102"},
    ),
    Example(
        "VOICEMAIL markread",
        "reqtype=VOICEMAIL&tenant=DEMO&mailbox=102&action=markread&msgid=1475685709-00000004",
        MESSAGE,
    ),
    Example(
        "VOICEMAIL markunread",
        "reqtype=VOICEMAIL&tenant=DEMO&mailbox=102&action=markunread&msgid=1475685709-00000004",
        MESSAGE,
    ),
    Example(
        "VOICEMAIL delete",
        "reqtype=VOICEMAIL&tenant=DEMO&mailbox=102&action=delete&msgid=1475685709-00000004",
        MESSAGE,
    ),
    Example("LICENSEDAYS", "reqtype=LICENSEDAYS&tenant=DEMO"),
    Example(
        "INFO recording",
        "reqtype=INFO&info=recording&id=15a4cfe6429054&tenant=DEMO",
        {"call_id": "15a4cfe6429054"},
    ),
    Example("COUNTCALLS", "reqtype=COUNTCALLS&tenant=DEMO"),
]

EXAMPLES = [*PRINTED, *OTHERS]
CHANGES = [example for example in EXAMPLES if example.changes]
READS = [example for example in EXAMPLES if not example.changes]


def furnish(pbx: SimulatedPbx) -> None:
    """What the examples name: a recording, a message, a row, a call."""
    pbx.recordings["15a4cfe6429054"] = tone(0.1)
    pbx.custom["286"] = {"cu_id": "286", "cu_name": "Boss", "cu_ct_id": "1"}
    pbx.extensions |= {"103": "Cleo Park", "106": "Dai Wu"}
    pbx.boxes["102"].messages.append(
        SimulatedMessage("1475685709-00000004", "15550100", "Pat O'Neil", pbx.clock.now(), 1)
    )
    pbx.dial("103", "15550199", "")
    pbx.customer_calls_and_hangs_up("15550100", "O'Neil, Pat", "15550123", 29)
