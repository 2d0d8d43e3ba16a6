"""The state of a simulated MiRTA PBX, and what tests and the demo can make happen on it."""

import io
import math
import struct
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.mirta.simulated_calls import CsvColumns, SimulatedCall
from bot.clock import Clock

RATE: Final = 8000
EXTENSIONS: Final = {
    "0101": "Board",
    "102": "Front Desk",
    "104": "Ana Lima",
    "105": "Ben Okri",
    "402": "Kim Berg",
}
FIGURES: Final = (
    "AGENTSAVAILABLE",
    "AGENTSPAUSED",
    "AGENTSFREE",
    "AGENTSONLINE",
    "CALLSINQUEUE",
    "SERVICELEVEL",
    "FIRSTWAITING",
    "SECONDWAITING",
    "THIRDWAITING",
    "CALLSONLINE",
    "TALKTIME",
    "HOLDTIME",
    "ANSWEREDCALLS",
    "CALLSRECEIVED",
    "REALANSWEREDCALLS",
    "TRANSFEREDCALLS",
    "ABANDONEDCALLS",
    "TIMEDOUTCALLS",
    "QUEUECAR",
    "EXITWITHKEYCALLS",
    "MAXHOLDTIME",
    "AVERAGETALKTIME",
    "AVERAGEHOLDTIME",
)


@dataclass
class SimulatedQueue:
    """``figures`` are texts by MiRTA's own names; ``paused`` maps extensions to reasons."""

    queue_id: str
    number: str
    name: str
    members: list[str] = field(default_factory=list)
    paused: dict[str, str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FIGURES, "0"))


@dataclass
class SimulatedMessage:
    """A voicemail message; ``folder`` is INBOX or Old."""

    message_id: str
    number: str
    name: str
    left_at: datetime
    seconds: int
    folder: str = "INBOX"


@dataclass
class SimulatedBox:
    mailbox: str
    name: str
    email: str
    messages: list[SimulatedMessage] = field(default_factory=list)


@dataclass
class DialledCall:
    """A call that DIAL queued. It goes on until ``finish_dial``, if that ever comes."""

    call_id: str
    source: str
    dest: str
    variables: str
    queued_at: datetime


