"""What every part of a phone system is expected to do: one table for all vendors."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contract.stages import NUMBER, Facts

from bot.telephony.audits import AuditEntry
from bot.telephony.calls import ActiveCall, Audio, CallRecord, Origination, Progress
from bot.telephony.contacts import Contact
from bot.telephony.events import FeedBatch
from bot.telephony.extensions import ExtensionState, RecordingMode
from bot.telephony.hosts import Host, Licence
from bot.telephony.queues import Agent, Queue, QueueFigures
from bot.telephony.switches import Switch
from bot.telephony.voicemail import Mailbox, VoicemailMessage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CARD = Contact(first_name="Kim", last_name="Example", numbers=(("mobile", NUMBER),))


@dataclass(frozen=True)
class Exercise:
    """``sane`` looks at what came back. ``changes`` is true for what must be sent only once."""

    method: str
    run: Callable[[Any, Facts], Awaitable[Any]]
    sane: Callable[[Any, Facts], bool]
    changes: bool = False


def asks(method, run, sane):
    return Exercise(method, run, sane)


def changes(method, run, sane=lambda result, facts: result is None):
    return Exercise(method, run, sane, changes=True)


def rows(kind, sane=lambda row: True):
    """A list of ``kind``, not empty, every row sane."""
    return lambda result, facts: (
        isinstance(result, list)
        and len(result) > 0
        and all(isinstance(row, kind) and sane(row) for row in result)
    )


def aware(moment):
    return moment is None or moment.utcoffset() == timedelta(0)


def count(figure):
    return figure is None or (isinstance(figure, int) and figure >= 0)


def sane_figures(figures, facts):
    numbers = (figures.waiting, figures.longest_wait_seconds, figures.agents_available)
    level = figures.service_level_percent
    return (
        isinstance(figures, QueueFigures)
        and figures.queue_id == facts.queue
        and figures.name != ""
        and all(map(count, numbers))
        and (level is None or 0 <= level <= 100)
    )


def sane_sound(sound, facts):
    return isinstance(sound, Audio) and sound.content[:4] == b"RIFF" and sound.filename != ""


def sane_origination(result, facts):
    return isinstance(result, Origination) and result.progress in Progress and result.call_id != ""


def sane_state(state, facts):
    return isinstance(state, ExtensionState) and state.extension == facts.extension


def sane_switch(switch, facts):
    return isinstance(switch, Switch) and (switch.switch_id, switch.value) == (facts.switch, "on")


def sane_batch(batch, facts):
    keys = [item.dedupe_key for item in batch.items]
    return isinstance(batch, FeedBatch) and batch.cursor != "" and len(set(keys)) == len(keys)


def sane_licence(licence, facts):
    return isinstance(licence, Licence) and isinstance(licence.expires_on, date)


def sane_boxes(boxes, facts):
    counted = rows(Mailbox, lambda box: count(box.new) and count(box.old))
    return counted(boxes, facts) and facts.mailbox in {box.mailbox for box in boxes}


BOXES = asks("list_mailboxes", lambda part, f: part.list_mailboxes(), sane_boxes)
EXERCISES = {
    "active_calls": [
        asks("list_active", lambda part, f: part.list_active(),
             rows(ActiveCall, lambda call: aware(call.started_at))),
    ],
    "agents": [
        asks("list_agents", lambda part, f: part.list_agents(f.queue),
             lambda result, f: rows(Agent)(result, f) and f.agent in {a.number for a in result}),
    ],
    "audits": [
        asks("list_entries", lambda part, f: part.list_entries(),
             rows(AuditEntry, lambda entry: aware(entry.at) and entry.what != "")),
    ],
    "call_count": [
        asks("count_active", lambda part, f: part.count_active(), lambda n, f: n == 1),
    ],
    "call_log": [
        asks("list_records",
             lambda part, f: part.list_records(NOON - timedelta(days=1), NOON + timedelta(days=1)),
             rows(CallRecord, lambda record: aware(record.started_at))),
    ],
    "calls": [
        changes("originate", lambda part, f: part.originate(f.extension, NUMBER), sane_origination),
    ],
    "contacts": [
        asks("find", lambda part, f: part.find("15550100"),
             rows(Contact, lambda card: card.contact_id is not None)),
        changes("add", lambda part, f: part.add(CARD), lambda new, f: isinstance(new, str) and new),
        changes("edit", lambda part, f: part.edit(f.contact, {"company": "Acme"})),
        changes("delete", lambda part, f: part.delete(f.contact)),
    ],
    "directory": [
        asks("fetch_email", lambda part, f: part.fetch_email(f.extension),
             lambda email, f: "@" in email),
    ],
    "dnd": [
        changes("set_dnd", lambda part, f: part.set_dnd(f.extension, True)),
    ],
    "extension_switches": [
        changes("set_enabled", lambda part, f: part.set_enabled(f.extension, True)),
        changes("set_external_calls", lambda part, f: part.set_external_calls(f.extension, False)),
        changes("set_recording",
                lambda part, f: part.set_recording(f.extension, RecordingMode.ALL)),
    ],
    "feed": [
        asks("fetch", lambda part, f: part.fetch(None), sane_batch),
    ],
    "forwarding": [
        changes("set_forwarding", lambda part, f: part.set_forwarding(f.extension, NUMBER)),
    ],
    "hang_up": [
        changes("hang_up", lambda part, f: part.hang_up(f.call)),
    ],
    "hosts": [
        asks("list_hosts", lambda part, f: part.list_hosts(),
             rows(Host, lambda host: host.host_id != "" and host.name != "")),
    ],
    "licence": [
        asks("fetch_licence", lambda part, f: part.fetch_licence(), sane_licence),
    ],
    "mailboxes": [BOXES],
    "membership": [
        changes("log_in", lambda part, f: part.log_in(f.joins, f.queue)),
        changes("log_out", lambda part, f: part.log_out(f.agent, f.queue)),
    ],
    "pausing": [
        changes("pause", lambda part, f: part.pause(f.agent, f.queue, "lunch")),
        changes("unpause", lambda part, f: part.unpause(f.agent, f.queue)),
    ],
    "presence": [
        asks("fetch_state", lambda part, f: part.fetch_state(f.extension), sane_state),
    ],
    "profiles": [
        changes("set_profile", lambda part, f: part.set_profile(f.extension, part.profiles[1])),
    ],
    "queues": [
        asks("list_queues", lambda part, f: part.list_queues(),
             lambda result, f: rows(Queue)(result, f) and f.queue in {q.queue_id for q in result}),
        asks("fetch_figures", lambda part, f: part.fetch_figures(f.queue), sane_figures),
    ],
    "recordings": [
        asks("fetch_recording", lambda part, f: part.fetch_recording(f.recording), sane_sound),
    ],
    "switches": [
        asks("list_switches", lambda part, f: part.list_switches(),
             lambda result, f: rows(Switch)(result, f)
             and f.switch in {switch.switch_id for switch in result}),
        changes("set_switch", lambda part, f: part.set_switch(f.switch, "on"), sane_switch),
    ],
    "unannounced_mailboxes": [BOXES],
    "voicemail": [
        asks("list_messages", lambda part, f: part.list_messages(f.mailbox),
             rows(VoicemailMessage, lambda one: aware(one.left_at) and one.is_new)),
        asks("fetch_audio", lambda part, f: part.fetch_audio(f.mailbox, f.message), sane_sound),
        changes("mark_read", lambda part, f: part.mark_read(f.mailbox, f.message)),
        changes("delete", lambda part, f: part.delete(f.mailbox, f.message)),
    ],
}  # fmt: skip
PROBE = asks("probe", lambda system, f: system.probe(), lambda line, f: "\n" not in line and line)
