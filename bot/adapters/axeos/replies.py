"""How each answer of the PBX is read: one object, a list of them, or one of several shapes."""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from bot.adapters.axeos.models import (
    CallNow,
    CallOutcome,
    Event,
    Outcome,
    PbxSwitch,
    Phone,
    QueueStatistics,
    SystemInformation,
    User,
    VoicemailBox,
)

LATER = ConfigDict(defer_build=True)
"""Built when first used: to build them all takes a tenth of a start."""

SYSTEM = TypeAdapter(SystemInformation)
USER = TypeAdapter(User)
USERS = TypeAdapter(list[User], config=LATER)
PHONE = TypeAdapter(Phone)
PHONES = TypeAdapter(list[Phone], config=LATER)
BOX = TypeAdapter(VoicemailBox)
BOXES = TypeAdapter(list[VoicemailBox], config=LATER)
EVENTS = TypeAdapter(list[Event], config=LATER)
CALL = TypeAdapter(CallNow)
OUTCOME = TypeAdapter(CallOutcome)
HANG_UP = TypeAdapter(Outcome)
SWITCH = TypeAdapter(PbxSwitch)
SWITCH_SET: TypeAdapter[PbxSwitch | Outcome] = TypeAdapter(PbxSwitch | Outcome, config=LATER)
SWITCHES = TypeAdapter(list[PbxSwitch], config=LATER)
QUEUES = TypeAdapter(list[QueueStatistics], config=LATER)
QUEUE: TypeAdapter[QueueStatistics | list[QueueStatistics]] = TypeAdapter(
    QueueStatistics | Annotated[list[QueueStatistics], Field(min_length=1, max_length=1)],
    config=LATER,
)