class SimulatedPbx:
    """Two queues, five extensions, two mailboxes; no calls yet.

    ``zone`` is the PBX's own: its times carry no zone. Rows of the history appear
    ``late_seconds`` after their call. ``messages_vanish`` makes somebody delete each message before
    its sound is fetched. ``suffix_required`` makes AGENT and HANGUP refuse a bare ``104``.
    ``empty_refusals`` is how a change by the read-only key is refused: with nothing at all instead
    of the sentence about the key.
    """

    def __init__(self, clock: Clock, tenant: str, zone: ZoneInfo) -> None:
        self.clock = clock
        self.tenant = tenant
        self.zone = zone
        self.extensions = dict(EXTENSIONS)
        self.unregistered: set[str] = set()
        self.queues = {
            "281": SimulatedQueue("281", "9200", "Support", ["104", "105"]),
            "282": SimulatedQueue("282", "9201", "Sales"),
        }
        self.boxes = {
            "102": SimulatedBox("102", "Front Desk", "desk@example.com"),
            "104": SimulatedBox("104", "Ana Lima", "ana@example.com"),
        }
        self.calls: list[SimulatedCall] = []
        self.dialled: list[DialledCall] = []
        self.talking = 0
        self.end_included = True
        self.late_seconds = 0
        self.csv_columns = CsvColumns.USUAL
        self.suffix_required = True
        self.agent_takes_number = False
        self.empty_refusals = False
        self.messages_vanish = False
        self.licence_days = "365"
        self.recordings: dict[str, bytes] = {}
        self.media = {"3619": tone(0.2)}
        self.custom_types = {"1": "Dial number", "2": "Script"}
        self.custom: dict[str, dict[str, str]] = {
            "67": {"cu_id": "67", "cu_name": "Boss mobile", "cu_ct_id": "1"}
        }
        self._serial = 0

    def customer_calls_and_hangs_up(
        self, number: str, name: str, did: str, waited_seconds: int
    ) -> SimulatedCall:
        """A caller from outside waited and gave up just now."""
        return self.add_call(
            number=number, name=name, dialled=did, disposition="NO ANSWER", duration=waited_seconds
        )

    def customer_is_answered(
        self,
        number: str,
        name: str,
        did: str,
        answered_by: str,
        waited_seconds: int = 5,
        talk_seconds: int = 60,
    ) -> SimulatedCall:
        """A caller from outside has just finished talking with ``answered_by``."""
        return self.add_call(
            number=number,
            name=name,
            dialled=did,
            disposition="ANSWERED",
            duration=waited_seconds + talk_seconds,
            billsec=talk_seconds,
            who_answered=f"{answered_by}-{self.tenant}",
        )

    def add_call(
        self,
        *,
        number: str,
        dialled: str,
        disposition: str,
        duration: int,
        name: str = "",
        direction: str = "IN",
        billsec: int = 0,
        who_answered: str = "",
        started_at: datetime | None = None,
        originate_id: str = "",
    ) -> SimulatedCall:
        """Put a call into the history; an older ``started_at`` makes it a late row."""
        start = started_at or self.clock.now() - timedelta(seconds=duration)
        call = SimulatedCall(
            uniqueid=f"srv01-{int(start.timestamp())}.{self._next()}",
            started_at=start,
            direction=direction,
            number=number,
            name=name,
            dialled=dialled,
            disposition=disposition,
            duration=duration,
            billsec=billsec,
            who_answered=who_answered,
            originate_id=originate_id,
            tenant=self.tenant,
            appears_at=self.clock.now() + timedelta(seconds=self.late_seconds),
        )
        self.calls.append(call)
        if disposition == "ANSWERED":
            self.recordings[call.uniqueid] = tone(0.5)
        return call

    def dial(self, source: str, dest: str, variables: str) -> DialledCall:
        """Queue a call: nothing rings yet."""
        now = self.clock.now()
        call_id = f"{int(now.timestamp()):x}{self._next():06x}"
        call = DialledCall(call_id, source, dest, variables, now)
        self.dialled.append(call)
        return call

    def finish_dial(
        self, call_id: str, disposition: str = "ANSWERED", talk_seconds: int = 30, rang: int = 8
    ) -> SimulatedCall:
        """End a queued call: ANSWERED, NO ANSWER, BUSY or FAILED; its record names OriginateID."""
        call = next(call for call in self.dialled if call.call_id == call_id)
        self.dialled.remove(call)
        answered = disposition == "ANSWERED"
        finished = self.add_call(
            number=call.source,
            name=self.extensions.get(call.source, ""),
            dialled=call.dest,
            disposition=disposition,
            direction="OUT",
            duration=rang + (talk_seconds if answered else 0),
            billsec=talk_seconds if answered else 0,
            who_answered=call.dest if answered else "",
            started_at=call.queued_at,
            originate_id=call_id,
        )
        if answered:
            self.recordings[call_id] = tone(0.5)
        return finished

    def leave_voicemail(
        self, mailbox: str, number: str, name: str, seconds: int = 17
    ) -> SimulatedMessage:
        """A caller leaves a message."""
        now = self.clock.now()
        message_id = f"{int(now.timestamp())}-{self._next():08d}"
        message = SimulatedMessage(message_id, number, name, now, seconds)
        self.boxes[mailbox].messages.append(message)
        return message

    def remove_message(self, mailbox: str, message_id: str) -> None:
        """Somebody else deletes a message, perhaps between our list and our fetch."""
        box = self.boxes[mailbox]
        box.messages = [one for one in box.messages if one.message_id != message_id]

    def set_queue(
        self,
        queue_id: str,
        *,
        waiting: int = 0,
        longest_wait_seconds: int = 0,
        answered: int = 0,
        abandoned: int = 0,
        service_level: int = 100,
    ) -> None:
        """How a queue stands now."""
        self.queues[queue_id].figures |= {
            "CALLSINQUEUE": str(waiting),
            "FIRSTWAITING": str(longest_wait_seconds),
            "ANSWEREDCALLS": str(answered),
            "ABANDONEDCALLS": str(abandoned),
            "CALLSRECEIVED": str(answered + abandoned + waiting),
            "SERVICELEVEL": str(service_level),
        }

    def find_queue(self, asked: Mapping[str, str]) -> SimulatedQueue | None:
        """QUEUE takes an id as ``id`` or a number as ``number``, and neither for the other."""
        if asked.get("id"):
            return self.queues.get(asked["id"])
        numbers = {queue.number: queue for queue in self.queues.values()}
        return numbers.get(asked.get("number", ""))

    def add_custom(self, columns: dict[str, str]) -> str:
        """A new custom destination; returns its id."""
        new_id = str(1 + max((int(number) for number in self.custom), default=0))
        self.custom[new_id] = columns | {"cu_id": new_id}
        return new_id

    def _next(self) -> int:
        self._serial += 1
        return self._serial


@cache
def tone(seconds: float) -> bytes:
    """A soft 440 Hz tone as WAV: 16 bit, mono, 8 kHz."""
    frames = (
        struct.pack("<h", int(9000 * math.sin(2 * math.pi * 440 * index / RATE)))
        for index in range(int(RATE * seconds))
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        sound.writeframes(b"".join(frames))
    return out.getvalue()
