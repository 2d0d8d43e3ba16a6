"""``/vm``: list, play and clear one's voicemail. Sound is handed over as a file, never a URL."""

from bot.commands.access import Line, own_line, split_system
from bot.commands.request import Button, Reply, Request, UsageError
from bot.telephony.phone_numbers import for_reading
from bot.telephony.voicemail import Voicemail, VoicemailMessage

USAGE = "Usage: `/vm`, `/vm play 1`, `/vm done 1` or `/vm delete 1`."
SHOWN = 10


async def run(request: Request) -> Reply:
    """List one's messages, or do something with one of them."""
    named, request = split_system(request)
    line = await own_line(request, named)
    verb, _, number = request.text.partition(" ")
    match verb.lower() or "list":
        case "list":
            return await _list(request, line)
        case "play" | "done" | "delete" as verb:
            message = await _nth(line, number)
            return await act(line, verb, message.message_id)
    raise UsageError(USAGE)


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
        case _:
            await voicemail.delete(line.extension, message_id)
            return Reply(text="Deleted.")


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
                text=f"Box {box.mailbox}: {box.new} new, {box.old} old. {line.system.key} "
                f"({line.system.title}) tells counts only: listen from your phone."
            )
    return Reply(text=f"{line.system.key} has no box {line.extension}.")


async def _nth(line: Line, number: str) -> VoicemailMessage:
    messages = await _voicemail(line).list_messages(line.extension)
    if not number.strip().isdecimal():
        raise UsageError(USAGE)
    index = int(number)
    if not 1 <= index <= len(messages):
        raise UsageError(f"There is no message {index}: box {line.extension} has {len(messages)}.")
    return messages[index - 1]


def _voicemail(line: Line) -> Voicemail:
    return line.system.need(line.system.voicemail, "play voicemail")


def _line(request: Request, line: Line, number: int, message: VoicemailMessage) -> str:
    settings = request.services.settings.systems[line.system.key]
    caller = message.caller_name or for_reading(message.caller_number, settings.region)
    left = f", {message.left_at.astimezone(settings.zone):%d %b %H:%M}" if message.left_at else ""
    length = f", {message.seconds} s" if message.seconds is not None else ""
    return f"{number}. {'new' if message.is_new else 'old'}: {caller}{left}{length}"


def _buttons(line: Line, message: VoicemailMessage) -> tuple[Button, ...]:
    value = f"{line.system.key}:{message.message_id}"
    play = Button("Play", "vm.play", value, style="primary")
    done = Button("Done", "vm.done", value)
    return (play, done) if message.is_new else (play,)
