"""``/vm``: list, play and clear one's voicemail. Sound is handed over as a file, never a URL."""

import re
from dataclasses import replace

from bot.commands.access import Line, own_line, split_system
from bot.commands.button_values import read_value, value_of
from bot.commands.dates import day_and_time
from bot.commands.request import Button, Reply, Request, UsageError
from bot.telephony.phone_numbers import for_reading
from bot.telephony.voicemail import Voicemail, VoicemailMessage

NUMBER = re.compile(r"[0-9]{1,4}")
USAGE = "Usage: `/vm`, `/vm play 1`, `/vm done 1` or `/vm delete 1`."
SHOWN = 10


async def run(request: Request) -> Reply:
    """List one's messages, or do something with one of them."""
    named, request = split_system(request)
    line = await own_line(request, named)
    verb, _, number = request.text.partition(" ")
    match verb.lower() or "list":
        case "list" if not number:
            return await _list(request, line)
        case "play" | "done" as verb:
            message = await _nth(line, number)
            reply = await act(line, verb, message.message_id)
            return replace(reply, text=f"{_described(request, line, message)}: {reply.text}")
        case "delete":
            return _ask(request, line, await _nth(line, number))
    raise UsageError(USAGE)


async def press(request: Request, verb: str, value: str) -> Reply:
    """A button of a message: it is looked for in the presser's own box, and nowhere else."""
    system, (message_id,) = read_value(request, value, 1)
    return await act(await own_line(request, system), verb, message_id)


async def act(line: Line, verb: str, message_id: str) -> Reply:
    """Play, mark or delete the message of that id in the person's own box."""
    voicemail = _voicemail(line)
    match verb:
        case "play":
            audio = await voicemail.fetch_audio(line.extension, message_id)
            return Reply(text="Here is the message.", audio=audio)
        case "done":
            await voicemail.mark_read(line.extension, message_id)
            return Reply(text="Marked as heard.")
        case "delete":
            await voicemail.delete(line.extension, message_id)
            return Reply(text="Deleted.")
    raise UsageError(USAGE)


def _ask(request: Request, line: Line, message: VoicemailMessage) -> Reply:
    """A number may mean another message by now: whoever deletes sees which one it is."""
    described = _described(request, line, message)
    delete = Button(
        "Delete",
        "vm.delete",
        value_of(line.system, message.message_id),
        style="danger",
        confirm=f"{described} will be gone. This cannot be undone.",
    )
    return Reply(text=f"Delete {described}?", buttons=(delete,))


async def _list(request: Request, line: Line) -> Reply:
    if line.system.voicemail is None and line.system.mailboxes is not None:
        return await _counts_only(line)
    messages = await _voicemail(line).list_messages(line.extension)
    if not messages:
        return Reply(text=f"Box {line.extension} is empty.")
    new = sum(message.is_new for message in messages)
    rows = tuple(
        (_line(request, line, number, message), _buttons(line, message))
        for number, message in enumerate(messages[:SHOWN], start=1)
    )
    more = f", the newest {SHOWN} are shown" if len(messages) > SHOWN else ""
    text = f"Box {line.extension}: {new} new, {len(messages) - new} old{more}."
    return Reply(text=text, rows=rows)


async def _counts_only(line: Line) -> Reply:
    assert line.system.mailboxes is not None
    boxes = await line.system.mailboxes.list_mailboxes()
    for box in boxes:
        if box.mailbox == line.extension:
            return Reply(
                text=f"Box {box.mailbox}: {_count(box.new)} new, {_count(box.old)} old. "
                f"{line.system.key} ({line.system.title}) shows only counts: listen on your phone."
            )
    return Reply(text=f"{line.system.key} has no box {line.extension}.")


def _count(messages: int | None) -> str:
    return "unknown" if messages is None else str(messages)


async def _nth(line: Line, number: str) -> VoicemailMessage:
    if not NUMBER.fullmatch(number.strip()):
        raise UsageError(USAGE)
    messages = await _voicemail(line).list_messages(line.extension)
    index = int(number)
    if not 1 <= index <= len(messages):
        raise UsageError(f"There is no message {index}: box {line.extension} has {len(messages)}.")
    return messages[index - 1]


def _voicemail(line: Line) -> Voicemail:
    return line.system.need(line.system.voicemail, "play voicemail")


def _line(request: Request, line: Line, number: int, message: VoicemailMessage) -> str:
    length = f", {message.seconds} s" if message.seconds is not None else ""
    state = "new" if message.is_new else "old"
    return f"{number}. {state}: {_described(request, line, message)}{length}"


def _described(request: Request, line: Line, message: VoicemailMessage) -> str:
    """Who left it, and when."""
    settings = request.services.settings.systems[line.system.key]
    caller = message.caller_name or for_reading(message.caller_number, settings.region)
    if message.left_at is None:
        return caller
    now = request.services.clock.now()
    return f"{caller}, {day_and_time(message.left_at, now, settings.zone)}"


def _buttons(line: Line, message: VoicemailMessage) -> tuple[Button, ...]:
    value = value_of(line.system, message.message_id)
    play = Button("Play", "vm.play", value, style="primary")
    done = Button("Done", "vm.done", value)
    return (play, done) if message.is_new else (play,)
