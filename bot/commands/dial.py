"""``/dial``: ring my phone, then the number. Guarded, since every call costs somebody money."""

from datetime import timedelta

from sqlmodel import Session

from bot.commands import hangup
from bot.commands.access import Line, own_line, split_system
from bot.commands.endings import outcome_word, progress_of
from bot.commands.request import Reply, Request, UsageError
from bot.redaction import mask_numbers
from bot.telephony.calls import Origination, Progress
from bot.telephony.errors import PhoneSystemError, Refused
from bot.telephony.phone_numbers import Dialled, as_dialled, read_number
from storage import audit

USAGE = "Usage: `/dial <number>`, for example `/dial 01 23 45 67 89`."
HOUR = timedelta(hours=1)
ACTION = "originate"
"""The audit's word for a call that was placed, whatever it was asked for with."""


async def run(request: Request) -> Reply:
    """Ring the person's own extension, then what they asked for."""
    named, request = split_system(request)
    if not request.text:
        raise UsageError(USAGE)
    line = await own_line(request, named)
    origination = await originate(request, line, request.text)
    region = request.services.settings.systems[line.system.key].region
    dialled = read_number(request.text, region)
    assert dialled is not None
    number = as_dialled(dialled, region)
    told = f"Ringing extension {line.extension}, then {number}."
    if origination.progress is Progress.CALLER_ANSWERED:
        told = f"Extension {line.extension} picked up; {number} is being called."
    return Reply(text=told, buttons=hangup.buttons(line, origination))


async def originate(request: Request, line: Line, number: str) -> Origination:
    """Place a call for somebody, if it may be placed.

    Raises ``UsageError`` for what is no number, ``Refused`` for what must not be dialled, and
    what the phone system raises.
    """
    calls = line.system.need(line.system.calls, "place calls")
    settings = request.services.settings.systems[line.system.key]
    dialled = read_number(number, settings.region)
    if dialled is None:
        raise UsageError(f"That is not a phone number. {USAGE}")
    check_allowed(request, dialled)
    audit_id = await _take_turn(request, line, dialled)
    outcome = "unknown"
    try:
        origination = await calls.originate(line.extension, dialled.dial)
        outcome = progress_of(origination)
    except PhoneSystemError as error:
        outcome = mask_numbers(outcome_word(error))
        raise
    finally:
        await request.services.store.write(audit.complete, audit_id, outcome)
    await hangup.remember(request, line, origination)
    return origination


def check_allowed(request: Request, dialled: Dialled) -> None:
    """Raise ``Refused`` for a number that costs too much or must be dialled on a phone."""
    limits = request.services.settings.dialling
    if dialled.emergency:
        raise Refused("Emergency numbers are never dialled from here: use a phone.")
    if dialled.premium and not limits.allow_premium:
        raise Refused("Premium-rate numbers are not dialled from here.")
    if not limits.allowed_prefixes or dialled.is_short:
        return
    reached = [dialled.e164 or "", *filter(None, [dialled.abroad])]
    if not all(number.startswith(limits.allowed_prefixes) for number in reached):
        allowed = ", ".join(limits.allowed_prefixes)
        raise Refused(f"Only numbers that begin with {allowed} are dialled from here.")


async def _take_turn(request: Request, line: Line, dialled: Dialled) -> int:
    """Count the call before it is placed, whichever command or button it is placed by.

    Returns the id of its row in the audit. Raises ``Refused`` when it is one too many.
    """
    services = request.services
    now, limit = services.clock.now(), services.settings.dialling.calls_per_hour

    def take(session: Session) -> int | None:
        if audit.count_since(session, request.slack_user, ACTION, now - HOUR) >= limit:
            return None
        return audit.note(
            session,
            at=now,
            actor=request.slack_user,
            surface="phone",
            action=ACTION,
            system=line.system.key,
            subject=mask_numbers(dialled.dial),
            outcome="begun",
        )

    audit_id = await services.store.write(take)
    if audit_id is None:
        raise Refused(f"You have placed {limit} calls within an hour: that is the limit.")
    return audit_id
