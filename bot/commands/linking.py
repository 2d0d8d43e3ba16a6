"""Whose extension is whose: a link is made by the same e-mail address or by an admin."""

import logging

from sqlmodel import Session

from bot.commands import link_questions
from bot.commands.access import split_system
from bot.commands.asking import refuse_words
from bot.commands.link_questions import NOT_OPEN, question_of
from bot.commands.request import Reply, Request, UsageError
from bot.commands.roles import require_admin
from bot.telephony.errors import PhoneSystemError, Refused
from bot.telephony.phone_numbers import EXTENSION
from bot.telephony.system import PhoneSystem
from storage import audit, links
from storage.tables import LinkRow

log = logging.getLogger(__name__)

USAGE = (
    "An extension is a number of at most six digits, and none of zeros only. "
    "Usage: `/pbx link <extension>`, for example `/pbx link 101`."
)
ACTION = "link"
"""The audit's word for what an admin decided about a line."""
NO_ADMIN = (
    'This needs an admin, and nobody is one: name admins under "slack.admins" in the settings file.'
)


async def link(request: Request) -> Reply:
    """Link an extension at once where the e-mail addresses match, else ask an admin."""
    named, request = split_system(request)
    extension = request.text.strip()
    if not EXTENSION.fullmatch(extension) or not extension.strip("0"):
        raise UsageError(USAGE)
    system = named or _only_system(request)
    request.about.append(system.key)
    services = request.services
    holder = await services.store.read(links.find_holder, system.key, extension)
    if holder is not None and holder.slack_user == request.slack_user:
        return Reply(text=f"Extension {extension} on {system.key} is yours already.")
    if holder is None and await _same_email(request, system, extension):
        holder = await services.store.write(_link_at_once, request, system, extension)
        if holder is None:
            return Reply(
                text=f"Extension {extension} on {system.key} is yours: the phone system has the "
                "same e-mail address as your Slack profile. Try `/dial`."
            )
    own = await services.store.read(links.find_link, request.slack_user, system.key)
    if own is not None and own.state == "active":
        return Reply(
            text=f"You have extension {own.extension} on {system.key}: `/pbx unlink "
            f"@{system.key}` gives it up, then ask for {extension}.",
            outcome="not done",
        )
    return await _ask_admins(request, system, extension, holder)


def _link_at_once(
    session: Session, request: Request, system: PhoneSystem, extension: str
) -> LinkRow | None:
    """Link it, unless somebody got it meanwhile: then whoever that is."""
    holder = links.find_holder(session, system.key, extension)
    if holder is None:
        now = request.services.clock.now()
        how = "same e-mail address"
        links.put_link(session, request.slack_user, system.key, extension, "active", now, how)
    return holder


async def unlink(request: Request) -> Reply:
    """Forget the person's link on one system."""
    named, request = split_system(request)
    refuse_words(request, "/pbx unlink [@system]")
    services = request.services
    rows = await services.store.read(links.list_links, request.slack_user)
    keys = [row.system for row in rows if named is None or row.system == named.key]
    if not keys:
        return Reply(text=f"You have no extension linked{f' on {named.key}' if named else ''}.")
    if len(keys) > 1:
        raise UsageError(f"Which one? Add one of {', '.join(f'@{key}' for key in keys)}.")
    request.about.append(keys[0])
    row = await services.store.write(_forget, request, keys[0])
    if row is not None and row.state == "pending":
        return Reply(text=f"You ask for extension {row.extension} on {row.system} no more.")
    return Reply(text=f"You have no extension on {keys[0]} any more.")


def _forget(session: Session, request: Request, system: str) -> LinkRow | None:
    """Remove the link. A question about it that is open is closed."""
    row = links.find_link(session, request.slack_user, system)
    if row is None:
        return None
    if row.state == "pending":
        admins, now = request.services.settings.slack.admins, request.services.clock.now()
        told = f"{link_questions.words_of(row)} Not any more."
        link_questions.close(session, admins, question_of(row), told, now)
    links.remove_link(session, request.slack_user, system)
    return row


async def whoami(request: Request) -> Reply:
    """Tell the person their links."""
    refuse_words(request, "/pbx whoami")
    rows = await request.services.store.read(links.list_links, request.slack_user)
    if not rows:
        return Reply(text="You have no extension linked. `/pbx link <extension>` links yours.")
    lines = tuple((f"{row.system}: extension {row.extension}{_waiting(row)}", ()) for row in rows)
    return Reply(text="You are an admin." if request.is_admin else "Your lines:", rows=lines)


