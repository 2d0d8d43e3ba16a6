"""Voicemail cards in the database: one per box, raised, edited and closed by its counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.alerts import new_voicemail
from bot.alerts.new_voicemail import NewVoicemail
from bot.alerts.publishing import INFORMATION, NewAlert, change_alert, raise_alert
from bot.settings import Settings
from bot.telephony.voicemail import Mailbox
from storage import alerts
from storage.tables import AlertRow
from storage.watches import get_watch, put_watch

KIND: Final = "voicemail"
NEW_VOICEMAIL = TypeAdapter(NewVoicemail)


def load(row: AlertRow) -> NewVoicemail:
    """The voicemail box that an alert holds."""
    return NEW_VOICEMAIL.validate_python(row.facts)


def on_boxes(
    session: Session, settings: Settings, system: str, boxes: Sequence[Mailbox], now: datetime
) -> None:
    """A look at a system's boxes succeeded. Those without counts tell nothing."""
    for box in boxes:
        if box.new is not None and box.old is not None:
            on_counts(session, settings, system, box.mailbox, box.new, box.old, now, now)


def on_counts(
    session: Session,
    settings: Settings,
    system: str,
    mailbox: str,
    new: int,
    old: int,
    at: datetime,
    now: datetime,
) -> None:
    """A box has other counts: raise a card when messages came, close it when all were heard.

    The very first counts of a box are only remembered.
    """
    key = new_voicemail.identity(system, mailbox)
    remembered = get_watch(session, key)
    put_watch(session, key, {"new": new})
    row = alerts.find_open(session, key)
    state = new_voicemail.changed(load(row) if row else None, mailbox, new, old, at)
    facts = NEW_VOICEMAIL.dump_python(state, mode="json")
    if row is not None:
        if load(row) != state:
            word = "new" if new else "heard"
            change_alert(session, row, now, state=word, facts=facts, is_open=new > 0)
    elif new > remembered.get("new", new):
        alert = NewAlert(
            kind=KIND,
            dedup_key=key,
            system=system,
            tenant=settings.systems[system].tenant,
            state="new",
            facts=facts,
            severity=INFORMATION,
        )
        raise_alert(session, settings, alert, now)
