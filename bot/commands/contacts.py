"""``/contacts``: the phone system's address book. It belongs to whoever has a line there."""

import difflib
import re
from dataclasses import replace
from typing import Final

from bot.commands.access import some_system, split_system
from bot.commands.button_values import NOT_KNOWN, read_value, value_of
from bot.commands.marks import PAIR, unquoted
from bot.commands.request import Button, Reply, Request, UsageError
from bot.commands.roles import require_line
from bot.telephony.contacts import Contact, Contacts
from bot.telephony.errors import NotSupported
from bot.telephony.phone_numbers import for_reading, to_e164
from bot.telephony.spellings import SLACK_LINK
from bot.telephony.system import PhoneSystem

TASK = "keep contacts"
USAGE = (
    "Usage: `/contacts <number>`, `/contacts add <number> <first> [last] [company]`, "
    "`/contacts edit <id> field=value ...` (nothing after the = empties the field) or "
    "`/contacts delete <id>`."
)
NUMBER: Final = re.compile(r"\+?\(?[0-9][0-9 ().\-\u2010-\u2015/]{0,39}")
ADDED: Final = re.compile(
    rf"({NUMBER.pattern})\s+({PAIR}|\S*[^\W\d_]\S*)(?:\s+({PAIR}|\S+))?(?:\s+(.+))?"
)
LETTER: Final = re.compile(r"[^\W\d_]")
"""A first name has one: else it is a part of the number."""
FIELD: Final = re.compile(r"(\w+)=(.*?)(?=\s+\w+=|$)")
CONTACT_ID: Final = re.compile(r"[\w-]{1,64}")
EMAIL_LINK: Final = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")
NAMES: Final = {
    "first": "first_name",
    "last": "last_name",
    "company": "company",
    "email": "email",
}
ALIASES: Final = {
    "first_name": "first",
    "firstname": "first",
    "last_name": "last",
    "lastname": "last",
}
USUAL_KIND: Final = "mobile"
SHOWN: Final = 10


async def run(request: Request) -> Reply:
    """Find, add, change or delete a contact."""
    named, request = split_system(request)
    system = await some_system(request, named, "contacts")
    contacts = system.need(system.contacts, TASK)
    await require_line(request, system)
    text = EMAIL_LINK.sub(r"\1", SLACK_LINK.sub(r"\1", request.text)).strip()
    verb, _, rest = text.partition(" ")
    match verb.lower():
        case "":
            raise UsageError(USAGE)
        case "add":
            return await _add(request, system, contacts, rest.strip())
        case "edit":
            return await _edit(system, contacts, rest.strip())
        case "delete":
            return _ask(system, rest.strip())
    return await _find(request, system, contacts, unquoted(text))


async def press_delete(request: Request, value: str) -> Reply:
    """Delete for good; Slack has asked whether that is meant."""
    system, (contact_id,) = read_value(request, value, 1)
    contacts = system.need(system.contacts, TASK)
    await require_line(request, system)
    if not CONTACT_ID.fullmatch(contact_id):
        raise UsageError(NOT_KNOWN)
    await contacts.delete(contact_id)
    return Reply(text=f"Contact {contact_id} is deleted from {system.key}.")


async def _find(request: Request, system: PhoneSystem, contacts: Contacts, text: str) -> Reply:
    if not NUMBER.fullmatch(text):
        raise NotSupported(
            f"{system.key} ({system.title}) finds contacts by number only, not by name. "
            "Try `/contacts 0123456789`."
        )
    found = await contacts.find(_digits(text))
    if not found:
        return Reply(text=f"{system.key} has no contact with the number {text}.")
    region = request.services.settings.systems[system.key].region
    rows = tuple(
        (describe(contact, region), _buttons(system, contact)) for contact in found[:SHOWN]
    )
    # A phone system may stop looking after the first that is not shown.
    more = f"more than {SHOWN}, the first {SHOWN} are shown"
    count = more if len(found) > SHOWN else str(len(found))
    return Reply(text=f"Contacts of {system.key} with {text}: {count}.", rows=rows)


async def _add(request: Request, system: PhoneSystem, contacts: Contacts, text: str) -> Reply:
    given = ADDED.fullmatch(text)
    if given is None:
        raise UsageError(USAGE)
    number, first, last, company = (unquoted(value or "") for value in given.groups())
    if not LETTER.search(first):
        raise UsageError(USAGE)
    contact = Contact(
        first_name=first,
        last_name=last,
        company=company,
        numbers=((USUAL_KIND, _digits(number)),),
    )
    contact_id = await contacts.add(contact)
    added = replace(contact, contact_id=contact_id)
    text = f"{_name(added)} is contact {contact_id} of {system.key} now."
    return Reply(text=text, buttons=_buttons(system, added))


async def _edit(system: PhoneSystem, contacts: Contacts, text: str) -> Reply:
    contact_id, _, given = text.partition(" ")
    typed = FIELD.findall(given)
    if not CONTACT_ID.fullmatch(contact_id) or not typed or FIELD.sub("", given).strip():
        raise UsageError(USAGE)
    known = (*NAMES, *contacts.number_kinds)
    fields = {_field(name.lower(), known): unquoted(value) for name, value in typed}
    for name in set(fields) & set(contacts.number_kinds):
        fields[name] = _read_number(fields[name])
    await contacts.edit(contact_id, {NAMES.get(name, name): fields[name] for name in fields})
    done = [f"{name} {'changed' if value else 'emptied'}" for name, value in fields.items()]
    return Reply(text=f"Contact {contact_id} of {system.key}: {', '.join(done)}.")


def _field(name: str, known: tuple[str, ...]) -> str:
    """The field that is meant. Raises ``UsageError`` with all there are."""
    name = ALIASES.get(name, name)
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"A contact has no {name} here.{guess} It has: {', '.join(known)}.")


def _read_number(value: str) -> str:
    """A number as it is added; nothing stays nothing."""
    if value and not NUMBER.fullmatch(value):
        raise UsageError(f"Nothing was changed: {value} is not a phone number.")
    return _digits(value)


def _digits(number: str) -> str:
    """What is dialled: without the zero in ``+44 (0)20``, and with the one in ``+39 (0)6``."""
    digits = re.sub(r"[^0-9+]", "", number)
    return (digits.startswith("+") and to_e164(digits, "")) or digits


def _ask(system: PhoneSystem, contact_id: str) -> Reply:
    if not CONTACT_ID.fullmatch(contact_id):
        raise UsageError(USAGE)
    contact = Contact(contact_id=contact_id)
    text = f"Delete contact {contact_id} from {system.key}? This cannot be undone."
    return Reply(text=text, buttons=_buttons(system, contact))


def _name(contact: Contact) -> str:
    return f"{contact.first_name} {contact.last_name}".strip()


def describe(contact: Contact, region: str) -> str:
    """One line about a contact, its id first: that is what edits and deletions want."""
    name = _name(contact) or "no name"
    numbers = [f"{kind} {for_reading(number, region)}" for kind, number in contact.numbers]
    told = ", ".join(filter(None, (name, contact.company, contact.email, *numbers)))
    return f"{contact.contact_id}: {told}"


def _buttons(system: PhoneSystem, contact: Contact) -> tuple[Button, ...]:
    if contact.contact_id is None:
        return ()
    name = _name(contact) or f"Contact {contact.contact_id}"
    return (
        Button(
            "Delete",
            "contact.delete",
            value_of(system, contact.contact_id),
            style="danger",
            confirm=f"{name} is deleted for everybody on {system.key}.",
        ),
    )
