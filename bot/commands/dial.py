"""``/dial``: ring my phone, then the number. Guarded, since every call costs somebody money."""

from datetime import timedelta

from bot.commands.access import Line, own_line, split_system
from bot.commands.request import Reply, Request, UsageError
from bot.telephony.calls import Origination, Progress
from bot.telephony.errors import Refused
from bot.telephony.phone_numbers import Dialled, for_reading, read_number
from storage import audit

USAGE = "Usage: `/dial <number>`, for example `/dial 01 23 45 67 89`."
HOUR = timedelta(hours=1)


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
    number = for_reading(dialled.e164, region) if dialled.e164 else dialled.dial
    if origination.progress is Progress.CALLER_ANSWERED:
        return Reply(text=f"Extension {line.extension} picked up; {number} is being called.")
    return Reply(text=f"Ringing extension {line.extension}, then {number}.")


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
    _guard(request, dialled)
    await _within_rate(request)
    return await calls.originate(line.extension, dialled.dial)


def _guard(request: Request, dialled: Dialled) -> None:
    limits = request.services.settings.dialling
    if dialled.emergency:
        raise Refused("Emergency numbers are never dialled from here: use a phone.")
    if dialled.premium and not limits.allow_premium:
        raise Refused("Premium-rate numbers are not dialled from here.")
    if dialled.e164 is None or not limits.allowed_prefixes:
        return
    if not dialled.e164.startswith(limits.allowed_prefixes):
        allowed = ", ".join(limits.allowed_prefixes)
        raise Refused(f"Only numbers that begin with {allowed} are dialled from here.")


async def _within_rate(request: Request) -> None:
    services = request.services
    since = services.clock.now() - HOUR
    limit = services.settings.dialling.calls_per_hour
    asked = await services.store.read(audit.count_since, request.slack_user, "dial", since)
    if asked > limit:
        raise Refused(f"You have placed {limit} calls within an hour: that is the limit.")