async def decide(request: Request, value: str, *, approved: bool) -> Reply:
    """An admin's answer to a question. Anybody else is told no; an older question is void.

    An extension that is somebody else's than the question says is not given on: the question is
    put anew and says so.
    """
    require_admin(request, "answer this")
    question, told_holder = link_questions.read(value)
    row, holder = await request.services.store.write(
        _settle, request, question, told_holder, approved=approved
    )
    if row is None:
        raise UsageError(NOT_OPEN)
    request.about.append(row.system)
    if holder is None:
        word = "approved" if approved else "denied"
        return Reply(text=f"Extension {row.extension} on {row.system}: {word}.")
    belongs = f"It belongs to {holder} now: approve again to give it to {row.slack_user}."
    return Reply(
        text=f"Extension {row.extension} on {row.system} was not given to anybody.",
        rows=((belongs, ()),),
        people=frozenset({holder, row.slack_user}),
        outcome="not done",
    )


def _settle(
    session: Session, request: Request, question: str, told_holder: str, *, approved: bool
) -> tuple[LinkRow | None, str | None]:
    """Do what was decided. Returns the link, if the question is open, and whoever has the
    extension when nothing was done since the question does not tell of them."""
    now, admins = request.services.clock.now(), request.services.settings.slack.admins
    row = links.get_locked(session, int(question.partition(":")[0]))
    if row is None or row.state != "pending" or question_of(row) != question:
        return None, None
    holder = links.find_holder(session, row.system, row.extension) if approved else None
    if holder is not None and holder.slack_user != told_holder:
        link_questions.put_anew(session, row, holder.slack_user, now)
        return row, holder.slack_user
    loser = holder.slack_user if holder is not None else ""
    if loser:
        links.drop_holder(session, row.system, row.extension)
        told = f"Your extension {row.extension} on {row.system} is <@{row.slack_user}>'s now: "
        told += "an admin has given it to them."
        link_questions.send(session, f"unlinked:{question}", loser, {"mrkdwn": told}, now)
    state, word = ("active", "approved") if approved else ("denied", "denied")
    links.put_link(
        session, row.slack_user, row.system, row.extension, state, now, request.slack_user
    )
    link_questions.answer(session, admins, row, question, word, now)
    _note(session, request, row, word, loser)
    return row, None


def _note(session: Session, request: Request, row: LinkRow, word: str, loser: str) -> None:
    """Let the audit say which line an admin decided about, for whom and from whom it was taken: a
    button's value tells nobody."""
    taken = f", taken from {loser}" if loser else ""
    audit.note(
        session,
        at=request.services.clock.now(),
        actor=request.slack_user,
        surface="action",
        action=ACTION,
        system=row.system,
        subject=f"{row.extension} for {row.slack_user}{taken}",
        outcome=word,
    )


async def _ask_admins(
    request: Request, system: PhoneSystem, extension: str, holder: LinkRow | None
) -> Reply:
    services = request.services
    admins = services.settings.slack.admins
    if not admins:
        return Reply(text=NO_ADMIN, outcome="not done")
    now = services.clock.now()
    doubt = await _doubt(system, extension)

    def ask(session: Session) -> None:
        before = links.find_link(session, request.slack_user, system.key)
        if before is not None and before.state == "pending":
            again = (
                f"<@{request.slack_user}> has asked again, for extension {extension}: see below."
            )
            link_questions.close(session, admins, question_of(before), again, now)
        row = links.put_link(session, request.slack_user, system.key, extension, "pending", now)
        link_questions.put(session, admins, row, holder.slack_user if holder else "", doubt, now)

    await services.store.write(ask)
    told = f"An admin was asked to approve extension {extension} on {system.key}."
    return Reply(text=f"{told} {doubt}".rstrip())


async def _doubt(system: PhoneSystem, extension: str) -> str:
    """What the system says against the extension, or against being asked. One that cannot be
    reached says nothing."""
    if system.presence is None:
        return ""
    try:
        await system.presence.fetch_state(extension)
    except Refused as refusal:
        return f"When asked about it: {refusal}"
    except PhoneSystemError as error:
        log.info("%s cannot be asked whether there is such an extension: %s", system.key, error)
    return ""


def _only_system(request: Request) -> PhoneSystem:
    systems = request.services.systems
    able = [system for system in systems.values() if system.calls or system.pausing]
    if len(able) == 1:
        return able[0]
    names = ", ".join(f"@{system.key}" for system in able or systems.values())
    key = (able or list(systems.values()))[0].key
    raise UsageError(
        f"On which phone system? Add one of {names}, for example `/pbx link 101 @{key}`."
    )


async def _same_email(request: Request, system: PhoneSystem, extension: str) -> bool:
    """Whether both sides name the same address. A system that cannot be asked proves nothing."""
    if system.directory is None:
        return False
    try:
        known = await system.directory.fetch_email(extension)
    except PhoneSystemError as error:
        log.info("%s cannot be asked for an address, so an admin is: %s", system.key, error)
        return False
    email = await request.services.people.fetch_email(request.slack_user)
    if not known or not email:
        return False
    return known.strip().lower() == email.strip().lower()


def _waiting(row: LinkRow) -> str:
    return "" if row.state == "active" else f" ({row.state})"
