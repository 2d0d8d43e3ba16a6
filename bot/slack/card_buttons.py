"""The buttons of missed-call cards and of storms: claim, call back, resolve, reopen."""

import uuid
from datetime import datetime

from sqlmodel import Session

from bot.alerts import missed_calls
from bot.alerts.publishing import is_shown, stands_there
from bot.commands import dial, hangup
from bot.commands.access import Line, NotLinked, own_line
from bot.commands.request import Button, Reply, Request, UsageError
from bot.settings import Settings
from bot.slack.cards.missed_call import caller
from bot.slack.cards.view import View
from bot.slack.composing import view_of
from bot.slack.press import Press
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError
from storage import storms
from storage.tables import AlertRow, OutboxRow


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
    return _noted(note)


async def resolve(press: Press) -> Reply:
    """Say that a missed call is settled."""
    services, alert_id = press.request.services, await _alert(press)
    note = await services.store.write(
        missed_calls.resolve, alert_id, press.request.name, services.clock.now()
    )
    return _noted(note)


async def reopen(press: Press) -> Reply:
    """Open a settled missed call again."""
    services, alert_id = press.request.services, await _alert(press)
    note = await services.store.write(
        missed_calls.reopen,
        services.settings,
        alert_id,
        press.request.name,
        services.clock.now(),
    )
    return _noted(note)


async def call_back(press: Press) -> Reply:
    """Ring the presser's phone, then the caller. The card says who is at it before it rings."""
    request, alert_id = press.request, await _alert(press)
    services = request.services
    row = await services.store.read(get_alert, alert_id)
    call = missed_calls.load(row)
    line = await _line_for(request, row)
    number = call.party or call.number
    if number is None:
        raise UsageError("The caller withheld their number: it cannot be called back.")
    line.system.need(line.system.calls, "place calls")
    who, this = request.name, uuid.uuid4().hex
    note = await services.store.write(
        missed_calls.calling_back,
        services.settings,
        alert_id,
        request.slack_user,
        who,
        this,
        services.clock.now(),
    )
    if note:
        return _noted(note)
    try:
        origination = await dial.originate(request, line, number)
    except OutcomeUnknown:
        raise
    except (PhoneSystemError, UsageError) as error:
        why, now = str(error), services.clock.now()
        await services.store.write(missed_calls.call_back_failed, alert_id, who, this, why, now)
        raise
    told = f"Ringing extension {line.extension}, then the caller."
    return Reply(text=told, buttons=hangup.buttons(line, origination))


def _noted(note: str) -> Reply:
    """Whatever is done shows on the card; a note says why nothing was."""
    return Reply(text=note, outcome="not done" if note else "done")


async def _line_for(request: Request, row: AlertRow) -> Line:
    """The presser's line on the alert's system; where that only listens, on one beside it."""
    services = request.services
    system = services.systems.get(row.system)
    line = await own_line(request, system if system is not None and system.calls else None)
    if services.settings.systems[line.system.key].tenant != row.tenant:
        raise NotLinked(f"You have no extension that may call for {row.tenant}.")
    return line


def get_alert(session: Session, alert_id: int) -> AlertRow:
    """The alert of that id."""
    row = session.get(AlertRow, alert_id)
    assert row is not None
    return row


async def _alert(press: Press) -> int:
    """The alert whose card was pressed; a value from anywhere else is refused."""
    request = press.request
    if press.value.isdecimal() and len(press.value) < 16:
        alert_id = int(press.value)
        where = request.slack_channel, press.message_ts
        alert = await request.services.store.read(_shown, alert_id, *where)
        if alert is not None:
            request.about.append(alert.system)
            return alert_id
    raise UsageError("This card is not known here any more.")


def _shown(session: Session, alert_id: int, slack_channel: str, ts: str) -> AlertRow | None:
    """The alert, if that message shows it."""
    is_there = is_shown(session, alert_id, slack_channel, ts)
    return get_alert(session, alert_id) if is_there else None


async def claim_next(press: Press) -> Reply:
    """Hand out the oldest call of a storm that nobody has claimed, or else one's own."""
    services = press.request.services
    if not press.value.isdecimal() or len(press.value) > 15:
        raise UsageError("This list is not known here any more.")
    found = await services.store.write(_claim_next, services.settings, press, services.clock.now())
    if found is None:
        return Reply(text="Every call of this list has an owner by now.", outcome="not done")
    press.request.about.append(found.alert.system)
    buttons = (
        Button("Call back", "missed_call.call_back", found.alert_id, style="primary"),
        Button("Resolve", "missed_call.resolve", found.alert_id),
    )
    return Reply(text=f"Yours: the missed call from {caller(found)}.", buttons=buttons)


def _claim_next(session: Session, settings: Settings, press: Press, now: datetime) -> View | None:
    """The oldest call that this person gets, found and claimed in one go, as the list shows it."""
    row = _pressed_list(session, press)
    alert = _next_of(session, settings, row, press, now) if row is not None else None
    if row is None or alert is None:
        return None
    return view_of(settings, session, alert, row.slack_channel)


def _next_of(
    session: Session, settings: Settings, row: OutboxRow, press: Press, now: datetime
) -> AlertRow | None:
    """The oldest call of a list that nobody has claimed.

    When none is left, the oldest of their own that is open: Slack forgets what only they saw.
    """
    claimant = press.request.slack_user, press.request.name
    assert row.id is not None
    members = storms.list_members(session, row.id)
    calls = [alert for alert in members if alert.kind == "missed_call" and alert.is_open]
    for alert in calls:
        assert alert.id is not None
        is_free = alert.owner is None
        if is_free and not missed_calls.claim(session, settings, alert.id, *claimant, now):
            return alert
    return next((alert for alert in calls if alert.owner == claimant[0]), None)


def _pressed_list(session: Session, press: Press) -> OutboxRow | None:
    """The list that was pressed; ``None`` when it is not the one that stands there."""
    row = session.get(OutboxRow, int(press.value))
    if row is None or row.kind != "storm":
        return None
    where = press.request.slack_channel, press.message_ts
    return row if stands_there(row, *where) else None
