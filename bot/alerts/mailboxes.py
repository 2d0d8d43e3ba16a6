"""Voicemail cards in the database: one per box, raised, edited and closed by its counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

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
LATEST: Final = timedelta(hours=1)
"""So long a phone system goes on sending what it could not deliver, as a rule."""
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
    if _came_late(remembered, at, now):
        return
    put_watch(session, key, {"new": new, "at": min(at, now).isoformat()})
    row = alerts.find_open(session, key)
    box = new_voicemail.changed(load(row) if row else None, mailbox, new, old, at)
    facts = NEW_VOICEMAIL.dump_python(box, mode="json")
    if row is not None:
        if load(row) != box:
            word = "new" if new else "heard"
            change_alert(session, row, now, state=word, facts=facts, is_open=new > 0)
    elif new > remembered.get("new", new):
        raise_alert(session, settings, _new(settings, system, key, facts), now)


def _new(settings: Settings, system: str, key: str, facts: dict[str, Any]) -> NewAlert:
    return NewAlert(
        kind=KIND,
        dedup_key=key,
        system=system,
        tenant=settings.systems[system].tenant,
        state="new",
        facts=facts,
        severity=INFORMATION,
    )


def _came_late(remembered: dict[str, Any], at: datetime, now: datetime) -> bool:
    """Whether newer counts are known. By more than ``LATEST``, or counts of a time that is yet to
    come, mean that a clock was put back."""
    if "at" not in remembered:
        return False
    known = datetime.fromisoformat(remembered["at"])
    return known <= now and timedelta(0) < known - at < LATEST
