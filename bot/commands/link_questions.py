"""What admins are asked about extensions: a direct message to each, with buttons until it ends."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from bot.commands.request import UsageError
from storage import links, outbox
from storage.tables import LinkRow

NOT_OPEN: Final = "This question is not open any more."
ANSWERS: Final = (("Approve", "link.approve", "primary"), ("Deny", "link.deny", "danger"))


def question_of(row: LinkRow) -> str:
    """Names this very request: a later one for the same line has another name."""
    return f"{row.id}:{row.changed_at.timestamp():.6f}"


def words_of(row: LinkRow) -> str:
    """Who asks for what, for Slack."""
    return f"<@{row.slack_user}> asks for extension {row.extension} on {row.system}."


def read(value: str) -> tuple[str, str]:
    """A button's request and holder. Raises ``UsageError`` for what no button has."""
    link_id, _, rest = value.partition(":")
    if not (link_id.isdecimal() and len(link_id) < 16):
        raise UsageError(NOT_OPEN)
    changed_at, _, holder = rest.partition(":")
    return f"{link_id}:{changed_at}", holder


def put(
    session: Session, admins: Iterable[str], row: LinkRow, holder: str, doubt: str, now: datetime
) -> None:
    """Ask each admin. They see who has the extension and what speaks against it, if anything."""
    taken = f" It belongs to <@{holder}> now." if holder else ""
    body = {"mrkdwn": f"{words_of(row)}{taken}", "text": doubt, "buttons": _buttons(row, holder)}
    for admin in admins:
        send(session, _key(question_of(row), admin), admin, body, now)


def put_anew(session: Session, row: LinkRow, holder: str, now: datetime) -> None:
    """Let the question say who has the extension by now; only its new buttons give it on."""
    text = f"{words_of(row)} It belongs to <@{holder}> now: "
    text += f"approve again to give it to <@{row.slack_user}>."
    for message in links.list_questions(session, question_of(row)):
        body = {**message.body, "mrkdwn": text, "buttons": _buttons(row, holder)}
        outbox.revise(session, message.key, body, now)


def close(session: Session, admins: Iterable[str], question: str, told: str, now: datetime) -> None:
    """Let the admins' messages say ``told`` in place of the question and its buttons."""
    for admin in admins:
        outbox.revise(session, _key(question, admin), {"mrkdwn": told}, now)


def answer(
    session: Session,
    admins: Iterable[str],
    row: LinkRow,
    question: str,
    word: str,
    now: datetime,
) -> None:
    """The admins see that the question is answered, the person who asked sees how."""
    told = f"Extension {row.extension} on {row.system} for <@{row.slack_user}>: {word}."
    close(session, admins, question, told, now)
    body = {"text": f"Your extension {row.extension} on {row.system} was {word}."}
    send(session, f"linked:{question}", row.slack_user, body, now)


def send(session: Session, key: str, slack_user: str, body: dict[str, Any], now: datetime) -> None:
    """Let a person have a message, at once."""
    outbox.put_message(
        session,
        key=key,
        kind="private",
        slack_channel=slack_user,
        body=body,
        priority=0,
        now=now,
    )


def _buttons(row: LinkRow, holder: str) -> list[list[str]]:
    """The answers to a request, with whoever the message says has the extension."""
    value = f"{question_of(row)}:{holder}"
    return [[label, action, value, style] for label, action, style in ANSWERS]


def _key(question: str, admin: str) -> str:
    return f"{links.QUESTION}{question}:{admin}"
