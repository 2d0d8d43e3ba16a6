"""What happens when a button is pressed: one line each in ``BUTTONS``.

A button's value is only an id. Whether it may be pressed is decided here, when it is pressed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from bot.alerts import missed_calls
from bot.commands import dial, linking, vm
from bot.commands.access import NotLinked, own_line
from bot.commands.request import Reply, Request, UsageError
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError
from storage import outbox
from storage.tables import AlertRow

SILENT: Final = Reply(text="")
"""The card says it all."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: by whom and where (in ``request``), with which value, on which message."""

    request: Request
    value: str
    message_ts: str


async def claim(press: Press) -> Reply:
    """Make a missed call one's own."""
    services, alert_id = press.request.services, await _alert(press)
    note = await services.store.write(
        missed_calls.claim,
        services.settings,
        alert_id,
        press.request.slack_user,
        press.request.name,
        services.clock.now(),
    )
    return Reply(text=note)


async def resolve(press: Press) -> Reply:
    """Say that a missed call is settled."""
    services, alert_id = press.request.services, await _alert(press)
    note = await services.store.write(
        missed_calls.resolve, alert_id, press.request.name, services.clock.now()
    )
    return Reply(text=note)


async def reopen(press: Press) -> Reply:
    """Open a settled missed call again."""
    services, alert_id = press.request.services, await _alert(press)
    note = await services.store.write(
        missed_calls.reopen, alert_id, press.request.name, services.clock.now()
    )
    return Reply(text=note)


async def call_back(press: Press) -> Reply:
    """Ring the presser's phone, then the caller. The card says who is at it before it rings."""
    request, alert_id = press.request, await _alert(press)
    services = request.services
    row = await services.store.read(get_alert, alert_id)
    call = missed_calls.load(row)
    line = await own_line(request, services.systems.get(row.system))
    number = call.party or call.number
    if number is None:
        raise UsageError("The caller withheld their number: it cannot be called back.")
    line.system.need(line.system.calls, "place calls")
    note = await services.store.write(
        missed_calls.calling_back, alert_id, request.slack_user, request.name, services.clock.now()
    )
    if note:
        return Reply(text=note)
    try:
        await dial.originate(request, line, number)
    except OutcomeUnknown:
        raise
    except (PhoneSystemError, UsageError) as error:
        await services.store.write(
            missed_calls.call_back_failed, alert_id, str(error), services.clock.now()
        )
        raise
    return Reply(text=f"Ringing extension {line.extension}, then the caller.")


async def voicemail(press: Press, verb: str) -> Reply:
    """Play or clear a message in one's own box."""
    key, _, message_id = press.value.partition(":")
    system = press.request.services.systems.get(key)
    line = await own_line(press.request, system)
    if line.system.key != key:
        raise NotLinked("This message is in a box that is not yours.")
    return await vm.act(line, verb, message_id)


def get_alert(session: Session, alert_id: int) -> AlertRow:
    """The alert of that id."""
    row = session.get(AlertRow, alert_id)
    assert row is not None
    return row


async def _alert(press: Press) -> int:
    """The alert whose card was pressed; a value from anywhere else is refused."""
    store = press.request.services.store
    if press.value.isdecimal() and len(press.value) < 16:
        alert_id = int(press.value)
        cards = await store.read(outbox.list_cards, alert_id)
        where = press.request.slack_channel
        if any(where in (card.posted_to, card.slack_channel) for card in cards):
            return alert_id
    raise UsageError("This card is not known here any more.")


Handle = Callable[[Press], Awaitable[Reply]]

BUTTONS: Final[Mapping[str, Handle]] = {
    "link.approve": lambda press: linking.decide(press.request, press.value, approved=True),
    "link.deny": lambda press: linking.decide(press.request, press.value, approved=False),
    "missed_call.call_back": call_back,
    "missed_call.claim": claim,
    "missed_call.reopen": reopen,
    "missed_call.resolve": resolve,
    "vm.done": lambda press: voicemail(press, "done"),
    "vm.play": lambda press: voicemail(press, "play"),
}
