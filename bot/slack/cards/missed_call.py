"""The missed-call card: who called, for whom, since when, and whose it is now."""

from bot.alerts.missed_call import OVER, MissedCall, State, duration
from bot.alerts.missed_calls import load
from bot.slack.cards.view import View
from bot.slack.message import (
    HEADER_LENGTH,
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    escape,
    fields,
    header,
    moment,
    section,
)
from bot.telephony.journeys import Outcome
from bot.telephony.phone_numbers import read_number

CAUSES = {
    Outcome.NO_ANSWER: "no answer",
    Outcome.ABANDONED: "hung up while waiting",
    Outcome.BUSY: "all phones busy",
    Outcome.FAILED: "the call failed",
    Outcome.VOICEMAIL: "went to voicemail",
}
NAME_LENGTH = 24
MARKS = {
    State.OPEN: "🔴",
    State.CLAIMED: "✋",
    State.CALLING: "📞",
    State.REACHED: "✅",
    State.RESOLVED: "☑️",
}


def render(view: View) -> Message:
    """The card as it stands now."""
    call = load(view.alert)
    number = view.number(call.party or call.number)
    title = f"Missed call: {view.words(call.name) or number}"
    blocks: list[Block] = [
        header(title),
        section(f"{MARKS[call.state]} *{_state(view, call)}*"),
        *fields(
            [
                ("Number", _number(view, call, number)),
                ("Called", escape(view.words(call.requested))),
                ("Queue", escape(view.words(call.queue))),
                ("Cause", CAUSES.get(call.outcome, "")),
                ("Waited", duration(call.waited_seconds) if call.waited_seconds else ""),
                ("When", moment(call.arrived_at, view.zone)),
                ("Tries", str(call.tries) if call.tries > 1 else ""),
                ("Rang", escape(", ".join(map(view.words, call.rang)))),
                ("Call-backs", f"{call.attempts} without an answer" if call.attempts else ""),
            ]
        ),
        context(_small_print(view, call)),
        _buttons(view, call),
    ]
    return Message(f"{escape(_in_short(view, call))}. {_state(view, call, mention=False)}", blocks)


def line(view: View) -> str:
    """The call among many others: who, whom, when. Numbers first, since names may look alike."""
    call = load(view.alert)
    parts = (
        view.number(call.party or call.number),
        cut(view.words(call.name), NAME_LENGTH),
        cut(view.words(call.queue or call.requested), NAME_LENGTH),
        view.time(call.arrived_at),
    )
    return escape(" · ".join(part for part in parts if part))


def caller(view: View, name_length: int = HEADER_LENGTH) -> str:
    """Who called, by name and number as far as the channel shows them. Not escaped."""
    call = load(view.alert)
    number = view.number(call.party or call.number)
    name = cut(view.words(call.name), name_length)
    return f"{name} ({number})" if name and name != number else number


def _in_short(view: View, call: MissedCall) -> str:
    """Who called, for whom, when and what came of it, as far as known: for notifications."""
    called = view.words(call.queue or call.requested)
    parts = (
        f"Missed call: {caller(view)}" + (f" for {called}" if called else ""),
        view.day_and_time(call.arrived_at),
        CAUSES.get(call.outcome, ""),
        f"waited {duration(call.waited_seconds)}" if call.waited_seconds else "",
    )
    return ", ".join(part for part in parts if part)


def _number(view: View, call: MissedCall, number: str) -> str:
    """For reading, and below it the form to copy."""
    if view.masked or not call.party or call.party == number:
        return escape(number)
    return f"{escape(number)}\n{escape(call.party)}"


def _state(view: View, call: MissedCall, *, mention: bool = True) -> str:
    def person(slack_user: str | None, name: str | None) -> str:
        return f"<@{slack_user}>" if mention else escape(view.words(name))

    owner = person(call.owner, call.owner_name)
    match call.state:
        case State.OPEN:
            return "Open: nobody has claimed it"
        case State.CLAIMED:
            return f"Claimed by {owner}"
        case State.CALLING if call.helper is not None:
            return f"{person(call.helper, call.helper_name)} is calling back for {owner}"
        case State.CALLING:
            return f"{owner} is calling back"
        case _:
            return escape(view.words(call.how_resolved) or "Settled")


def _small_print(view: View, call: MissedCall) -> str:
    parts = [escape(view.alert.system), f"alert {view.alert_id}"]
    if view.alert.tenant != "main":
        parts.insert(0, escape(view.alert.tenant))
    if call.seen_by and view.late_seconds:
        parts.append(f"seen by polling, up to {view.late_seconds:g} s late")
    return " · ".join(parts)


def _buttons(view: View, call: MissedCall) -> Block:
    value = view.alert_id
    if call.state in OVER:
        return actions(button("Reopen", "missed_call.reopen", value))
    buttons = []
    if call.party or read_number(call.number or "", view.region):
        buttons.append(button("Call back", "missed_call.call_back", value, style="primary"))
    if call.owner is None:
        buttons.append(button("Claim", "missed_call.claim", value))
    buttons.append(button("Resolve", "missed_call.resolve", value))
    return actions(*buttons)
